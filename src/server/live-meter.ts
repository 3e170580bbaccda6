/** What a kept connection sends and has not finished: counted where it comes in, since a frame may come in endless pieces. */
import type { ByteLoan } from "./byte-budget.ts";

export class LiveMeter {
  readonly #loan: ByteLoan;
  readonly #deadlineMs: number;
  #unsettled = 0;
  /** When what is unsettled began, milliseconds; null when everything that came is settled. */
  #since: number | null = null;

  constructor(loan: ByteLoan, deadlineMs: number) {
    this.#loan = loan;
    this.#deadlineMs = deadlineMs;
  }

  /** False when there is no more memory for what comes. */
  came(bytes: number, now: number): boolean {
    this.#unsettled += bytes;
    this.#since ??= now;
    return this.#loan.take(bytes);
  }

  /** A whole message came, and was answered: what came before it is done with. */
  answered(): void {
    this.settle(this.#unsettled);
  }

  /** These bytes were a control frame, which says nothing of the message around it. */
  settle(bytes: number): void {
    const done = Math.min(bytes, this.#unsettled);
    this.#unsettled -= done;
    this.#loan.give(done);
    if (this.#unsettled === 0) this.#since = null;
  }

  /** True when a message began too long ago and is not whole yet. */
  isLate(now: number): boolean {
    return this.#since !== null && now - this.#since > this.#deadlineMs;
  }

  end(): void {
    this.#loan.end();
  }
}
