/** Law: whatever is done to a store, the memory store, which is a few maps, and those in SQLite and PostgreSQL answer alike. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClaimStatus, claimStatuses } from "../../src/core/claim/status.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  openMemoryStore,
  openSqliteStore,
  type Reader,
  type RefKind,
  type SearchRow,
  type SearchWord,
  type Store,
  type Transactor,
} from "../../src/store/index.ts";
import { openPostgres } from "../../src/store/postgres/index.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import { didOf, proof, SampleLog, sha256Hex } from "../../src/testkit/store-contract-samples.ts";
import { bytesOf, everything, sorted } from "../../src/testkit/store-contract-state.ts";
import { runs } from "../node/replicas.ts";
import { inFolder } from "./folders.ts";
import { testDatabase } from "./test-database.ts";

const kinds: readonly RefKind[] = ["derives", "refutes", "endorses", "redacts", "corrects", "revokes", "receipts"];
const words = ["rye", "oat", "tea", "fig"];
const names = ["a", "b", "__proto__"];

type Change = (tx: Transactor) => Promise<unknown>;

/** One change, with arguments that are drawn before: all stores get the same. */
function randomChange(random: SeededRandom, log: SampleLog, fails: boolean): Change {
  const ids = [...log.ops.keys()];
  const some = random.some([...ids, `op:${sha256Hex(random.pick(words))}` as OpId], 3);
  const op = random.pick(ids);
  const key = () => sha256Hex(random.pick(words));
  const places = random.some([...log.ops.values()], 3).map(({ id, lamport, author }) => ({ id, lamport, author }));
  const salted = { salt: key().slice(0, 32), payload: { word: random.pick(words) } };
  const refs = some.map((to) => ({ from: op, kind: random.pick(kinds), to }));
  const claims = places.map((place) => ({ ...place, ...claimWords(random, key) }));
  const statuses = some.map((id) => ({ id, status: random.pick<ClaimStatus>(claimStatuses) }));
  const items = places.map(({ id, lamport }) => ({ id, lamport, source: key() }));
  const rejected = some.map((id) => ({ op: id, reason: random.pick(words) }));
  const findable = places.map(({ id }) => ({ id, at: random.once(3) ? null : random.below(9), words: searchWords(random) }));
  const granted = places.map(({ id }) => ({ id, grantee: didOf(random.pick(words)), expires: random.below(9) }));
  const [name, value] = [random.pick(names), random.once(3) ? null : random.pick(words)];
  const changes: readonly Change[] = [
    (tx) => tx.attach({ id: op, ...salted, payloadText: canonical(salted.payload) }),
    (tx) => tx.erase(some),
    (tx) => tx.unerase(some),
    (tx) => tx.addRefs(refs),
    // A claim that can be found has its row already: both for the same operations.
    (tx) => tx.putClaims(claims).then(() => tx.putSearchRows(findable)),
    (tx) => tx.setStatuses(statuses),
    (tx) => tx.putEvidence(items),
    (tx) => tx.dropSearchRows(some),
    (tx) => tx.putGrantees(granted),
    (tx) => tx.dropGrantees(some),
    (tx) => tx.reject(rejected),
    (tx) => tx.setLocal(name, value),
  ];
  // What a failed write appended would be missing from the log of which later operations are made.
  return fails || random.once(2) ? random.pick(changes) : appending(random, log);
}

function claimWords(random: SeededRandom, key: () => string) {
  const time = () => (random.once(2) ? null : random.below(9) - 4);
  return {
    statement: key(),
    topic: key(),
    predicate: random.pick(words),
    underived: random.once(2),
    from: time(),
    until: time(),
    corrects: random.once(2) ? null : (`op:${key()}` as OpId),
    object: random.once(2) ? "" : key(),
    status: random.pick<ClaimStatus>(claimStatuses),
  };
}

function searchWords(random: SeededRandom): SearchRow["words"] {
  const field = () => Array.from({ length: random.below(4) }, () => random.pick(words));
  return { title: field(), people: field(), place: [], text: [...field(), ...field()], dates: field(), kind: field() };
}

function appending(random: SeededRandom, log: SampleLog): (tx: Transactor) => Promise<void> {
  const ids = [...log.ops.keys()];
  const written = Array.from({ length: 1 + random.below(4) }, () => {
    const author = random.pick(words);
    const own = [...log.ops.values()].filter((op) => op.author === didOf(author)).map(({ id }) => id);
    return log.write(author, {
      type: random.pick(["song", "note"]),
      payload: random.once(3) ? null : { word: random.pick(words), "\n": random.below(3) },
      ...(random.once(4) && own.length > 0 ? { own: random.pick(own) } : {}),
      ...(random.once(3) ? { others: random.some(ids, 2) } : {}),
      ...(random.once(3) ? { batch: proof(random.below(9), 9, random.below(4)) } : {}),
    });
  });
  const withoutPayload = random.some(written, 1).map(({ id }) => id);
  const changes = log.log.takeChanges();
  return async (tx) => {
    await tx.append(written, new Set(withoutPayload));
    await tx.keepControlLog(changes);
  };
}

/** Questions with arguments, the same for all. */
function randomQuestions(random: SeededRandom, log: SampleLog): (reader: Reader) => Promise<readonly unknown[]> {
  const ids = [...log.ops.keys()];
  const after = random.once(2) ? undefined : random.pick([...log.ops.values()]);
  const limit = 1 + random.below(5);
  const chains = [...log.log.chains.keys()];
  const chain = random.pick(chains);
  const parts = random.some(chains, 3).map((chain) => ({ chain, after: random.below(4), upTo: random.below(8) }));
  const [key, target] = [sha256Hex(random.pick(words)), random.pick(ids)];
  const from = random.some(ids, 2);
  const bytes = random.below(6_000);
  const type = random.pick(["song", "note"]);
  const [prefix, some] = [random.pick(["", "o", "rye", "x"]), random.some(words, 2)];
  const [status, grantee] = [random.pick<ClaimStatus>(claimStatuses), didOf(random.pick(words))];
  const fields = [undefined, "title", "text", "kind"] as const;
  const asked = (): SearchWord => {
    const [word, field] = [random.pick(words), random.pick(fields)];
    return { word: random.once(3) ? word.slice(0, 1) : word, begins: random.once(2), ...(field ? { field } : {}) };
  };
  const times = random.once(2) ? {} : { from: random.below(5), until: 3 + random.below(6) };
  const statuses = random.once(2) ? {} : { statuses: [random.pick<ClaimStatus>(claimStatuses)] };
  const query = {
    any: random.once(4) ? [] : [asked(), asked()],
    all: random.once(2) ? [] : [[asked()], [asked(), asked()]],
    ...times,
    ...statuses,
    limit: 99,
  };
  return async (reader) => [
    (await reader.ordered({ after, limit })).map(bytesOf),
    (await reader.ordered({ after, limit, bytes, parts })).map(bytesOf),
    await reader.idsAfter(after?.id ?? null, limit),
    await reader.idsAt(chain, [5, 1, 2]),
    await reader.incomplete(after?.id ?? null, limit),
    await reader.reaches(from, target),
    (await reader.newest({ type, before: after, limit })).map(bytesOf),
    (await reader.arrivedUntil(limit, from)).sort(),
    (await reader.latest(limit)).map(bytesOf),
    sorted(await reader.refsTo(from, kinds.slice(0, 2))),
    sorted(await reader.claimsOfStatements([key])),
    sorted(await reader.claimsOfTopics([key])),
    sorted(await reader.evidence(from)),
    (await reader.predicates(prefix)).sort(),
    sorted(await reader.claimsOfPredicates(some, status, 99)),
    (await reader.claimsOfPredicates(some, status, 2)).length,
    sorted(await reader.grantees(from)),
    sorted(await reader.grantsTo(grantee)),
    await reader.claimPage({ after: after?.id, limit }),
    await reader.evidenceOf(key),
    sorted(await reader.search(query)), // SQLite has another order among equally good rows
    await reader.search({ ...query, any: [], skip: 1, limit }),
    sorted(await reader.searchRows(from)),
    await reader.wordCounts(words),
  ];
}

test("law: random changes, some of them rolled back, leave all stores with the same answers to everything", () =>
  inFolder(async (folder) => {
    const database = await openPostgres((await testDatabase()).url, { scratch: true });
    for (let seed = 1; seed <= runs(15); seed++) {
      const random = seededRandom(seed);
      const sqlite = await openSqliteStore(`${folder}/${seed}.db`, { scratch: true });
      const stores: Store[] = [openMemoryStore(), sqlite];
      // A question to PostgreSQL takes ten times as long: it is asked in a few of the runs.
      if (seed % 5 === 1) stores.push(await database.store(`seed ${seed}`));
      const log = new SampleLog();
      const first = log.log.takeChanges();
      for (const store of stores) {
        await store.write(async (tx) => {
          await tx.setPool(log.pool);
          await tx.append(log.inOrder(), new Set());
          await tx.keepControlLog(first);
        });
      }
      for (let step = 0; step < 40; step++) {
        const fails = random.once(6);
        const changes = Array.from({ length: 1 + random.below(3) }, () => randomChange(random, log, fails));
        const results = [];
        for (const store of stores) {
          const write = store.write(async (tx) => {
            const answers = [];
            for (const change of changes) answers.push(await change(tx));
            if (fails) throw new RangeError("rolled back");
            return answers;
          });
          results.push(await write.catch((error: unknown) => String(error)));
        }
        for (const result of results.slice(1)) assert.deepEqual(result, results[0], `seed ${seed}, step ${step}`);
        const questions = randomQuestions(random, log);
        const [memory, ...others] = await Promise.all(
          stores.map((store) => store.read(async (reader) => [await everything(reader, names), ...(await questions(reader))])),
        );
        for (const other of others) assert.deepEqual(other, memory, `seed ${seed}, step ${step}`);
      }
      for (const store of stores) await store.close();
    }
    await database.close();
  }));
