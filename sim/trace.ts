/** What happened, step by step, as a digest: two runs of a script are the same when their digests are. */
import { createHash } from "node:crypto";

export class Trace {
  readonly #hash = createHash("sha256");
  readonly #lines: string[] | null;
  /** Things that happened: messages, writes, transactions, crashes, steps of a sync. */
  steps = 0;

  /** With `keep`, the lines themselves can be read later. */
  constructor(keep = false) {
    this.#lines = keep ? [] : null;
  }

  /** One thing that happened. `detail` counts for the digest, in full. */
  step(what: string, detail = ""): void {
    this.steps++;
    this.#hash.update(`${what}\n${detail}\n`);
    this.#lines?.push(`${String(this.steps).padStart(5)} ${what} ${detail.length > 400 ? `${detail.slice(0, 400)}…` : detail}`);
  }

  lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** Ends the trace. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
