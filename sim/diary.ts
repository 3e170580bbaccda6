/**
 * What was asked of simulated disks, in order, and what they answered: so that another store can be asked the same, and must answer
 * the same (`on-postgres.ts`).
 */
import type { OpId } from "../src/core/op/operation.ts";
import type { JsonObject } from "../src/core/ports.ts";
import { copyTables, type Reader, type Tables } from "../src/store/index.ts";

/** One call of a reader's or transactor's method, with copies of what it was given and what came of it. */
export interface Call {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly answer: unknown;
  readonly threw: boolean;
}

/** How a transaction ended: for a reader it is always kept. `cut`: its process died in it. */
export type End = "kept" | "given up" | "cut";

export type Entry = { readonly disk: number } & (
  | { readonly do: "open" | "kill" | "wipe" }
  | { readonly do: "transaction"; readonly kind: "read" | "write"; readonly calls: readonly Call[]; readonly end: End }
  /** The disk as it is now is kept under this name, or is as it was under it. */
  | { readonly do: "keep" | "put back"; readonly name: string }
  | { readonly do: "rot"; readonly op: OpId; readonly payload: JsonObject }
  /** What is on the disk at the end of the history. */
  | { readonly do: "end"; readonly tables: Tables }
);

export class Diary {
  readonly entries: Entry[] = [];
  readonly #names = new Map<Tables, string>();

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** The tables of a disk were copied. */
  kept(disk: number, copy: Tables): void {
    const name = `kept ${this.#names.size}`;
    this.#names.set(copy, name);
    this.add({ disk, do: "keep", name });
  }

  /** A disk was given tables: kept ones, or empty ones. */
  putBack(disk: number, tables: Tables): void {
    const name = this.#names.get(tables);
    this.add(name === undefined ? { disk, do: "wipe" } : { disk, do: "put back", name });
  }

  ended(disk: number, tables: Tables): void {
    this.add({ disk, do: "end", tables: copyTables(tables) });
  }
}

/** A reader or transactor whose calls are written down in `calls`. Nobody waits any longer for it: a history is the same with it. */
export function overheard<Asked extends Reader>(asked: Asked, calls: Call[]): Asked {
  return new Proxy(asked, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...values: unknown[]) => {
        const given = { name: String(name), values: structuredClone(values) };
        const answered = member.apply(target, values) as Promise<unknown>;
        answered.then(
          (answer) => calls.push({ ...given, answer: structuredClone(answer), threw: false }),
          () => calls.push({ ...given, answer: null, threw: true }),
        );
        return answered;
      };
    },
  });
}
