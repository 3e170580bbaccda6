import { hash } from "node:crypto";
import { limits } from "../core/limits.ts";

/** Nonces that known keys have used (section 7): each is good once within `limits.nonceSeconds`. */
export interface Nonces {
  /** Whether this process may know of those that came before its start. If not, what was signed before its start could be a replay, and is refused. */
  readonly persistent: boolean;
  /**
   * Remembers one, which was signed at `created` (both in milliseconds), before it resolves: `seen` when it was there already, `full` when
   * this key has too many, `forgotten` when what came at that time is not known any more.
   */
  add(key: string, nonce: string, now: number, created: number): Promise<"new" | "seen" | "full" | "forgotten">;
}

export function memoryNonces(perKeyMax: number = limits.noncesPerKey): Nonces {
  return new MemoryNonces(perKeyMax);
}

class MemoryNonces implements Nonces {
  readonly persistent = false;
  readonly #perKeyMax: number;
  /** By key and nonce: when it came. Oldest first. */
  readonly #seen = new Map<string, { readonly key: string; readonly at: number }>();
  readonly #counts = new Map<string, number>();

  constructor(perKeyMax: number) {
    this.#perKeyMax = perKeyMax;
  }

  async add(key: string, nonce: string, now: number): Promise<"new" | "seen" | "full"> {
    this.#forget(now);
    const name = `${key} ${nonce.length <= 64 ? nonce : hash("sha256", nonce)}`; // long ones must not cost more
    if (this.#seen.has(name)) return "seen";
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#perKeyMax) return "full";
    this.#seen.set(name, { key, at: now });
    this.#counts.set(key, count + 1);
    return "new";
  }

  #forget(now: number): void {
    for (const [name, { key, at }] of this.#seen) {
      if (now - at <= limits.nonceSeconds * 1_000) return;
      this.#seen.delete(name);
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left === 0) this.#counts.delete(key);
      else this.#counts.set(key, left);
    }
  }
}
