/**
 * A simulated disk: the memory store's tables, and faults at any step of a transaction. What a process had committed
 * stays; what it was in the middle of does not; a process that died never hears of anything again.
 */
import { PoolError } from "../src/core/errors.ts";
import { copyTables, emptyTables, openMemoryStore, type Reader, type Store, type Tables, type Transactor } from "../src/store/index.ts";
import { type Call, type Diary, type End, overheard } from "./diary.ts";

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
  /** Where what is asked of this disk is written down, and under which number; null when nobody wants to know. */
  readonly #diary: { readonly diary: Diary; readonly disk: number } | null;
  /** Counts up with every process that opens the disk: an older one is dead. */
  #process = 0;
  #crashIn: number | null = null;
  #fullIn: number | null = null;

  constructor(events: DiskEvents, diary: { readonly diary: Diary; readonly disk: number } | null = null) {
    this.#events = events;
    this.#diary = diary;
  }

  /** The disk as a store, for a process that starts now. */
  open(): Store {
    this.#process++;
    this.#note("open");
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
    this.#note("kill");
  }

  backup(): Tables {
    const copy = copyTables(this.tables);
    this.#diary?.diary.kept(this.#diary.disk, copy);
    return copy;
  }

  /** Only when no process has it open. */
  restore(tables: Tables): void {
    this.tables = copyTables(tables);
    this.#diary?.diary.putBack(this.#diary.disk, tables);
  }

  #note(what: "open" | "kill"): void {
    this.#diary?.diary.add({ disk: this.#diary.disk, do: what });
  }

  /** Before whoever waits for the transaction goes on. */
  #noteEnd(kind: "read" | "write", calls: readonly Call[], done: Promise<unknown>): void {
    if (this.#diary === null) return;
    const { diary, disk } = this.#diary;
    const note = (end: End) => diary.add({ disk, do: "transaction", kind, calls, end });
    done.then(
      () => note("kept"),
      (error) => note(error instanceof Died ? "cut" : "given up"),
    );
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
    const heard = <Asked extends Reader>(asked: Asked, calls: Call[]) => (this.#diary === null ? asked : overheard(asked, calls));
    return {
      read: (work) =>
        lively(() => {
          const calls: Call[] = [];
          const done = inner.read((reader) => (isDead() ? never<never>() : work(heard(reader, calls))));
          this.#noteEnd("read", calls, done);
          return done;
        }),
      write: (work) =>
        lively(async () => {
          const calls: Call[] = [];
          const written = inner.write(async (tx) => {
            if (isDead()) throw new Died();
            const done = await work(this.#counted(heard(tx, calls), isDead));
            this.#step(isDead); // before the commit
            return done;
          });
          this.#noteEnd("write", calls, written);
          const result = await written;
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
