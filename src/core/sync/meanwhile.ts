/**
 * Pushing while pulling (heads/1): while a page of the server's operations is taken in here, the server takes in a batch of ours.
 * It begins once the first reply has shown that the server has all that we have of the authors who are behind here: what
 * the others wrote then follows what it has. The push after the pull goes on from there.
 */
import type { Chains, Position } from "../admission/chains.ts";
import type { Known } from "../admission/control-log.ts";
import type { OpId, Place } from "../op/operation.ts";
import type { JsonObject } from "../ports.ts";
import { ahead, type Batch, nextBatch, type Session } from "./effects.ts";
import { type Heads, type Part, partsBeyond, tipsOf } from "./heads.ts";
import { pushOf, type Tally } from "./tally.ts";

interface OnItsWay {
  readonly batch: Batch;
  readonly message: JsonObject;
}

export class Meanwhile {
  readonly #parts: readonly Part[];
  /** Batches that are on their way, the oldest first. */
  readonly #open: OnItsWay[] = [];
  /** The last of what was sent, and of what was answered. */
  #sent: Place | undefined;
  #answered: Place | undefined;
  #done: boolean;

  /** `here`: of the server's tips, those that are in our log; `chains`: ours. */
  constructor(heads: Heads, here: ReadonlyMap<OpId, Known>, chains: Chains) {
    const level = [...tipsOf(chains.values()).keys()].filter(
      (author) => heads.authors.get(author)?.every(({ id }) => here.has(id)) ?? true,
    );
    this.#parts = level.flatMap((author) => {
      const known: Position[] = (heads.authors.get(author) ?? []).flatMap(({ id }) => here.get(id) ?? []);
      return partsBeyond(chains, author, known);
    });
    this.#done = this.#parts.length === 0;
  }

  /** Sends the next batch on its way, behind what was asked for before. */
  *begin(tally: Tally): Session<void> {
    if (this.#done) return;
    const batch = yield* nextBatch(this.#parts, this.#sent, tally.runs);
    this.#done = batch.last === null;
    if (batch.last === null) return;
    this.#sent = batch.last;
    const message = pushOf(batch);
    this.#open.push({ batch, message });
    yield* ahead(message);
  }

  /** Waits for answers, until at most `left` batches are on their way. */
  *end(tally: Tally, left = 0): Session<void> {
    while (this.#open.length > left) {
      const { batch, message } = this.#open.shift() as OnItsWay;
      yield* tally.push(batch, message);
      this.#answered = batch.last as Place;
    }
  }

  /**
   * From where on these parts are still to be pushed; all of them when they are others than those that were pushed meanwhile. An
   * author may have written on.
   */
  rest(parts: readonly Part[]): Place | undefined {
    const begins = new Map(this.#parts.map(({ chain, after }) => [chain, after]));
    return parts.every(({ chain, after }) => begins.get(chain) === after) ? this.#answered : undefined;
  }
}
