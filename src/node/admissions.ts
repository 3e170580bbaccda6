/**
 * Operations as they are admitted to this replica, whoever admits them: this process, or another one on the same home
 * (`import` while `serve` runs). Subscribers are the live connections, and whatever shows the pool as it changes.
 */
import type { Chain } from "../core/admission/chains.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { ChainPart } from "../store/index.ts";
import type { Replica } from "./replica.ts";

export interface Admitted {
  /** Where the new operations stand on their authors' chains: `reader.ordered({ parts, … })` reads them, a page at a time. */
  readonly parts: readonly ChainPart[];
  readonly count: number;
}

/** Must not throw. */
export type AdmittedListener = (admitted: Admitted) => void;

export interface Admissions {
  /** Calls `listener` once operations are durable and in the view, each operation once; returns how to stop. */
  subscribe(listener: AdmittedListener): () => void;
  /** Nothing is told any more. To be called before the store is closed. */
  close(): Promise<void>;
}

/**
 * Tells what is admitted from now on. This process's own commits are seen at once, others' within `pollMs`: a look costs one
 * small read, and only when something was admitted are the chains read too.
 */
export async function openAdmissions(replica: Replica, options: { readonly pollMs?: number } = {}): Promise<Admissions> {
  const watch = new AdmissionWatch(replica, options.pollMs ?? limits.storePollMs);
  await watch.begin();
  return watch;
}

class AdmissionWatch implements Admissions {
  readonly #replica: Replica;
  readonly #pollMs: number;
  readonly #listeners = new Set<AdmittedListener>();
  readonly #unsubscribe: () => void;
  #generation = 0;
  /** How far each chain was told. */
  #told = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;
  /** The look that is under way; one at a time. */
  #looking: Promise<void> = Promise.resolve();
  #looksWaiting = 0;
  #open = true;

  constructor(replica: Replica, pollMs: number) {
    this.#replica = replica;
    this.#pollMs = pollMs;
    this.#unsubscribe = replica.onChange(() => this.#lookSoon());
  }

  async begin(): Promise<void> {
    await this.#news();
    this.#poll();
  }

  subscribe(listener: AdmittedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#unsubscribe();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  #poll(): void {
    if (!this.#open) return;
    this.#timer = setTimeout(() => this.#lookSoon().then(() => this.#poll()), this.#pollMs).unref();
  }

  /** A look that has not begun yet will see what made this one wanted, too. */
  #lookSoon(): Promise<void> {
    if (this.#looksWaiting === 0) {
      this.#looksWaiting = 1;
      this.#looking = this.#looking.then(() => this.#look());
    }
    return this.#looking;
  }

  async #look(): Promise<void> {
    this.#looksWaiting = 0;
    if (!this.#open) return;
    try {
      const parts = await this.#news();
      const count = parts.reduce((sum, { after, upTo }) => sum + upTo - after, 0);
      if (count > 0) for (const listener of this.#listeners) listener({ parts, count });
    } catch (error) {
      // A disk that fails is reported by whatever else needs it; the next look tells what this one did not.
      if (!(error instanceof PoolError && error.code === "storage")) throw error;
    }
  }

  async #news(): Promise<ChainPart[]> {
    const { store } = this.#replica;
    const { generation, chains } = await store.read(async (reader) => {
      const now = await reader.generation();
      return { generation: now, chains: now === this.#generation ? [] : await reader.chains() };
    });
    this.#generation = generation;
    return chains.flatMap((chain) => this.#newIn(chain));
  }

  #newIn({ n, parentSeq, tipSeq }: Chain): ChainPart[] {
    const after = this.#told.get(n) ?? parentSeq;
    this.#told.set(n, tipSeq);
    return after < tipSeq ? [{ chain: n, after, upTo: tipSeq }] : [];
  }
}
