/** One assistant over HTTP: the protocol of 2026 a request at a time, that of 2025 in sessions, and what it is told of changes. */
import {
  createMcpHandler,
  InMemoryServerEventBus,
  isLegacyRequest,
  type McpHttpHandler,
  type ServerEventBus,
} from "@modelcontextprotocol/server";
import { limits } from "../core/limits.ts";
import type { Admissions } from "../node/index.ts";
import { HttpSessions } from "./http-sessions.ts";
import { memoryServer, type Register } from "./memory-server.ts";
import type { Service } from "./service.ts";
import { SliceWatch, type Watching } from "./slice-watch.ts";
import { tellChanges } from "./told-of-changes.ts";
import type { ReportError } from "./tool.ts";

export interface HttpAssistantOptions {
  readonly news: Pick<Admissions, "subscribe">;
  readonly report: ReportError;
  readonly register?: Register | undefined;
}

export class HttpAssistant {
  readonly service: Service;
  readonly #watch: SliceWatch;
  readonly #sessions: HttpSessions;
  readonly #options: HttpAssistantOptions;
  #handler: McpHttpHandler;

  constructor(service: Service, options: HttpAssistantOptions) {
    const { news, report, register } = options;
    this.service = service;
    this.#options = options;
    this.#watch = new SliceWatch(service, news);
    this.#handler = this.#newHandler();
    this.#sessions = new HttpSessions({
      serve: () => {
        const server = memoryServer(service, report, register);
        return { server, telling: tellChanges(server, service, this.#watch, "legacy") };
      },
    });
  }

  /** Rejects with `PoolError("unauthorized" | "rate")` for a stream that it may not open. */
  async answer(request: Request): Promise<Response> {
    if (request.headers.get("mcp-method") === "subscriptions/listen") await this.service.enter();
    const isLegacy = await isLegacyRequest(request, undefined, { maxRequestBodySize: limits.mcpRequestBytes });
    return isLegacy ? this.#sessions.answer(request) : this.#handler.fetch(request);
  }

  /** Ends its streams and what is under way. Sessions stay: their next call is told why it is refused. */
  async endStreams(): Promise<void> {
    const ended = this.#handler;
    this.#handler = this.#newHandler();
    await ended.close();
  }

  async close(): Promise<void> {
    await this.#handler.close();
    await this.#sessions.close();
  }

  /** One assistant's alone: on another's streams nothing is told of this one's slice. */
  #newHandler(): McpHttpHandler {
    const { report, register } = this.#options;
    const bus = this.#watchedBus(() => void this.endStreams());
    return createMcpHandler(() => memoryServer(this.service, report, register), {
      legacy: "reject",
      bus,
      maxSubscriptions: limits.mcpSubscriptions,
      maxRequestBodySize: limits.mcpRequestBytes,
      onerror: () => {}, // what a client sent that is none
    });
  }

  /** A bus on which changes of the slice are told while somebody listens. */
  #watchedBus(ended: () => void): ServerEventBus {
    const bus = new InMemoryServerEventBus();
    let watching: Watching | null = null;
    const stopWatching = () => {
      if (bus.listenerCount > 0) return;
      watching?.stop();
      watching = null;
    };
    return {
      publish: (event) => bus.publish(event),
      subscribe: (listener) => {
        const unsubscribe = bus.subscribe(listener);
        watching ??= this.#watch.listen({
          changed(addresses, listed) {
            for (const uri of addresses) bus.publish({ kind: "resource_updated", uri });
            if (listed) bus.publish({ kind: "resources_list_changed" });
          },
          ended,
        });
        return () => {
          unsubscribe();
          stopWatching();
        };
      },
    };
  }
}
