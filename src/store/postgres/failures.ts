/** What PostgreSQL and its connection can answer, as `PoolError("storage")`: which server, what is wrong, what to do. */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no server answers there",
  ENOENT: "no server has its socket there",
  ENOTFOUND: "there is no such host",
  EACCES: "its socket may not be used by this user",
  ETIMEDOUT: "the server does not answer",
  "28000": "it does not let this role in",
  "28P01": "the password is wrong",
  "3D000": "there is no such database",
  "53100": "its disk is full",
  "53200": "it is out of memory",
  "53300": "it has no connection left: allow it more, or let this process take fewer",
  "55P03": "another process has been writing to this pool for a minute",
  "42501": "this role may not do that there: see docs/postgres.md",
  "23505": "the operation is in the store already",
  "25006": "it is read-only",
  "57P03": "it is starting up or shutting down",
};

const noneHad = `no connection could be had for ${limits.postgresPatienceMs / 1_000} s: the server does not answer, or all are in use`;

/** The code of an error, or of the one that a `PoolError` tells of. */
export function codeOf(error: unknown): string {
  if (error instanceof PoolError) return codeOf(error.cause);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** True when the connection is gone, or none was made, with whatever it had not committed. */
export function isLost(error: unknown): boolean {
  if (error instanceof PoolError) return isLost(error.cause);
  const code = codeOf(error);
  if (code.startsWith("08") || code.startsWith("57P0")) return true;
  if (["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOENT"].includes(code)) return true;
  return error instanceof Error && /^Connection terminated|^Client has encountered a connection error/.test(error.message);
}

/** True when PostgreSQL undid a transaction which can be asked again as it is: it and another one waited for each other, or could not be put in an order. */
export function isUndone(error: unknown): boolean {
  return ["40P01", "40001"].includes(codeOf(error));
}

/** An address as it may be shown: without a password. */
export function shownAddress(url: string): string {
  try {
    const { protocol, username, host, pathname, searchParams } = new URL(url);
    const socket = searchParams.get("host");
    return `${protocol}//${username ? `${username}@` : ""}${host}${pathname}${socket ? ` (${socket})` : ""}`;
  } catch {
    return "PostgreSQL";
  }
}

/** `error` for the caller; a `PoolError` is one already, and what a caller's own function threw is left alone by its caller. */
export function asStorage(error: unknown, address: string): PoolError {
  if (error instanceof PoolError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("timeout exceeded"))
    return new PoolError("storage", `the store at ${address}: ${noneHad}`, { address }, { cause: error });
  const lost = isLost(error) ? `the connection was lost (${message})` : message;
  return new PoolError("storage", `the store at ${address}: ${meanings[code] ?? lost}`, { address, code }, { cause: error });
}
