/** Bytes that may be in memory at once for many requests together. */
export class ByteBudget {
  readonly #bytesMax: number;
  #taken = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What one request takes; `end` gives it back. */
  loan(): ByteLoan {
    let own = 0;
    const add = (bytes: number) => {
      own += bytes;
      this.#taken += bytes;
    };
    return {
      take: (bytes) => {
        if (this.#taken + bytes > this.#bytesMax) return false;
        add(bytes);
        return true;
      },
      give: (bytes) => add(-bytes),
      end: () => add(-own),
    };
  }
}

export interface ByteLoan {
  /** False when there are not as many left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  end(): void;
}
