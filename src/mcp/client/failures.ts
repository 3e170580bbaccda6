/** Failures as a program branches on them: the codes of `spec/errors.md`. */
import { SdkHttpError } from "@modelcontextprotocol/client";
import { type ErrorCode, PoolError } from "../../core/errors.ts";

const told: ReadonlySet<string> = new Set<ErrorCode>([
  ...(["unauthorized", "not_found", "rate", "usage", "interrupted", "too_large", "storage", "role", "stale", "internal"] as const),
]);

/** What a tool said of its failure: a code, and words for the assistant. Input that doesn't fit its schema has no code. */
export function failureOf(text: string): PoolError {
  const [, code = "", message = ""] = /^([a-z_]+): (.*)$/s.exec(text) ?? [];
  return told.has(code) ? new PoolError(code as ErrorCode, message) : new PoolError("usage", text);
}

/** What the connection says: the memory's own words where it gave any. */
export function asPoolError(error: unknown): PoolError {
  const words = error instanceof Error ? error.message : String(error);
  const { status, text = words } = (error instanceof SdkHttpError ? error.data : {}) as { status?: number; text?: unknown };
  const [, said = words] = /"message":"((?:[^"\\]|\\.)*)"/.exec(String(text)) ?? [];
  const isRefused = status === 401 || status === 403 || /unauthorized: /.test(said);
  return new PoolError(isRefused ? "unauthorized" : "network", said.replace(/^.*unauthorized: /s, ""), {}, { cause: error });
}
