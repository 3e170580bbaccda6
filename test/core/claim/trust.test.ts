/** Section 6, "Trust" and sensitivity, sentence by sentence: what a claim's lineage makes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { whyClaim } from "../../../src/node/why.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { deliver, withReplica } from "../../replicas.ts";

function poolOfRoles() {
  const pool = scriptedPool(nativeCrypto);
  for (const [name, role] of Object.entries({ laptop: "full", importer: "ingest", agent: "assistant" })) pool.add("phone", name, role);
  const item = (author: string, origin: string, parts: JsonObject = {}) => pool.write(author, "evidence", evidence({ origin, ...parts }));
  /** In a predicate of which many values hold, unless told otherwise. */
  const say = (author: string, object: string, sources: readonly Envelope[], parts: JsonObject = {}) =>
    pool.write(author, "claim", claim({ predicate: "trait.activity", object, ...from(...sources), ...parts }));
  return { pool, item, say };
}

/** `trust sensitivity` of each, as `why` tells it. */
async function told(pool: ScriptedPool, ops: readonly Envelope[]): Promise<string[]> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [], structuredClone(pool.ops) as unknown as Json[]);
    const found: string[] = [];
    for (const { op_id } of ops) {
      const { trust, sensitivity } = await whyClaim(replica, op_id);
      found.push(`${trust} ${sensitivity}`);
    }
    return found;
  });
}

async function trustsAre(pool: ScriptedPool, wanted: readonly (readonly [Envelope, string | null])[]): Promise<void> {
  const trusts = (
    await told(
      pool,
      wanted.map(([op]) => op),
    )
  ).map((each) => each.split(" ")[0]);
  assert.deepEqual(
    trusts,
    wanted.map(([, trust]) => String(trust)),
  );
}

async function sensitivitiesAre(pool: ScriptedPool, wanted: readonly (readonly [Envelope, string])[]): Promise<void> {
  const found = (
    await told(
      pool,
      wanted.map(([op]) => op),
    )
  ).map((each) => each.split(" ")[1]);
  assert.deepEqual(
    found,
    wanted.map(([, sensitivity]) => sensitivity),
  );
}

test("a role caps what it writes: full user, ingest import, assistant assistant", async () => {
  const { pool, item, say } = poolOfRoles();
  const cases = [
    ["phone", "user", "user"],
    ["phone", "import", "import"],
    ["phone", "assistant", "assistant"],
    ["phone", "third_party", "third_party"],
    ["importer", "user", "import"],
    ["importer", "import", "import"],
    ["importer", "third_party", "third_party"],
    ["agent", "user", "assistant"],
    ["agent", "import", "assistant"],
    ["agent", "third_party", "third_party"],
  ] as const;
  await trustsAre(
    pool,
    cases.map(([author, origin, trust], n) => [say("phone", `${n}`, [item(author, origin)]), trust] as const),
  );
});

test("a claim is one of those that may be below: an importer's is `import` at most, whatever it was derived from", async () => {
  const { pool, item, say } = poolOfRoles();
  const best = item("phone", "user");
  await trustsAre(pool, [
    [say("phone", "a", [best]), "user"],
    [say("importer", "b", [best]), "import"],
    [say("phone", "c", [say("importer", "b", [best])]), "import"],
    [say("phone", "d", []), "user"],
    [say("importer", "e", []), "import"],
  ]);
});

test("everything it needs has to be there: the lowest of its sources decides", async () => {
  const { pool, item, say } = poolOfRoles();
  const [best, mail] = [item("phone", "user"), item("importer", "third_party")];
  const both = say("phone", "both", [best, mail]);
  await trustsAre(pool, [
    [both, "third_party"],
    [say("phone", "above", [both, best]), "third_party"],
  ]);
});

test("of independent supports the highest decides, also for what hangs on the other one", async () => {
  const { pool, item, say } = poolOfRoles();
  const mail = item("importer", "third_party");
  const heard = say("phone", "runner", [mail]);
  const hanging = say("phone", "fit", [heard]);
  await trustsAre(pool, [
    [heard, "third_party"],
    [hanging, "third_party"],
  ]);
  const seen = say("phone", "runner", [item("importer", "import")]);
  await trustsAre(pool, [
    [heard, "third_party"], // it still has no source but the mail
    [seen, "import"],
    [hanging, "import"],
  ]);
  const own = say("phone", "runner", []);
  await trustsAre(pool, [
    [heard, "third_party"],
    [own, "user"],
    [hanging, "user"],
  ]);
});

test("a support that does not stand adds nothing", async () => {
  const { pool, item, say } = poolOfRoles();
  const hanging = say("phone", "fit", [say("phone", "runner", [item("importer", "third_party")])]);
  const refuted = item("phone", "user");
  const [redacted, fallen] = [say("phone", "runner", [item("phone", "user")]), say("phone", "runner", [refuted])];
  const proposed = say("agent", "runner", []);
  pool.write("phone", "redaction", targets(redacted));
  pool.write("phone", "refutation", targets(refuted));
  await trustsAre(pool, [
    [hanging, "third_party"],
    [fallen, null],
    [proposed, null],
  ]);
});

test("an endorsed claim that stands counts as the user's word, and stands by itself for what hangs on it; the undo ends that", async () => {
  const { pool, item, say } = poolOfRoles();
  const mail = item("agent", "third_party");
  const doubtful = say("importer", "runner", [mail]);
  const byFull = say("phone", "fit", [doubtful]);
  const byIngest = say("importer", "healthy", [doubtful]);
  const endorsement = pool.write("laptop", "endorsement", targets(doubtful));
  await trustsAre(pool, [
    [doubtful, "user"],
    [byFull, "user"],
    [byIngest, "import"],
  ]);
  pool.write("phone", "refutation", targets(endorsement));
  await trustsAre(pool, [
    [doubtful, "third_party"],
    [byFull, "third_party"],
    [byIngest, "third_party"],
  ]);
});

test("an endorsement of another claim of the statement lifts what hangs on the statement, not the claim itself", async () => {
  const { pool, item, say } = poolOfRoles();
  const [one, other] = [say("importer", "runner", [item("agent", "third_party")]), say("importer", "runner", [item("importer", "import")])];
  const hanging = say("phone", "fit", [one]);
  pool.write("phone", "endorsement", targets(other));
  await trustsAre(pool, [
    [one, "third_party"],
    [other, "user"],
    [hanging, "user"],
  ]);
});

test("an assistant's claim has no trust until it is endorsed, then it is the user's word", async () => {
  const { pool, item, say } = poolOfRoles();
  const proposed = say("agent", "runner", [item("phone", "user")]);
  await trustsAre(pool, [[proposed, null]]);
  pool.write("phone", "endorsement", targets(proposed));
  await trustsAre(pool, [[proposed, "user"]]);
});

test("what does not stand has no trust, endorsed or not; a superseded claim stands", async () => {
  const { pool, item, say } = poolOfRoles();
  const bottom = item("importer", "import");
  const home = (author: string, object: string, parts: JsonObject = {}) =>
    pool.write(author, "claim", claim({ object, ...from(bottom), ...parts }));
  const refuted = home("importer", "Chur");
  const corrected = home("importer", "Genf");
  const superseded = home("importer", "Basel");
  const pending = home("importer", "Zug", { derived_from: [`op:${"0".repeat(64)}`] });
  const misshapen = home("importer", "Sion", { confidence: 0 });
  const redacted = home("importer", "Thun");
  const contested = home("laptop", "Visp");
  const right = home("phone", "Bern", { corrects: corrected.op_id, derived_from: [] });
  const fallen = say("importer", "fit", [refuted]);
  pool.write("phone", "refutation", targets(refuted));
  pool.write("phone", "redaction", targets(redacted));
  pool.write("phone", "endorsement", targets(refuted, corrected, pending, misshapen, redacted, contested, fallen));
  pool.remove("root", "laptop", null);
  const down = [refuted, corrected, pending, misshapen, redacted, contested, fallen];
  await trustsAre(pool, [...down.map((op) => [op, null] as const), [superseded, "import"], [right, "user"]]);
});

test("a circle lifts nobody: each is worth what began it", async () => {
  const { pool, item, say } = poolOfRoles();
  const hen = say("phone", "hen", [item("importer", "third_party")]);
  const egg = say("phone", "egg", [hen]);
  const henAgain = say("phone", "hen", [egg]);
  await trustsAre(
    pool,
    [hen, egg, henAgain].map((op) => [op, "third_party"] as const),
  );
  const own = say("phone", "egg", []);
  await trustsAre(pool, [
    [hen, "third_party"],
    [own, "user"],
    [henAgain, "user"], // by the user's word for egg
    [egg, "user"], // by that of henAgain for hen
  ]);
});

test("what a removed device wrote and `last` covers is worth what it was", async () => {
  const { pool, item, say } = poolOfRoles();
  const mail = item("laptop", "user");
  const kept = say("laptop", "fit", [mail]);
  pool.remove("root", "laptop", kept);
  await trustsAre(pool, [[kept, "user"]]);
});

test("sensitivity: a claim's own, never below its predicate's; without one its predicate's; an unknown predicate is personal", async () => {
  const { pool, say } = poolOfRoles();
  const of = (predicate: string, sensitivity?: string) =>
    say("phone", `${predicate} ${sensitivity}`, [], { predicate, ...(sensitivity ? { sensitivity } : {}) });
  await sensitivitiesAre(pool, [
    [of("person.language"), "public"],
    [of("preference.likes"), "personal"],
    [of("health.condition"), "sensitive"],
    [of("odd.thing"), "personal"],
    [of("person.language", "restricted"), "restricted"],
    [of("person.language", "personal"), "personal"],
    [of("preference.likes", "public"), "personal"],
    [of("health.condition", "public"), "sensitive"],
    [of("health.condition", "restricted"), "restricted"],
    [of("odd.thing", "public"), "personal"],
  ]);
});

test("sensitivity: the last predicate operation that counts says what its predicate's is", async () => {
  const { pool, say } = poolOfRoles();
  const define = (author: string, name: string, sensitivity: string) =>
    pool.write(author, "predicate", { name, cardinality: "many", sensitivity, template: "" });
  const [language, odd] = [say("phone", "Greek", [], { predicate: "person.language" }), say("phone", "x", [], { predicate: "odd.thing" })];
  define("phone", "person.language", "sensitive");
  define("phone", "odd.thing", "public");
  define("importer", "odd.thing", "restricted"); // void: `full` only
  await sensitivitiesAre(pool, [
    [language, "sensitive"],
    [odd, "public"],
  ]);
  define("laptop", "person.language", "restricted");
  await sensitivitiesAre(pool, [[language, "restricted"]]);
  pool.remove("root", "laptop", null); // contests the last one
  await sensitivitiesAre(pool, [[language, "sensitive"]]);
});

test("sensitivity: that of everything below, evidence without one being personal", async () => {
  const { pool, item, say } = poolOfRoles();
  const language = (sources: readonly Envelope[]) => say("phone", `Greek ${sources.length}`, sources, { predicate: "person.language" });
  const plain = item("importer", "import");
  const open = item("importer", "import", { sensitivity: "public" });
  const secret = item("importer", "import", { sensitivity: "restricted" });
  const illness = say("phone", "asthma", [open], { predicate: "health.condition" });
  const hanging = say("phone", "inhaler", [illness]);
  await sensitivitiesAre(pool, [
    [language([]), "public"],
    [language([open]), "public"],
    [language([open, plain]), "personal"],
    [language([open, plain, secret]), "restricted"],
    [illness, "sensitive"],
    [hanging, "sensitive"],
    [say("phone", "further", [hanging]), "sensitive"],
  ]);
});

test("sensitivity: independent supports that stand count, all of them; what does not stand does not", async () => {
  const { pool, item, say } = poolOfRoles();
  const secret = item("importer", "import", { sensitivity: "restricted" });
  const open = item("importer", "import", { sensitivity: "public" });
  const [guarded, free] = [say("phone", "runner", [secret]), say("phone", "runner", [open])];
  const hanging = say("phone", "fit", [free]);
  const throughGuarded = say("phone", "healthy", [guarded]);
  await sensitivitiesAre(pool, [
    [free, "personal"],
    [guarded, "restricted"],
    [hanging, "restricted"],
    [throughGuarded, "restricted"],
  ]);
  const refutation = pool.write("phone", "refutation", targets(secret));
  await sensitivitiesAre(pool, [
    [hanging, "personal"],
    [throughGuarded, "personal"], // it names a claim that fell with its secret; the other one holds it up
  ]);
  pool.write("phone", "refutation", targets(refutation));
  await sensitivitiesAre(pool, [[hanging, "restricted"]]);
});

test("sensitivity: a correction's own sets it, upwards and downwards, for it and for what hangs on it", async () => {
  const { pool, item, say } = poolOfRoles();
  const correct = (target: Envelope, object: string, parts: JsonObject = {}) =>
    say("phone", object, [], { predicate: "health.condition", corrects: target.op_id, ...parts });
  const secret = item("importer", "import", { sensitivity: "restricted" });
  const wrong = ["a", "b", "c"].map((object) => say("importer", object, [secret], { predicate: "health.condition" }));
  const [first, second, third] = wrong as [Envelope, Envelope, Envelope];
  const lowered = correct(first, "hay fever", { sensitivity: "public" });
  const raised = correct(second, "other", { sensitivity: "restricted" });
  const silent = correct(third, "nothing");
  await sensitivitiesAre(pool, [
    [lowered, "public"],
    [raised, "restricted"],
    [silent, "sensitive"],
    [say("phone", "sneezes", [lowered]), "personal"],
    [say("phone", "hides", [raised]), "restricted"],
  ]);
});
