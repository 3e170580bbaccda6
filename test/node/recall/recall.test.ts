/** What recall answers and why, each on a memory small enough to see it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { recall } from "../../../src/node/recall/recall.ts";
import type { Recall, Recalled } from "../../../src/node/recall/recalled.ts";
import { claim, newPool, type Pool, targeting } from "../replicas.ts";
import { item, note, write } from "../search-items.ts";

const now = Date.UTC(2026, 6, 15, 9);
const day = 86_400_000;

async function ask({ replica }: Pool, question: string, more: Partial<Recall> = {}): Promise<Recalled> {
  return recall(replica, { question, limit: 10, mayRead: "all", now, ...more });
}

async function sentences(pool: Pool, question: string, more: Partial<Recall> = {}): Promise<string[]> {
  return (await ask(pool, question, more)).answers.map(({ sentence }) => sentence);
}

/** What everybody's memory is full of. */
const filler = Array.from({ length: 30 }, (_, index) =>
  note(`Day ${index}`, `Lunch at home, work was long, item ${index}.`, "2024-01-11T10:00Z"),
);

test("a claim answers by its words, and by what it tells where the question uses other ones", async () => {
  const pool = await newPool();
  await write(
    pool,
    claim("self", "work.role", "carpenter"),
    claim("self", "health.allergy", "penicillin"),
    claim("self", "preference.likes", "old maps"),
    ...filler,
  );
  assert.deepEqual(await sentences(pool, "what is my job?", { limit: 1 }), ["self works as carpenter"]);
  assert.deepEqual(await sentences(pool, "am I allergic to anything?", { limit: 1 }), ["self is allergic to penicillin"]);
  const { answers, confident, unknownWords } = await ask(pool, "what is my profession?");
  assert.deepEqual(unknownWords, []);
  assert.deepEqual(answers[0]?.reasons, ['tells what "profession" asks for']);
  assert.ok(confident);
});

test("what rests on the evidence that was found answers too, and is told to", async () => {
  const pool = await newPool();
  const [evidence] = await write(pool, note("Harbour walk", "Met Bram by the old crane, he plays the tuba now."), ...filler);
  await write(pool, claim("person:bram", "preference.hobby", "music", { derived_from: [evidence as OpId], confidence: 0.9 }));
  const { answers, evidence: items } = await ask(pool, "who did I meet by the crane at the harbour?");
  assert.equal(items[0]?.id, evidence);
  assert.equal(answers[0]?.subject, "person:bram");
  assert.ok(answers[0]?.reasons.includes("rests on an item of the evidence found"), JSON.stringify(answers[0]?.reasons));
  assert.deepEqual(
    (await ask(pool, "who did I meet by the crane?", { mayRead: [{ predicates: ["*"] }] })).answers,
    [],
    "a grant shows no evidence",
  );
});

test("a time that is named decides between what is alike, by the clock of the one who asks", async () => {
  const pool = await newPool();
  const trip = (place: string, from: number) =>
    claim("self", "travel.trip", { place, from: new Date(from).toISOString().slice(0, 10) }, { valid_from: from });
  await write(pool, trip("Oslo", Date.UTC(2026, 3, 10)), trip("Turin", Date.UTC(2025, 10, 10)), ...filler);
  const first = async (question: string) => (await sentences(pool, question))[0] ?? "";
  assert.match(await first("which trip was in last spring?"), /Oslo/);
  assert.match(await first("where was the trip in November 2025?"), /Turin/);
  await write(pool, note("Choir", "We sang.", "2026-07-14T12:00Z"), note("Rowing", "We rowed.", "2026-07-15T12:00Z"));
  const late = Date.UTC(2026, 6, 15, 22);
  const yesterday = async (zone?: string) => (await ask(pool, "what was yesterday?", { now: late, zone })).evidence[0]?.title;
  assert.equal(await yesterday(), "Choir");
  assert.equal(await yesterday("Asia/Tokyo"), "Rowing", "where it is tomorrow already");
  assert.equal(await yesterday("Nowhere/Town"), "Choir", "a zone that nobody knows is UTC");
});

test("the surer, the more trusted and what is still so come first; what has ended says so and no grant shows it", async () => {
  const pool = await newPool();
  const likes = (object: string, more: object) => claim("self", "preference.likes", `tea from ${object}`, { ...more });
  await write(
    pool,
    likes("Assam", { confidence: 0.4 }),
    likes("Ceylon", { confidence: 0.9 }),
    likes("Yunnan", { confidence: 0.9, valid_until: now - day }),
    ...filler,
  );
  const { answers } = await ask(pool, "which tea do I like?");
  assert.deepEqual(
    answers.map(({ object, freshness }) => [object, freshness.is]),
    [
      ["tea from Ceylon", "current"],
      ["tea from Assam", "current"],
      ["tea from Yunnan", "ended"],
    ],
  );
  assert.deepEqual(await sentences(pool, "which tea do I like?", { mayRead: [{ predicates: ["preference.*"] }] }), [
    "self likes tea from Ceylon",
    "self likes tea from Assam",
  ]);
});

test("who asks of the owner by name asks of themselves", async () => {
  const pool = await newPool();
  await write(
    pool,
    claim("self", "person.name", "Ada Byron"),
    claim("self", "place.city", "Lisbon"),
    note("Ada Byron", "Ada Byron, Ada Byron."),
    ...filler,
  );
  assert.equal((await sentences(pool, "Where does Ada Byron live?"))[0], "self lives in Lisbon");
  assert.equal((await sentences(pool, "Ada Byron"))[0], "self is called Ada Byron", "a name alone is asked for");
});

test("it knows when it does not know: a name, a word or a combination that is in nothing", async () => {
  const pool = await newPool();
  await write(
    pool,
    note("Choir with Bram", "Bram sang in the choir at the harbour.", "2026-03-02T10:00Z"),
    note("Dentist", "Ottoline had a filling at the dentist.", "2026-04-02T10:00Z"),
    ...filler,
  );
  for (const [question, expected] of [
    ["What did Bram sing in the choir?", true],
    ["When was Ottoline at the dentist?", true],
    ["What did Xiomara sing in the choir?", false],
    ["When did Bram start beekeeping in Reykjavik?", false],
    ["When did Bram see the dentist?", false],
  ] as const)
    assert.equal((await ask(pool, question)).confident, expected, question);
  const unknown = await ask(pool, "Does Xiomara keep axolotls?");
  assert.deepEqual(unknown.unknownWords, ["xiomara", "keep", "axolotls"]);
  assert.deepEqual([unknown.answers, unknown.evidence, unknown.certainty, unknown.confident], [[], [], 0, false]);
});

test("refuted and redacted evidence is not told, nor what was refuted, superseded or only proposed", async () => {
  const pool = await newPool();
  const [wrong, erased] = await write(pool, note("Kite one", "a kite"), note("Kite two", "a kite"), note("Kite three", "a kite"));
  const [refuted] = await write(
    pool,
    claim("self", "preference.likes", "kites of silk"),
    claim("self", "preference.likes", "kites of paper"),
  );
  await write(pool, targeting("refutation", wrong as OpId, refuted as OpId), targeting("redaction", erased as OpId));
  await write(pool, claim("self", "place.city", "Oslo", { confidence: 0.6 }));
  await write(pool, claim("self", "place.city", "Lima"));
  const { answers, evidence } = await ask(pool, "kites");
  assert.deepEqual(
    answers.map(({ object }) => object),
    ["kites of paper"],
  );
  assert.deepEqual(
    evidence.map(({ title }) => title),
    ["Kite three"],
  );
  assert.deepEqual(await sentences(pool, "where do I live, Oslo or Lima?"), ["self lives in Lima"]);
});

test("no word of why a claim is believed leads an assistant to it: it may quote evidence", async () => {
  const pool = await newPool();
  await write(pool, claim("self", "preference.likes", "long walks", { rationale: "wrote to Bram about the clinic" }), ...filler);
  const mayRead = [{ predicates: ["*"] }];
  assert.equal((await ask(pool, "clinic")).answers.length, 1);
  assert.equal((await ask(pool, "clinic", { mayRead })).answers.length, 0);
  assert.equal((await ask(pool, "clinic or walks", { mayRead })).answers.length, 1);
});

test("what is said twice is one answer, and a budget leaves out the last ones and says so", async () => {
  const pool = await newPool();
  const likes = ["green tea", "black tea", "white tea"].map((tea) => claim("self", "preference.likes", tea));
  await write(pool, ...likes, claim("self", "preference.likes", "green tea", { confidence: 0.5 }));
  const all = await ask(pool, "tea");
  assert.equal(all.answers.length, 3);
  const few = await ask(pool, "tea", { tokenBudget: 14 });
  assert.deepEqual([few.answers.length, few.omitted], [2, 1]);
  assert.deepEqual(few.answers, all.answers.slice(0, 2));
  assert.equal((await ask(pool, "tea", { tokenBudget: 1 })).answers.length, 1, "the first in any case");
});

test("what is asked is data, however strange; nothing asked is nothing told; the same question has the same answer", async () => {
  const pool = await newPool();
  await write(pool, claim("self", "preference.likes", 'the "quoted" OR kind:x* NEAR(tea)'), item("x", "note", { text: "tea" }), ...filler);
  for (const question of [
    '" OR 1=1 --',
    "kind : tea*",
    "NEAR(tea, 2)",
    "\u0000\ud800",
    "the of and",
    "?",
    "",
    " ".repeat(50_000),
    "A ".repeat(50_000),
  ]) {
    const { answers } = await ask(pool, question);
    assert.ok(answers.length <= 1, question.slice(0, 20));
  }
  assert.deepEqual(await ask(pool, "quoted tea"), await ask(pool, "quoted tea"));
});
