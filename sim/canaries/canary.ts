/** A planted bug: a part of a device that is wrapped from outside, and the checks that must notice. */
import type { Store, Transactor } from "../../src/store/index.ts";
import type { Build } from "../build.ts";

export interface Canary {
  readonly name: string;
  /** What a program with this bug does. */
  readonly bug: string;
  /** The checks of which at least one must fail, and none else may be the first. */
  readonly caughtBy: readonly string[];
  readonly wraps: Partial<Build>;
  /** Noticed only where there is a delegate. */
  readonly delegate?: boolean;
}

/** A store whose transactions go through `change`. */
export function changed(store: Store, change: (tx: Transactor) => Partial<Transactor>): Store {
  return { ...readsOf(store), write: (work) => store.write((tx) => work(withMembers(tx, change(tx)))) };
}

export function readsOf(store: Store): Pick<Store, "read" | "close"> {
  return { read: (work) => store.read(work), close: () => store.close() };
}

/** The same object with some members replaced. */
export function withMembers<Whole extends object>(whole: Whole, members: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
