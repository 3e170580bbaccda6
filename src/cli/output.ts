/** How the command line talks: results to stdout, everything else to stderr, one exit code a kind of trouble. */
import { type ErrorCode, PoolError } from "../core/errors.ts";
import { isDiskTrouble, systemWords } from "../node/index.ts";

export const exitCodes = {
  done: 0,
  /** Done, but something in it was wrong: a file that could not be read, an operation that was rejected, a failed check. */
  partly: 1,
  usage: 2,
  home: 3,
  notFound: 4,
  network: 5,
  refused: 6,
  storage: 7,
  internal: 70,
  interrupted: 130,
} as const;

const codeOf: Partial<Record<ErrorCode, number>> = {
  usage: exitCodes.usage,
  key: exitCodes.usage,
  home: exitCodes.home,
  no_pool: exitCodes.home,
  passphrase: exitCodes.home,
  not_found: exitCodes.notFound,
  network: exitCodes.network,
  peer: exitCodes.network,
  role: exitCodes.refused,
  stale: exitCodes.refused,
  unauthorized: exitCodes.refused,
  storage: exitCodes.storage,
  interrupted: exitCodes.interrupted,
};

export interface Output {
  readonly json: boolean;
  /** The result: `data` as one JSON value with `--json`, else `text`. */
  result(data: unknown, text: string): void;
  /** A line for people, beside the result; nothing with `--json`. */
  note(text: string): void;
  /** Something that went wrong without ending the command. */
  problem(text: string): void;
  progress(text: string, share: number | null): void;
  endProgress(): void;
}

export function makeOutput(json: boolean): Output {
  const shows = process.stderr.isTTY && !json;
  let shown = 0;
  const clear = () => {
    if (shown > 0) process.stderr.write("\r\u001b[K");
  };
  return {
    json,
    result(data, text) {
      this.endProgress();
      process.stdout.write(json ? `${JSON.stringify(data)}\n` : text === "" ? "" : `${text}\n`);
    },
    note(text) {
      clear();
      if (!json) process.stderr.write(`${text}\n`);
    },
    problem(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress(text, share) {
      if (!shows || performance.now() - shown < 100) return;
      shown = performance.now();
      const filled = share === null ? 0 : Math.round(20 * Math.min(1, share));
      const bar =
        share === null ? "" : `[${"#".repeat(filled)}${"-".repeat(20 - filled)}] ${String(Math.round(100 * share)).padStart(3)} % `;
      process.stderr.write(`\r\u001b[K${bar}${text}`);
    },
    endProgress() {
      clear();
      shown = 0;
    },
  };
}

/** Says what went wrong in one line, and returns the exit code for it. A disk that is full or fails is no defect, wherever it is met. */
export function reportError(thrown: unknown, json: boolean): number {
  const error = isDiskTrouble(thrown) ? new PoolError("storage", systemWords(thrown), {}, { cause: thrown }) : thrown;
  const known = error instanceof PoolError;
  const code = known ? error.code : "internal";
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else if (known) process.stderr.write(`fablepool: ${message}\n`);
  else
    process.stderr.write(`fablepool: this is a defect, please report it: ${error instanceof Error ? (error.stack ?? message) : message}\n`);
  return known ? (codeOf[code] ?? exitCodes.partly) : exitCodes.internal;
}
