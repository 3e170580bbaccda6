/** A parser that faces the network, a file or a person, and what it owes to whoever calls it. */
import type { Rule } from "../../src/testkit/grammar.ts";

export interface FuzzedParser {
  readonly name: string;
  readonly grammar: Rule;
  /** It takes its time: of so many inputs of the others it is given one. */
  readonly oneIn?: number;
  /** Reads it, and checks the law of what it takes. May throw `PoolError`, and nothing else. */
  readonly read: (input: string) => unknown;
}

/** What it gives; null when it refuses with `PoolError`. */
export function attempt<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (error) {
    if ((error as { name?: string }).name === "PoolError") return null;
    throw error;
  }
}
