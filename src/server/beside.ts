/** Pages and endpoints that a node's server answers beside `/fpl-sync/1`, for programs of its owner on the same machine. */
import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { isLoopbackHost } from "../transport/authority.ts";
import type { AuthorityCheck } from "./authorities.ts";
import { ipBytes } from "./ip-address.ts";
import { readRequest } from "./sync-request.ts";

export interface Beside {
  /** The path that it answers, whole. */
  readonly path: string;
  answer(request: Request): Promise<Response>;
}

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/**
 * Has requests to these paths answered by them, all others by `fetch`. They are answered only
 * - over a connection from this machine, whatever the server listens at (else 403);
 * - by one of the server's names: a page that points a name of its own here is refused (421);
 * - to no other site's page: `Origin`, when it is sent, is the server's own (403).
 */
export function withBeside(
  fetch: Fetch,
  beside: readonly Beside[],
  { isOurs, secure }: { isOurs: AuthorityCheck; secure: boolean },
): Fetch {
  return (request, env) => {
    const sync = readRequest(env.incoming, secure);
    const found = beside.find(({ path }) => sync.path === path || sync.path.startsWith(`${path}?`));
    if (found === undefined) return fetch(request, env);
    if (!isLocal(env.incoming)) return refused(403, "this is answered to programs on the same machine only");
    const { authority } = sync;
    if (authority === null || !isOurs(authority, env.incoming.socket)) return refused(421, "this server has another name");
    const { origin } = env.incoming.headers;
    if (origin !== undefined && origin.toLowerCase() !== `${secure ? "https" : "http"}://${authority}`) {
      return refused(403, "other sites' pages are not answered");
    }
    return found.answer(request);
  };
}

function isLocal({ socket }: IncomingMessage): boolean {
  const bytes = ipBytes(socket.remoteAddress ?? "");
  return bytes !== null && isLoopbackHost(bytes.length === 4 ? bytes.join(".") : (socket.remoteAddress ?? ""));
}

function refused(status: 403 | 421, message: string): Response {
  return Response.json({ jsonrpc: "2.0", error: { code: -32001, message }, id: null }, { status });
}
