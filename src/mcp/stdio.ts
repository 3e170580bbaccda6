/** One assistant over standard input and output: a client starts this process for itself. */
import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { limits } from "../core/limits.ts";
import type { Admissions, Assistant, Node } from "../node/index.ts";
import { memoryServer } from "./memory-server.ts";
import { Service } from "./service.ts";
import { SliceWatch } from "./slice-watch.ts";
import { tellChanges } from "./told-of-changes.ts";

export interface StdioOptions {
  readonly node: Node;
  readonly assistant: Assistant;
  readonly news: Pick<Admissions, "subscribe">;
  readonly input: Readable;
  readonly output: Writable;
  /** Told of defects and of what is no message; must not throw. */
  readonly report: (error: unknown) => void;
}

export interface StdioServing {
  /** Resolves when the client closed its end, or `close` was called. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export function serveAssistant({ node, assistant, news, input, output, report }: StdioOptions): StdioServing {
  const service = new Service(node, assistant);
  const watch = new SliceWatch(service, news);
  const stops: (() => void)[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const transport = new StdioServerTransport(input, output, { maxBufferSize: limits.mcpRequestBytes });
  input.once("close", resolve).once("end", resolve);
  const handle = serveStdio(
    ({ era }) => {
      const server = memoryServer(service, report);
      stops.push(tellChanges(server, service, watch, era).stop);
      return server;
    },
    { transport, maxSubscriptions: limits.mcpSubscriptions, onerror: report },
  );
  return {
    ended,
    async close() {
      for (const stop of stops) stop();
      await handle.close();
      resolve();
    },
  };
}
