/** Whether a process is alive, and whether it may be asked (docs/operate.md). */

export type Part = "database" | "schema" | "news" | "draining";

export interface HealthOptions {
  /** Milliseconds in which the database must answer. */
  readonly patienceMs: number;
  /** Rejects, or never resolves, when the database does not answer; false when its schema is not this program's. */
  readonly checkDatabase: () => Promise<boolean>;
  readonly isNewsConnected: () => boolean;
  readonly isDraining: () => boolean;
}

export interface Readiness {
  readonly ready: boolean;
  readonly database: "ok" | "no answer";
  readonly schema: "ok" | "another version" | "unknown";
  /** `degraded`: what other processes admit arrives late; requests are answered all the same. */
  readonly news: "ok" | "degraded";
  readonly draining: boolean;
}

/** Never rejects, and never waits longer than `patienceMs`. */
export async function readiness({ patienceMs, checkDatabase, isNewsConnected, isDraining }: HealthOptions): Promise<Readiness> {
  const { promise: tooLate, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), patienceMs);
  const current = await Promise.race([checkDatabase().catch(() => null), tooLate]);
  clearTimeout(timer);
  return {
    ready: current === true && !isDraining(),
    database: current === null ? "no answer" : "ok",
    schema: current === null ? "unknown" : current ? "ok" : "another version",
    news: isNewsConnected() ? "ok" : "degraded",
    draining: isDraining(),
  };
}

/** What is missing, in words for the log; null when nothing is. */
export function lacking(is: Readiness): string | null {
  if (is.draining) return "draining";
  if (is.database !== "ok") return "database: no answer";
  return is.schema === "ok" ? null : "schema: another version";
}
