/**
 * Laws of what recall may say, over random memories.
 *
 * Whatever is asked, a claim that is told is active and evidence that is told holds, by the view; under a grant only what the grant
 * shows is told, and never evidence. And what a grant does not show has no effect on what is answered under it, scores and
 * certainty included: else an assistant could ask its way to what it may not read.
 *
 * FABLEPOOL_RUNS times 12 memories, from seed FABLEPOOL_SEED on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Selector } from "../../../src/core/capability/selector.ts";
import { sensitivities } from "../../../src/core/claim/sensitivity.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { previewSlice } from "../../../src/node/delegation/give.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { evidenceStatus } from "../../../src/node/queries.ts";
import { recall } from "../../../src/node/recall/recall.ts";
import type { Recalled } from "../../../src/node/recall/recalled.ts";
import type { Replica } from "../../../src/node/replica.ts";
import { ViewFacts } from "../../../src/node/view/facts.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { poolHistory } from "../../../src/testkit/pool-history.ts";
import { type SeededRandom, seededRandom } from "../../../src/testkit/seeded-random.ts";
import { withReplica } from "../../replicas.ts";
import { claim, newPool, type Pool, runs, targeting } from "../replicas.ts";
import { item } from "../search-items.ts";

const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const memories = runs(12);
const now = Date.UTC(2026, 5, 1);

const words = "kite lemon harbour violin cedar Ottoline Bram winter March soup clinic allergy job car live".split(" ");
const predicates = ["preference.likes", "health.condition", "health.allergy", "work.role", "place.home", "belief.religion", "odd.one"];
const patterns = ["*", "health.*", "preference.likes", "place.home", "work.*", "*.one", "none.*"];
const subjects = ["self", "person:ottoline", "person:bram"];

function someWords(random: SeededRandom, most: number): string {
  return Array.from({ length: 1 + random.below(most) }, () => random.pick(words)).join(" ");
}

function someSelectors(random: SeededRandom): Selector[] {
  return Array.from({ length: 1 + random.below(2) }, () => ({
    predicates: random.some(patterns, 3),
    ...(random.once(3) ? { subjects: random.some(subjects, 2) } : {}),
    ...(random.once(3) ? { min_confidence: 0.5 } : {}),
    ...(random.once(2) ? { max_sensitivity: random.pick(sensitivities) } : {}),
  }));
}

/** Evidence, and claims that rest on it and on each other, a part of them judged. */
async function fill({ replica, phone }: Pool, random: SeededRandom, many: number): Promise<void> {
  const write = (...drafts: Parameters<typeof writeDrafts>[2] & readonly unknown[]) => writeDrafts(replica, phone, drafts as never);
  const ids: OpId[] = [];
  for (let count = many; count > 0; count--) {
    const sensitivity = random.once(2) ? { sensitivity: random.pick(sensitivities) } : {};
    const content = { title: someWords(random, 2), text: someWords(random, 5) };
    const observed: JsonObject = { ...sensitivity, observed_at: now - random.below(1e10) };
    if (random.once(2)) ids.push(...(await write(item(`item ${random.below(1e9)}`, "note", content, observed))));
    const more: JsonObject = {
      ...{ confidence: random.pick([0.3, 0.6, 1]), derived_from: random.some(ids, 2), rationale: someWords(random, 4), ...sensitivity },
      ...(random.once(3) ? { valid_from: now - 1e10 } : {}),
      ...(random.once(3) ? { valid_until: now + random.pick([-5, 0, 5]) } : {}),
    };
    ids.push(...(await write(claim(random.pick(subjects), random.pick(predicates), someWords(random, 3), more))));
    if (random.once(4)) await write(targeting(random.pick(["refutation", "redaction", "endorsement"]), random.pick(ids)));
  }
}

async function assertTrue(replica: Replica, { answers, evidence }: Recalled, told: string): Promise<void> {
  await replica.store.read(async (reader) => {
    const rows = new Map((await reader.claims(answers.map(({ claim: id }) => id))).map((row) => [row.id, row]));
    for (const { claim: id } of answers) assert.equal(rows.get(id)?.status, "active", told);
    assert.equal(new Set(answers.map(({ claim: id }) => rows.get(id)?.statement)).size, answers.length, `${told}: nothing is told twice`);
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    for (const op of await reader.envelopes(evidence.map(({ id }) => id))) assert.equal(await evidenceStatus(facts, op), "holds", told);
    for (const { reasons } of [...answers, ...evidence]) assert.ok(reasons.length > 0, `${told}: all has a reason`);
  });
}

test(`law: of ${memories} random logs only what is active or holds is told, whatever they contain and in whatever order it came`, async () => {
  let answers = 0;
  for (let seed = firstSeed; seed < firstSeed + memories; seed++) {
    const { pool, values } = poolHistory(nativeCrypto, seed, 60);
    await withReplica({ kind: seed % 4 === 0 ? "sqlite" : "memory", pool }, async (replica) => {
      for (const value of [...values, ...seededRandom(seed).shuffled(values)]) await ingestOps(replica, [value]);
      for (const question of ["where do I live", "what do I like", "home place thing odd preference likes Bern", "tea or coffee"]) {
        const recalled = await recall(replica, { question, limit: 100, mayRead: "all", now });
        await assertTrue(replica, recalled, `seed ${seed}, ${question}`);
        answers += recalled.answers.length;
      }
    });
  }
  assert.ok(answers > memories, "there was something to tell");
});

test(`law: under ${3 * memories} random grants only what they show is told, and what they do not show changes nothing`, async () => {
  let [told, hidden] = [0, 0];
  for (let seed = firstSeed; seed < firstSeed + memories; seed++) {
    const random = seededRandom(seed);
    const pool = await newPool();
    await fill(pool, random, 12);
    for (let grants = 0; grants < 3; grants++) {
      const mayRead = someSelectors(random);
      const shown = async () =>
        new Set(
          (await Promise.all(mayRead.map((one) => previewSlice(pool.replica, one, now)))).flatMap((all) =>
            all.map(({ claim: op }) => op.op_id),
          ),
        );
      const questions = Array.from({ length: 4 }, () => `What about ${someWords(random, 4)}?`);
      const ask = () => Promise.all(questions.map((question) => recall(pool.replica, { question, limit: 50, mayRead, now })));
      const [slice, before] = [await shown(), await ask()];
      for (const [index, recalled] of before.entries()) {
        const about = `seed ${seed}, grant ${JSON.stringify(mayRead)}, ${questions[index]}`;
        await assertTrue(pool.replica, recalled, about);
        assert.deepEqual(recalled.evidence, [], about);
        for (const { claim: id, freshness, reasons } of recalled.answers) {
          assert.ok(slice.has(id), `${about}: ${id} is told and not shown`);
          assert.notEqual(freshness.is, "ended", about);
          assert.ok(!reasons.some((reason) => /evidence/.test(reason)), `${about}: nobody is told what rests on the same evidence`);
        }
        told += recalled.answers.length;
      }
      for (const question of questions) {
        const all = await recall(pool.replica, { question, limit: 50, mayRead: "all", now });
        await assertTrue(pool.replica, all, `seed ${seed}, the owner, ${question}`);
        hidden += all.answers.length;
      }
      await hide(pool, random, mayRead, shown, slice);
      assert.deepEqual(await ask(), before, `seed ${seed}: what grant ${JSON.stringify(mayRead)} does not show has an effect`);
    }
  }
  assert.ok(told > memories && hidden > told, "some was told, and more was there");
});

/** Writes what the grants do not show: evidence, and claims that others than these show. */
async function hide(
  { replica, phone }: Pool,
  random: SeededRandom,
  mayRead: readonly Selector[],
  shown: () => Promise<ReadonlySet<OpId>>,
  slice: ReadonlySet<OpId>,
): Promise<void> {
  const content = { title: words.join(" "), text: `${someWords(random, 4)} tuba` };
  const [evidence] = await writeDrafts(replica, phone, [item(`hidden ${random.below(1e9)}`, "note", content, { observed_at: now })]);
  const secrets = [
    ["secret.one", words.join(" ")],
    ["secret.two", words.join(" ")],
    ["person.name", random.pick(words)],
  ] as const;
  const secret = secrets.map(([predicate, object]) =>
    claim("self", predicate, object, { derived_from: [evidence as OpId], sensitivity: "restricted", confidence: 0.1 }),
  );
  const isOpen = mayRead.some(({ predicates: of, max_sensitivity: most, min_confidence: least = 0 }) => {
    return of.some((pattern) => ["*", "*.one"].includes(pattern)) && most === "restricted" && least <= 0.1;
  });
  if (!isOpen) await writeDrafts(replica, phone, secret);
  assert.deepEqual(await shown(), slice, "what was written is not shown");
}
