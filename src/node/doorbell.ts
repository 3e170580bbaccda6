/** Wakes one that waits: a ring that came while nobody waited is kept, once. */
export class Doorbell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, or after `ms` when it is given. */
  async wait(ms?: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = ms === undefined ? null : setTimeout(resolve, ms);
      this.#wake = resolve;
      await promise;
      if (timer) clearTimeout(timer);
      this.#wake = null;
    }
    this.#rung = false;
  }
}
