/** Texts of a grammar, from a seed, and the same texts damaged: for parsers that have to take whatever comes. */
import type { SeededRandom } from "./seeded-random.ts";

/** Makes a text that the rule describes. */
export type Rule = (random: SeededRandom) => string;

export function text(literal: string): Rule {
  return () => literal;
}

export function inOrder(...rules: readonly (Rule | string)[]): Rule {
  return (random) => rules.map((rule) => (typeof rule === "string" ? rule : rule(random))).join("");
}

export function oneOf(...rules: readonly (Rule | string)[]): Rule {
  return (random) => {
    const rule = random.pick(rules);
    return typeof rule === "string" ? rule : rule(random);
  };
}

/** From `min` to `max` times, seldom very often. */
export function repeated(rule: Rule | string, min: number, max: number, between = ""): Rule {
  return (random) => {
    const count = min + random.below(max - min + 1);
    return Array.from({ length: count }, () => (typeof rule === "string" ? rule : rule(random))).join(between);
  };
}

/** So many characters of these. */
export function characters(alphabet: string, min: number, max = min): Rule {
  const letters = Array.from(alphabet);
  return (random) => Array.from({ length: min + random.below(max - min + 1) }, () => random.pick(letters)).join("");
}

const odd = [
  "",
  "\u0000",
  "\n",
  "\r\n",
  " ",
  "\t",
  '"',
  "\\",
  "\\u",
  "\ud800",
  "é",
  "😀",
  "%",
  "%zz",
  ",",
  ";",
  "=",
  ":",
  "-",
  "..",
  "{",
  "]",
  "0",
  "9".repeat(40),
];

/** One to four changes somewhere: cut, doubled, swapped, flipped, spliced with odd pieces or with another text of the grammar. */
export function damaged(random: SeededRandom, whole: string, other: string): string {
  let made = whole;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(made.length + 1);
    const end = Math.min(made.length, at + random.below(12));
    const change = random.below(7);
    if (change === 0) made = made.slice(0, at) + made.slice(end);
    else if (change === 1) made = made.slice(0, end) + made.slice(at);
    else if (change === 2) made = made.slice(0, at) + random.pick(odd) + made.slice(at);
    else if (change === 3) made = made.slice(0, at) + random.pick(odd) + made.slice(end);
    else if (change === 4) made = made.slice(0, at) + other.slice(random.below(other.length + 1));
    else if (change === 5) made = made.slice(0, at) + String.fromCharCode(random.below(random.once(4) ? 65_536 : 128)) + made.slice(at + 1);
    else made = made.slice(0, at) + made.slice(at, end).repeat(random.once(20) ? 2_000 : 3) + made.slice(end);
  }
  return made;
}
