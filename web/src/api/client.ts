/** Asking the node: JSON over HTTP to where the page came from, with the session's token. */
import { setConnection } from "./connection.ts";
import { token } from "./session.ts";

/** What the node answered instead of what was asked for, or that it did not answer. */
export class Problem extends Error {
  override name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly hint: string | undefined;

  constructor(code: string, status: number, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.hint = hint;
  }
}

export interface Asking {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON, or as the form it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects with `Problem`: `unreachable` when the node did not answer, else the node's own code. */
export async function ask<Answer>(path: string, asking: Asking = {}): Promise<Answer> {
  const response = await request(path, asking);
  const text = await response.text();
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
  throw problemOf(response.status, text);
}

/** The response itself, for those that read it as it comes. */
export async function request(path: string, { method = "GET", body, signal }: Asking = {}): Promise<Response> {
  const isForm = body instanceof FormData;
  const headers: Record<string, string> = { authorization: `Bearer ${token() ?? ""}` };
  if (body !== undefined && !isForm) headers["content-type"] = "application/json";
  const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
  try {
    const response = await fetch(`/api${path}`, { method, headers, ...sent, ...(signal ? { signal } : {}), credentials: "omit" });
    setConnection(response.status === 401 ? "closed" : "open");
    return response;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    setConnection("away");
    throw new Problem("unreachable", 0, "");
  }
}

export function problemOf(status: number, text: string): Problem {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; hint?: string } };
    return new Problem(error.code, status, error.message, error.hint);
  } catch {
    return new Problem("internal", status, text.slice(0, 200));
  }
}

/** A path with its query; absent and empty values are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") params.set(name, String(value));
  const text = params.toString();
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`;
}
