/** What devices write: the testkit's few words, and in each a mark by which its payload is found on any disk. */
import type { JsonObject } from "../src/core/ports.ts";
import { anyDraft } from "../src/testkit/pool-history-drafts.ts";
import type { World as HistoryWorld, Writer } from "../src/testkit/pool-history-world.ts";
import type { SeededRandom } from "../src/testkit/seeded-random.ts";

/** Found as it is in payloads, and as one word in the index of what can be searched for: no vowels, so no stem of it is another. */
const markForm = /qz[bcdfghjkmnpqrtvwx]{8}/g;
const consonants = [..."bcdfghjkmnpqrtvwx"];

export interface PlainDraft {
  readonly type: string;
  readonly payload: JsonObject;
}

export function markedDraft(picture: HistoryWorld, writer: Writer, random: SeededRandom): PlainDraft {
  const { type, payload: drawn } = anyDraft(picture, writer);
  const payload = drawn as JsonObject;
  const mark = `qz${Array.from({ length: 8 }, () => random.pick(consonants)).join("")}`;
  const place = { claim: "rationale", evidence: "content", note: "text" }[type];
  if (place === undefined || payload[place] === undefined) return { type, payload };
  return { type, payload: { ...payload, [place]: place === "content" ? { text: mark } : mark } };
}

export function marksOf(payload: JsonObject): readonly string[] {
  return JSON.stringify(payload).match(markForm) ?? [];
}
