/** Operations that arrived before what they follow: kept for the rest of a sync, indexed by the ids they wait for (section 4). */
import type { OpId } from "../op/operation.ts";
import type { Json } from "../ports.ts";

export interface Waiting {
  readonly id: OpId;
  readonly lamport: number;
  /** The first of its `prev` that is missing; null when it lacks its own payload. */
  readonly waitsFor: OpId | null;
  /** All of its `prev` that are missing; none when it lacks its own payload. */
  readonly missing: readonly OpId[];
  readonly envelope: Json;
  /** Bytes it takes here, roughly. */
  readonly bytes: number;
}

interface Kept extends Waiting {
  readonly left: Set<OpId>;
}

export class Deferred {
  readonly #waiting = new Map<OpId, Kept>();
  readonly #byMissing = new Map<OpId, Set<OpId>>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  ids(): OpId[] {
    return [...this.#waiting.keys()];
  }

  has(id: OpId): boolean {
    return this.#waiting.has(id);
  }

  /** Keeps an operation; beyond the limit those with the highest lamport go, and are returned to be asked for again. */
  add(op: Waiting): OpId[] {
    this.remove(op.id);
    this.#waiting.set(op.id, { ...op, left: new Set(op.missing) });
    this.#bytes += op.bytes;
    for (const id of op.missing) this.#byMissing.set(id, (this.#byMissing.get(id) ?? new Set()).add(op.id));
    return this.#bytes > this.#maxBytes ? this.#dropHighest() : [];
  }

  /** Drops to three quarters at once, so that a peer that sends only such operations costs little for each. */
  #dropHighest(): OpId[] {
    const dropped: OpId[] = [];
    for (const { id } of [...this.#waiting.values()].sort((left, right) => right.lamport - left.lamport)) {
      if (this.#bytes <= (this.#maxBytes * 3) / 4) break;
      this.remove(id);
      dropped.push(id);
    }
    return dropped;
  }

  /**
   * Takes out what waited for these alone, what waited for that, and so on, each after all it follows: a whole chain at
   * once when its first operation comes last.
   */
  release(arrived: Iterable<OpId>): Json[] {
    const released: Json[] = [];
    const here = [...arrived];
    for (let next = 0; next < here.length; next++) {
      for (const id of this.#byMissing.get(here[next] as OpId) ?? []) {
        const op = this.#waiting.get(id);
        op?.left.delete(here[next] as OpId);
        if (op === undefined || op.left.size > 0) continue;
        released.push(op.envelope);
        this.remove(id);
        here.push(id);
      }
      this.#byMissing.delete(here[next] as OpId);
    }
    return released;
  }

  remove(id: OpId): void {
    const op = this.#waiting.get(id);
    if (op === undefined) return;
    this.#waiting.delete(id);
    this.#bytes -= op.bytes;
    for (const missing of op.left) {
      const waiting = this.#byMissing.get(missing);
      waiting?.delete(id);
      if (waiting?.size === 0) this.#byMissing.delete(missing);
    }
  }
}
