/** Asking a chat endpoint of the OpenAI kind: one request, one bounded reply, nothing followed and nothing tried again. */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { JsonObject } from "../core/ports.ts";
import { isLoopbackHost } from "../transport/authority.ts"; // alone: HTTP takes its time to load

export interface ChatEndpoint {
  /** Where requests go: `http://localhost:11434/v1/chat/completions`. */
  readonly url: string;
  /** True when nothing that is sent leaves this machine. */
  readonly loopback: boolean;
}

/** It stands in every `inference` operation. */
const urlMax = 1_000;

/** Where a person's URL leads: a base (`http://localhost:11434/v1`) or the whole path. Throws `PoolError("usage")`. */
export function chatEndpoint(text: string): ChatEndpoint {
  return endpointAt(text, "/chat/completions");
}

/** The same for a model that says what texts mean, on this machine alone: all of a memory would be sent to it. */
export function embeddingEndpoint(text: string): ChatEndpoint {
  const endpoint = endpointAt(text, "/embeddings");
  if (endpoint.loopback) return endpoint;
  throw new PoolError("usage", "all of your memory would be sent there: only a model on this machine may be asked what texts mean");
}

function endpointAt(text: string, end: string): ChatEndpoint {
  const url = text.length <= urlMax && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new PoolError("usage", `not an http:// or https:// address: ${text.slice(0, 200)}`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new PoolError("usage", "the endpoint is scheme, host, port and path alone: a key has its own place, FABLEPOOL_MODEL_KEY");
  }
  const loopback = isLoopbackHost(url.hostname);
  if (url.protocol === "http:" && !loopback) {
    throw new PoolError("usage", `http:// would send your words in the clear: use https://${url.host}, or a model on this machine`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  return { url: `${url.origin}${path.endsWith(end) ? path : `${path}${end}`}`, loopback };
}

export interface ChatOptions {
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Bytes of the reply; `limits.modelReplyBytes` without. */
  readonly bytesMax?: number | undefined;
}

/**
 * The body of the reply, at most `bytesMax`. Rejects with `PoolError("network")` when none comes, with `peer` for
 * any answer but 200, a redirect among them, and with `too_large`.
 */
export async function askChat(endpoint: ChatEndpoint, question: JsonObject, options: ChatOptions = {}): Promise<Uint8Array> {
  const { apiKey, signal, timeoutMs = limits.modelReplyMs, bytesMax = limits.modelReplyBytes } = options;
  const ends = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const reply = await fetch(endpoint.url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any(ends),
      headers: { "content-type": "application/json", ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify(question),
    });
    if (reply.status === 200) return await bounded(reply, bytesMax);
    await reply.body?.cancel();
    throw new PoolError("peer", `it answered ${reply.status}`);
  } catch (error) {
    if (error instanceof PoolError) throw error;
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw new PoolError("network", isLate ? `no reply within ${timeoutMs / 1_000} s` : reasonOf(error), {}, { cause: error });
  }
}

async function bounded(reply: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of reply.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new PoolError("too_large", `its reply is longer than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : String(cause);
}
