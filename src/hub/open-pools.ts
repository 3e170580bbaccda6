/** What a process has open, one entry a pool: as many as are in use, and of the others those that were used last. */
export interface Lease<Opened> {
  readonly opened: Opened;
  /** Once: from then on it may be closed. */
  release(): void;
}

interface Entry<Opened> {
  readonly opening: Promise<Opened>;
  users: number;
  /** Resolves when it is closed. */
  readonly closed: PromiseWithResolvers<void>;
}

export interface OpenPoolsOptions<Opened> {
  /** Entries that are kept open; there are more only while more are in use. */
  readonly kept: number;
  readonly open: (pool: string) => Promise<Opened>;
  /** Called when nobody uses it. Must not reject. */
  readonly close: (opened: Opened) => Promise<void>;
}

export class OpenPools<Opened> {
  readonly #options: OpenPoolsOptions<Opened>;
  /** Least lately used first. */
  readonly #entries = new Map<string, Entry<Opened>>();
  /** Given to nobody any more, and closed as soon as nobody uses them. */
  readonly #leaving = new Set<Entry<Opened>>();

  constructor(options: OpenPoolsOptions<Opened>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Rejects with what `open` rejects with; the next one who asks opens anew. */
  async lease(pool: string): Promise<Lease<Opened>> {
    const entry = this.#entries.get(pool) ?? { opening: this.#options.open(pool), users: 0, closed: Promise.withResolvers<void>() };
    this.#entries.delete(pool);
    this.#entries.set(pool, entry);
    entry.users++;
    this.#shrink();
    let open = true;
    const release = () => {
      if (open) this.#release(entry);
      open = false;
    };
    try {
      return { opened: await entry.opening, release };
    } catch (error) {
      this.#drop(pool, entry);
      release();
      throw error;
    }
  }

  /** Whoever asks for it from now on opens it anew; those who use it go on. */
  forget(pool: string): void {
    const entry = this.#entries.get(pool);
    if (entry !== undefined) this.#drop(pool, entry);
  }

  /** Resolves when all that is open is closed, which waits for those who use it. */
  async close(): Promise<void> {
    for (const [pool, entry] of [...this.#entries]) this.#drop(pool, entry);
    await Promise.all([...this.#leaving].map(({ closed }) => closed.promise));
  }

  #release(entry: Entry<Opened>): void {
    entry.users--;
    if (entry.users === 0 && this.#leaving.has(entry)) void this.#close(entry);
    this.#shrink();
  }

  #shrink(): void {
    for (const [pool, entry] of this.#entries) {
      if (this.#entries.size <= this.#options.kept) return;
      if (entry.users === 0) this.#drop(pool, entry);
    }
  }

  #drop(pool: string, entry: Entry<Opened>): void {
    if (this.#entries.get(pool) === entry) this.#entries.delete(pool);
    if (this.#leaving.has(entry)) return;
    this.#leaving.add(entry);
    if (entry.users === 0) void this.#close(entry);
  }

  async #close(entry: Entry<Opened>): Promise<void> {
    const opened = await entry.opening.catch(() => null);
    if (opened !== null) await this.#options.close(opened);
    this.#leaving.delete(entry);
    entry.closed.resolve();
  }
}
