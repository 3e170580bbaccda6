/** The structured log of a hub's process: one JSON object a line, of fields that are listed and checked (`log-fields.ts`). */
import { pino } from "pino";
import { PoolError } from "../../core/errors.ts";
import { allowed, type LogEvent, type LogFields, type LogLevel, placeOf } from "./log-fields.ts";

export interface HubLog {
  write(level: Exclude<LogLevel, "silent">, event: LogEvent, fields?: LogFields): void;
  /** An error that nobody was told: its code and its place, never its words. */
  failed(error: unknown, fields?: LogFields): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** The process's own name: what tells its lines from those of its siblings. */
  readonly process: string;
  /** Where lines go, each with its end. Must not throw. */
  readonly write: (line: string) => void;
}

export function openLog({ level, process, write }: LogOptions): HubLog {
  const lines = pino(
    {
      level,
      base: { process },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const log: HubLog = {
    write: (at, event, fields = {}) => lines[at]({ event, ...allowed(fields) }),
    failed: (error, fields = {}) => {
      const where = placeOf(error);
      const code = error instanceof PoolError ? error.code : "internal";
      log.write("error", "failed", { ...fields, code, ...(where === undefined ? {} : { where }) });
    },
  };
  return log;
}
