/** What the loop knows of a command that writes. */
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";
import type { Program, Struck } from "./strike.ts";

export interface Bench {
  readonly program: Program;
  /** A new empty folder, gone when the bench is cleared. */
  folder(): string;
  readonly random: SeededRandom;
  /** Milliseconds into its work at which it is killed; null: it is left to end. */
  readonly afterMs: number | null;
}

/** What came of a strike, once all that must hold was seen to hold; an `AssertionError` otherwise. */
export interface Outcome {
  readonly struck: Struck;
  /** Killed with a part of its work durable, or with traces of it on the disk. */
  readonly midway: boolean;
}

export interface WritingCommand {
  readonly name: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** Null: there was nothing to do it to. */
  strike(bench: Bench): Promise<Outcome | null>;
}
