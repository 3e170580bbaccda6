/** Change notifications over one connection that is kept, in both eras of the protocol. */
import { type McpServer, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { limits } from "../core/limits.ts";
import type { Service } from "./service.ts";
import type { SliceWatch } from "./slice-watch.ts";
import { failureText } from "./tool.ts";

export interface Telling {
  /** Tells once more what has changed: for a client that may have missed it, having no stream. */
  again(): void;
  stop(): void;
}

/**
 * Has the server tell its client of changes. A client of 2025 names resources one by one; one of 2026 opens a stream with a filter, which
 * the SDK applies.
 */
export function tellChanges(server: McpServer, service: Service, watch: SliceWatch, era: "legacy" | "modern"): Telling {
  const wanted = new Set<string>();
  /** Those of the wanted that changed since, and whether any resource came or went: of a client of 2025. */
  const changed = new Set<string>();
  let listChanged = false;
  const tell = (addresses: Iterable<string>, listed: boolean) => {
    for (const uri of addresses) void server.server.sendResourceUpdated({ uri }).catch(() => {}); // a client that is gone
    if (listed && server.isConnected()) server.sendResourceListChanged();
  };
  const { ready, stop } = watch.listen({
    changed(addresses, listed) {
      if (era === "modern") return tell(addresses, listed);
      const told = [...addresses].filter((uri) => wanted.has(uri));
      for (const uri of told) changed.add(uri);
      listChanged ||= listed;
      tell(told, listed);
    },
    ended() {
      changed.clear();
      listChanged = false;
      stop();
    },
  });
  if (era === "legacy") {
    server.server.setRequestHandler("resources/subscribe", async ({ params }) => {
      await service.enter().catch((error) => {
        throw new ProtocolError(ProtocolErrorCode.InvalidRequest, failureText(error));
      });
      if (wanted.size >= limits.mcpSubscribedResources && !wanted.has(params.uri)) {
        throw new ProtocolError(ProtocolErrorCode.InvalidRequest, `at most ${limits.mcpSubscribedResources} resources are told of`);
      }
      wanted.add(params.uri);
      await ready; // what changes after the answer is told
      return {};
    });
    server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
      wanted.delete(params.uri);
      changed.delete(params.uri);
      return {};
    });
  }
  return { again: () => tell(changed, listChanged), stop };
}
