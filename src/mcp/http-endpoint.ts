/** `/mcp`: Streamable HTTP for the assistants of this home, each known by its token. Host, Origin and address were checked by the server. */
import { type ErrorCode, PoolError } from "../core/errors.ts";
import {
  type Admissions,
  type AskPassphrase,
  type AssistantRecord,
  type Node,
  openAssistant,
  recordOfToken,
  removedText,
} from "../node/index.ts";
import { HttpAssistant } from "./http-assistant.ts";
import type { Register } from "./memory-server.ts";
import { Service } from "./service.ts";

export const mcpPath = "/mcp";

export interface McpEndpointOptions {
  readonly node: Node;
  readonly ask: AskPassphrase;
  readonly news: Pick<Admissions, "subscribe">;
  /** Told of defects; must not throw. */
  readonly report?: (error: unknown) => void;
  /** More than the memory, for a conformance suite. */
  readonly register?: Register;
}

export interface McpEndpoint {
  answer(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export function mcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  return new Endpoint(options);
}

class Endpoint implements McpEndpoint {
  readonly #options: McpEndpointOptions;
  /** By did: an assistant that is added again under its name is another one. */
  readonly #open = new Map<string, Promise<HttpAssistant>>();

  constructor(options: McpEndpointOptions) {
    this.#options = options;
  }

  async answer(request: Request): Promise<Response> {
    try {
      const record = this.#recordOf(request);
      if (record === null) return refusal(401, "unauthorized: this memory answers assistants that its owner added, by their token");
      if (record.removedAt !== null) {
        await this.#close(record.did);
        return refusal(403, `unauthorized: ${removedText(record)}`);
      }
      return await (await this.#assistant(record)).answer(request);
    } catch (error) {
      if (error instanceof PoolError) return refusal(statusOf[error.code] ?? 500, `${error.code}: ${error.message}`);
      this.#options.report?.(error);
      return refusal(500, "internal: something failed in this memory");
    }
  }

  async close(): Promise<void> {
    for (const did of [...this.#open.keys()]) await this.#close(did);
  }

  #recordOf(request: Request): AssistantRecord | null {
    const token = /^Bearer +([\w-]{1,200}) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    return token === undefined ? null : recordOfToken(this.#options.node.home, token);
  }

  /** A record that was changed by hand (another quota) counts from the next start. */
  async #assistant(record: AssistantRecord): Promise<HttpAssistant> {
    const known = this.#open.get(record.did);
    if (known !== undefined) return known;
    const opening = this.#opened(record);
    this.#open.set(record.did, opening);
    opening.catch(() => this.#open.delete(record.did));
    return opening;
  }

  async #opened({ name }: AssistantRecord): Promise<HttpAssistant> {
    const { node, ask, news, report = () => {}, register } = this.#options;
    const { clock, random } = node.writer;
    const assistant = await openAssistant(node.home, name, ask, { clock, random });
    return new HttpAssistant(new Service(node, assistant), { news, report, register });
  }

  async #close(did: string): Promise<void> {
    const open = this.#open.get(did);
    this.#open.delete(did);
    await open?.then((each) => each.close());
  }
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = { unauthorized: 403, rate: 429 };

/** 401 without a hint at an authorisation server: there is none to go to. */
function refusal(status: number, message: string): Response {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return Response.json({ jsonrpc: "2.0", error: { code: -32001, message }, id: null }, { status, headers });
}
