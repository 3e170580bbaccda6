/** Sessions of clients that speak the protocol of 2025 over HTTP: each has a server of its own, which may ask its user something. */
import { randomUUID } from "node:crypto";
import { type McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { limits } from "../core/limits.ts";
import type { Telling } from "./told-of-changes.ts";

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly telling: Telling;
  usedAt: number;
}

export interface SessionsOptions {
  /** Makes a server for a new session, and what tells its client of changes until it ends. */
  readonly serve: () => { readonly server: McpServer; readonly telling: Telling };
}

export class HttpSessions {
  readonly #options: SessionsOptions;
  /** Longest unused first. */
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async answer(request: Request): Promise<Response> {
    const now = performance.now();
    for (const [id, { usedAt }] of this.#sessions) if (now - usedAt >= limits.mcpSessionMs) await this.#end(id);
    const id = request.headers.get("mcp-session-id");
    if (id === null) return this.#begin(request);
    const session = this.#sessions.get(id);
    if (session === undefined) return sessionUnknown();
    session.usedAt = now;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    const response = await session.transport.handleRequest(request);
    // The client opened its stream, at first or again. The transport drops what is told while there is none.
    if (request.method === "GET" && response.ok) session.telling.again();
    return response;
  }

  async close(): Promise<void> {
    for (const id of [...this.#sessions.keys()]) await this.#end(id);
  }

  /** Anything but an `initialize` is refused by the transport; then the server was made for nothing, and goes. */
  async #begin(request: Request): Promise<Response> {
    const { server, telling } = this.#options.serve();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: limits.mcpRequestBytes,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { transport, telling, usedAt: performance.now() });
      },
    });
    await server.connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
      telling.stop();
      closed?.();
    };
    const response = await transport.handleRequest(request);
    if (transport.sessionId === undefined || !this.#sessions.has(transport.sessionId)) {
      telling.stop();
      await server.close();
    }
    for (const id of [...this.#sessions.keys()].slice(0, -limits.mcpSessions)) await this.#end(id);
    return response;
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.telling.stop();
    await session?.transport.close();
  }
}

/** A client begins anew when it hears that. */
function sessionUnknown(): Response {
  return Response.json(
    { jsonrpc: "2.0", error: { code: -32001, message: "this session is over: begin a new one" }, id: null },
    { status: 404 },
  );
}
