/** Random choices that replay: the same seed gives the same choices, on every machine. */
import type { Random } from "../core/ports.ts";

export interface SeededRandom {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** True once in `n` times. */
  once(n: number): boolean;
  /** One of a list that is not empty. */
  pick<Member>(list: readonly Member[]): Member;
  /** Up to `most` different members, in random order. */
  some<Member>(list: readonly Member[], most: number): Member[];
  shuffled<Member>(list: readonly Member[]): Member[];
  readonly bytes: Random;
}

/** sfc32 (Doty-Humphrey), started from a whole number. Not for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 16; warm++) next();
  const below = (end: number) => Math.floor((next() / 2 ** 32) * end);
  const shuffled = <Member>(list: readonly Member[]) => {
    const members = [...list];
    for (let last = members.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [members[last], members[other]] = [members[other] as Member, members[last] as Member];
    }
    return members;
  };
  return {
    below,
    once: (n) => below(n) === 0,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[below(list.length)] as (typeof list)[number];
    },
    some: (list, most) => shuffled(list).slice(0, below(Math.min(most, list.length) + 1)),
    shuffled,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
