/**
 * A made memory of any size, as a person's is: few words are in nearly everything and most in next to nothing (as in any language,
 * the n-th most frequent word is met about 1/n as often as the first), people and places come back, things lie over ten years.
 */
import type { Draft } from "../../src/core/op/create.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Node } from "../../src/node/index.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";

const syllables = "ba ke li mo nu ra se ti vo zu dan fer gol him jas kor lun mar pel ros sel tam ur wen yor".split(" ");
const vocabulary = 20_000;
const [people, places] = [150, 80];
const predicates = ["preference.likes", "work.project", "schedule.weekly", "event.milestone", "possession.owns", "health.condition"];
const [dayMs, years] = [86_400_000, 10];
const firstDay = Date.UTC(2016, 0, 1);
/** Operations of one batch. */
const batch = 1_000;

export class MadeMemory {
  readonly #random: SeededRandom;
  /** Sums of 1/n, to draw the n-th word as often as it is met. */
  readonly #sums: Float64Array;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    let sum = 0;
    this.#sums = Float64Array.from({ length: vocabulary }, (_, index) => {
      sum += 1 / (index + 1);
      return sum;
    });
  }

  /** `items` of evidence, then `claims` that rest on one to three of them. */
  async fill(node: Node, items: number, claims: number): Promise<void> {
    const evidence: OpId[] = [];
    for (let at = 0; at < items; at += batch) {
      const drafts = Array.from({ length: Math.min(batch, items - at) }, (_, index) => this.#item(at + index));
      evidence.push(...(await node.write(drafts)));
    }
    for (let at = 0; at < claims; at += batch) {
      await node.write(Array.from({ length: Math.min(batch, claims - at) }, () => this.#claim(evidence)));
    }
  }

  /** Words as somebody may ask: some frequent, some rare, often a person, sometimes a month. */
  question(): string {
    const words = Array.from({ length: 3 + this.#random.below(6) }, () => this.#word());
    const person = this.#random.once(2) ? ` with ${this.#person()}` : "";
    const month = this.#random.once(3) ? ` in ${this.#random.pick(["March", "June", "October"])} ${2016 + this.#random.below(years)}` : "";
    return `What about ${words.join(" ")}${person}${month}?`;
  }

  #word(): string {
    const drawn = (this.#random.below(1 << 30) / (1 << 30)) * (this.#sums.at(-1) ?? 1);
    let [low, high] = [0, vocabulary - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return spelled(low);
  }

  #text(words: number): string {
    return Array.from({ length: words }, () => this.#word()).join(" ");
  }

  #person(): string {
    return `${spelled(vocabulary + this.#random.below(people)).replace(/^./, (letter) => letter.toUpperCase())}`;
  }

  #item(index: number): Draft {
    const at = firstDay + this.#random.below(years * 365) * dayMs + this.#random.below(dayMs);
    const kind = this.#random.pick(["message", "event", "note", "photo"]);
    const place = spelled(2 * vocabulary + this.#random.below(places));
    const contents = {
      message: { from: this.#person(), text: this.#text(12) },
      event: { summary: this.#text(4), location: place, attendees: [this.#person()], description: this.#text(8) },
      note: { title: this.#text(4), text: this.#text(60) },
      photo: { caption: this.#text(6), place },
    };
    const source = { adapter: "bench", version: "1" };
    const content = contents[kind as keyof typeof contents];
    return { type: "evidence", payload: { source, origin: "import", external_id: String(index), kind, content, observed_at: at } };
  }

  #claim(evidence: readonly OpId[]): Draft {
    const subject = this.#random.once(3) ? `person:${this.#person().toLowerCase()}` : "self";
    const derived = [...new Set(Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.pick(evidence)))];
    const payload = {
      ...{ subject, predicate: this.#random.pick(predicates), object: this.#text(4), confidence: 0.5 + this.#random.below(50) / 100 },
      ...{ derived_from: derived, method: { name: "bench", version: "1" }, rationale: this.#text(8) },
      valid_from: firstDay + this.#random.below(years * 365) * dayMs,
    };
    return { type: "claim", payload };
  }
}

/** A word for every number. */
function spelled(number: number): string {
  let word = "";
  for (let rest = number + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length];
  return word;
}
