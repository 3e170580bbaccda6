/**
 * A simulated disk: the memory store's tables, and faults at any step of a transaction. What a process had committed
 * stays; what it was in the middle of does not; a process that died never hears of anything again.
 */
import { PoolError } from "../src/core/errors.ts";
import { copyTables, emptyTables, openMemoryStore, type Store, type Tables, type Transactor } from "../src/store/index.ts";

/** Thrown inside a transaction by a process that dies there; nobody outside this file sees it. */
class Died extends Error {}

export interface DiskEvents {
  /** A transaction was committed. */
  committed(): void;
  /** The process that had the disk open died. */
  died(): void;
}

/** A promise of a process that is no more. */
const never = <Result>() => new Promise<Result>(() => undefined);

const changing: ReadonlySet<string | symbol> = new Set<keyof Transactor>([
  "setPool",
  "append",
  "keepControlLog",
  "attach",
  "erase",
  "unerase",
  "addRefs",
  "putClaims",
  "setStatuses",
  "putEvidence",
  "putSearchRows",
  "dropSearchRows",
  "reject",
  "setLocal",
]);

export class Disk {
  tables: Tables = emptyTables();
  readonly #events: DiskEvents;
  /** Counts up with every process that opens the disk: an older one is dead. */
  #process = 0;
  #crashIn: number | null = null;
  #fullIn: number | null = null;

  constructor(events: DiskEvents) {
    this.#events = events;
  }

  /** The disk as a store, for a process that starts now. */
  open(): Store {
    this.#process++;
    return this.#store(this.#process, openMemoryStore(this.tables));
  }

  /** The process dies at its `at`-th step from now on. */
  crashIn(at: number): void {
    this.#crashIn = at;
  }

  /** The `at`-th change from now on fails, as on a full disk. */
  fullIn(at: number): void {
    this.#fullIn = at;
  }

  mend(): void {
    this.#crashIn = null;
    this.#fullIn = null;
  }

  /** Whoever has the disk open is dead from now on. */
  kill(): void {
    this.#process++;
    this.mend();
  }

  backup(): Tables {
    return copyTables(this.tables);
  }

  /** Only when no process has it open. */
  restore(tables: Tables): void {
    this.tables = copyTables(tables);
  }

  #store(process: number, inner: Store): Store {
    const isDead = () => process !== this.#process;
    const lively = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (isDead()) return never();
      try {
        const result = await work();
        return isDead() ? await never() : result;
      } catch (error) {
        if (error instanceof Died || isDead()) return never();
        throw error;
      }
    };
    return {
      read: (work) => lively(() => inner.read((reader) => (isDead() ? never<never>() : work(reader)))),
      write: (work) =>
        lively(async () => {
          const result = await inner.write(async (tx) => {
            if (isDead()) throw new Died();
            const done = await work(this.#counted(tx, isDead));
            this.#step(isDead); // before the commit
            return done;
          });
          this.#events.committed();
          this.#step(isDead); // committed, and nobody told
          return result;
        }),
      close: () => inner.close(),
    };
  }

  /** The transactor whose every change may be the one that the disk, or the process, does not survive. */
  #counted(tx: Transactor, isDead: () => boolean): Transactor {
    return new Proxy(tx, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        if (!changing.has(name)) return member.bind(target);
        return async (...values: unknown[]) => {
          this.#step(isDead);
          if (this.#fullIn !== null && --this.#fullIn <= 0) {
            this.#fullIn = null;
            throw new PoolError("storage", "the simulated disk is full");
          }
          return member.apply(target, values);
        };
      },
    });
  }

  #step(isDead: () => boolean): void {
    if (isDead()) throw new Died();
    if (this.#crashIn === null || --this.#crashIn > 0) return;
    this.kill();
    this.#events.died();
    throw new Died();
  }
}
