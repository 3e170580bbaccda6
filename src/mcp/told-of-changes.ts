/** Change notifications over one connection that is kept, in both eras of the protocol. */
import { type McpServer, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { limits } from "../core/limits.ts";
import type { Service } from "./service.ts";
import type { SliceWatch } from "./slice-watch.ts";
import { failureText } from "./tool.ts";

/**
 * Has the server tell its client of changes. A client of 2025 names resources one by one; one of 2026 opens a stream with a filter, which
 * the SDK applies. Returns how to stop.
 */
export function tellChanges(server: McpServer, service: Service, watch: SliceWatch, era: "legacy" | "modern"): () => void {
  const wanted = new Set<string>();
  const { ready, stop } = watch.listen({
    changed(addresses, listed) {
      for (const uri of addresses) {
        if (era === "modern" || wanted.has(uri)) void server.server.sendResourceUpdated({ uri }).catch(() => {}); // a client that is gone
      }
      if (listed && server.isConnected()) server.sendResourceListChanged();
    },
    ended: () => stop(),
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
      return {};
    });
  }
  return stop;
}
