/**
 * What a line of a hub's log may hold (docs/metrics.md). Nothing else gets in, whoever hands it over: the log of a hub is read by people
 * who may not read what it hosts, and is kept where nobody erases.
 */
import type { OpId } from "../../core/op/operation.ts";
import type { Sha256Hex } from "../../core/ports.ts";
import { messageTypes } from "../../core/sync/authorise.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What happened. */
export type LogEvent =
  | "started" // the process listens
  | "ready" // it is ready to be asked, or is so again
  | "unready" // it is not: `reason` says which part is missing
  | "draining" // it was told to end
  | "stopped" // it ended; `reason` when something was cut off
  | "request" // one message was answered, over HTTP or on a kept connection
  | "news_lost" // what other processes admit is not heard
  | "news_back"
  | "job" // a job of the queue ended
  | "pool" // the operator did something to a pool: `type` says what
  | "failed"; // something that should not have happened: `where` is the place in the code

export interface LogFields {
  /** Of one request, in all its lines: 16 hex digits. */
  readonly request?: string;
  /** See `poolHash`. */
  readonly pool?: string;
  /** Of a message or a job; `other` for one that is not known. */
  readonly type?: string;
  readonly status?: number;
  readonly code?: string;
  readonly ms?: number;
  /** Bytes of the message, and of its reply, as JSON on the wire. */
  readonly received?: number;
  readonly sent?: number;
  /** Of whatever `event` counts. */
  readonly count?: number;
  /** Own words of the program: never an error's message, which may quote what it failed on. */
  readonly reason?: string;
  /** File and line, the first of our own below an error. */
  readonly where?: string;
  /** Addresses that the process itself listens at. */
  readonly address?: string;
  readonly version?: string;
}

const rules: { readonly [Name in keyof Required<LogFields>]: RegExp | "number" } = {
  request: /^[0-9a-f]{16}$/,
  pool: /^[0-9a-f]{12}$/,
  type: /^[a-z0-9_]{1,40}$/,
  status: "number",
  code: /^[a-z0-9_]{1,40}$/,
  ms: "number",
  received: "number",
  sent: "number",
  count: "number",
  reason: /^[a-z0-9 ,.;:-]{1,120}$/,
  where: /^[\w./-]{1,120}(:\d+){0,2}$/,
  address: /^https?:\/\/[\w.:[\]-]{1,80}$/,
  version: /^[\w.+-]{1,40}$/,
};

/** The fields that may be logged, as they may be; what has another form is left out. */
export function allowed(fields: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value: unknown = fields[name as keyof LogFields];
    if (typeof value === "number" && rule === "number" && Number.isFinite(value)) kept[name] = Math.round(value * 10) / 10;
    else if (typeof value === "string" && rule !== "number" && rule.test(value)) kept[name] = value;
  }
  return kept;
}

/** A pool as logs and traces name it: who has the pool's id finds it there, and nobody finds the id by it. */
export function poolHash(sha256Hex: Sha256Hex, pool: OpId): string {
  return sha256Hex(new TextEncoder().encode(`fablepool.hub.log.v1\n${pool}`)).slice(0, 12);
}

const known: ReadonlySet<string> = new Set([...messageTypes, "live", "host"]);

/** A message's type as logs and metrics name it: whoever asks does not choose their words, nor how many metrics there are. */
export function knownType(type: string | null): string {
  if (type === null) return "none";
  return known.has(type) ? type : "other";
}

/** Where an error comes from: the first line of its stack that is ours. */
export function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const line of stack.split("\n").filter((each) => /^\s+at /.test(each))) {
    const found = /\/((?:src|dist)\/[\w./-]+:\d+)(?::\d+)?\)?$/.exec(line);
    if (found && !line.includes("node_modules")) return found[1];
  }
  return undefined;
}
