/**
 * Messages that no honest peer sends, from a seed: random values, and honest messages with something changed in them. They
 * are JSON values as a transport would give them to a server, so that any depth and any name may occur in them.
 */
import type { Json, JsonObject } from "../core/ports.ts";
import type { SeededRandom } from "./seeded-random.ts";

type Mutation = (random: SeededRandom, value: Json) => Json;

const names = [
  "type",
  "ops",
  "want",
  "authors",
  "after",
  "limit",
  "op_id",
  "prev",
  "payload",
  "batch",
  "path",
  "__proto__",
  "toJSON",
  "length",
];
const texts = [
  "",
  "op:",
  `op:${"0".repeat(64)}`,
  `op:${"G".repeat(64)}`,
  "did:key:z6Mk",
  "hello",
  "push",
  "\u0000",
  "é",
  "\ud83d\ude00",
  "{}",
];
const numbers = [0, -1, 1, 0.5, -0, 1e-300, 1e308, 2 ** 53 - 1, 2 ** 53, -(2 ** 63)];

/** Any value, seldom deep or long. */
export function randomJson(random: SeededRandom, depth = 4): Json {
  const kind = random.below(depth > 0 ? 8 : 5);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind <= 2) return random.pick(numbers);
  if (kind <= 4) return random.pick(texts);
  const count = random.below(5);
  if (kind === 5) return Array.from({ length: count }, () => randomJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length: count }, () => [random.pick(names), randomJson(random, depth - 1)]));
}

function nested(levels: number, inner: Json): Json {
  let value = inner;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { payload: value };
  return value;
}

/** Characters of a value: four times what any transport carries, and far from what a text can have. */
const charactersMax = 2 ** 26;

function repeated(value: Json, times: number): Json {
  const most = Math.floor(charactersMax / JSON.stringify(value).length);
  return Array.from({ length: Math.max(1, Math.min(times, most)) }, () => value);
}

/** One level of a value, each to be done somewhere in a message. */
const mutations: readonly Mutation[] = [
  (random) => randomJson(random),
  (random) => random.pick(numbers),
  (random) => random.pick(texts),
  (random, value) => nested(1 + random.below(40), value),
  (random, value) => repeated(value, 1 + random.below(1_200)),
  (random, value) => (Array.isArray(value) ? value.toSpliced(random.below(value.length + 1), random.below(3)) : null),
  (random, value) => (isObject(value) ? without(value, random.pick([...Object.keys(value), ""])) : value),
  (random, value) => (isObject(value) ? { ...value, [random.pick(names)]: randomJson(random) } : value),
  (random, value) => (isObject(value) ? Object.fromEntries([["__proto__", randomJson(random)], ...Object.entries(value)]) : value),
  (random, value) => (typeof value === "string" ? value.slice(0, random.below(value.length + 1)) : value),
  (random, value) => (typeof value === "string" ? value + random.pick(texts).repeat(random.below(3)) : value),
  (random, value) => (typeof value === "string" ? flipped(random, value) : value),
  (random, value) => (typeof value === "string" && random.once(8) ? "x".repeat(200_000) : value),
  (random, value) => (typeof value === "number" ? value + random.pick([1, -1, 0.5, 2 ** 40]) : value),
];

/** An honest message with one to three things changed at random places of it. */
export function mutated(random: SeededRandom, message: Json): Json {
  let value = message;
  for (let count = 1 + random.below(3); count > 0; count--) value = mutateSomewhere(random, value);
  return value;
}

function mutateSomewhere(random: SeededRandom, value: Json): Json {
  const inner = Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;
  if (inner === 0 || random.once(4)) return random.pick(mutations)(random, value);
  const at = random.below(inner);
  if (Array.isArray(value)) return value.with(at, mutateSomewhere(random, value[at] as Json));
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([name, member], index) => [name, index === at ? mutateSomewhere(random, member) : member]));
}

function without(value: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([member]) => member !== name));
}

function flipped(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(["0", "f", "A", ":", "\n", "é"]) + text.slice(at + 1);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Messages at their largest: long lists, long texts, deep values. */
export function oversized(random: SeededRandom): Json {
  const size = 1 + random.below(20_000);
  const id = `op:${"a".repeat(64)}`;
  const ids = Array.from({ length: size }, () => id);
  return random.pick<Json>([
    { type: "x".repeat(size * 10) },
    { type: nested(1_000, "hello") },
    { type: "ops_request", want: ids },
    { type: "push", ops: ids },
    { type: "push", ops: Array.from({ length: size }, () => ({ op_id: id })) },
    { type: "push", ops: [nested(2_000, id)] },
    { type: "ops_since", authors: Object.fromEntries(ids.map((each, at) => [`${each}${at}`, []])) },
    { type: "ops_since", authors: { [id]: ids }, locators: { [id]: ids } },
    { type: "frontier", after: id, limit: size },
    { type: "frontier", after: "op:".repeat(size) },
    { type: "hello", extensions: ids, nonce: id.repeat(size / 10) },
  ]);
}
