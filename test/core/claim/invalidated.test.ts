/** Section 6, step 5: what stands, what falls with what it rests on, and what rises again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

function poolWithImporter() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "agent", "assistant");
  pool.add("phone", "laptop", "full");
  let items = 0;
  const item = (author = "importer") => pool.write(author, "evidence", evidence({ external_id: `item ${items++}` }));
  /** `object` is so, in a predicate of which many values hold; the same word is the same statement. */
  const derive = (object: string, ...sources: readonly Envelope[]) =>
    pool.write("importer", "claim", claim({ predicate: "preference.likes", object, ...from(...sources) }));
  const refute = (...ops: readonly Envelope[]) => pool.write("phone", "refutation", targets(...ops));
  return { pool, item, derive, refute };
}

async function statusesAre(
  pool: ScriptedPool,
  wanted: readonly (readonly [Envelope, string])[],
  given?: readonly unknown[],
): Promise<void> {
  const { statuses } = await agreed(pool, given);
  assert.deepEqual(
    wanted.map(([{ op_id }]) => statuses.get(op_id)),
    wanted.map(([, status]) => status),
  );
}

const all = (ops: readonly Envelope[], status: string) => ops.map((op) => [op, status] as const);

test("a whole chain falls with the evidence it hangs on, and rises with it", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const chain = [derive("0", bottom)];
  for (let n = 1; n < 12; n++) chain.push(derive(`${n}`, chain.at(-1) as Envelope));
  await statusesAre(pool, all(chain, "active"));
  const refutation = refute(bottom);
  await statusesAre(pool, all(chain, "invalidated"));
  const undo = refute(refutation);
  await statusesAre(pool, all(chain, "active"));
  refute(undo);
  await statusesAre(pool, all(chain, "invalidated"));
});

test("a refutation in the middle of a chain takes what is above it, and nothing below", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const low = derive("low", item());
  const middle = derive("middle", low);
  const high = [derive("high", middle), derive("higher", low, middle)];
  high.push(derive("highest", high[0] as Envelope));
  const refutation = refute(middle);
  await statusesAre(pool, [[low, "active"], [middle, "refuted"], ...all(high, "invalidated")]);
  refute(refutation);
  await statusesAre(pool, all([low, middle, ...high], "active"));
});

test("evidence holds unless it is contested, redacted, void or refuted; not yet here, it is waited for", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  pool.add("phone", "mirror", "mirror");
  const sources = {
    contested: item("laptop"),
    redacted: item(),
    misshapen: pool.write("importer", "evidence", { ...evidence(), content: "no object" }),
    byMirror: pool.write("mirror", "evidence", evidence()),
    refuted: item(),
    held: item(),
    proposed: item("agent"),
  };
  const missing = pool.write("importer", "claim", claim({ predicate: "odd.thing", derived_from: [`op:${"0".repeat(64)}`] }));
  const claims = Object.entries(sources).map(([word, source]) => derive(word, source));
  pool.write("phone", "redaction", targets(sources.redacted));
  refute(sources.refuted);
  pool.remove("root", "laptop", null);
  const [contested, redacted, misshapen, byMirror, refuted, held, ofAgent] = claims as [Envelope, ...Envelope[]];
  await statusesAre(pool, [
    ...all([contested, redacted, misshapen, byMirror, refuted] as Envelope[], "invalidated"),
    ...all([held, ofAgent] as Envelope[], "active"), // evidence needs no endorsement, whoever wrote it
    [missing, "pending"],
  ]);
});

test("a redacted source can't be had back: what hung on it stays down when everything else is undone", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const [gone, doubted] = [item(), item()];
  const hanging = derive("tea", gone, doubted);
  const redaction = pool.write("phone", "redaction", targets(gone));
  refute(refute(doubted), redaction);
  await statusesAre(pool, [[hanging, "invalidated"]]);
});

test("evidence that is contested falls away, and comes back when the removal is contested in turn", async () => {
  const { pool, item, derive } = poolWithImporter();
  const hanging = derive("tea", item("laptop"));
  const further = derive("scones", hanging);
  pool.add("phone", "tablet", "full");
  const removal = pool.remove("tablet", "laptop", null);
  await statusesAre(pool, all([hanging, further], "invalidated"));
  pool.remove("phone", "tablet", null, [removal]);
  await statusesAre(pool, all([hanging, further], "active"));
});

test("a claim needs everything it was derived from", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const [one, two] = [item(), item()];
  const both = derive("both", one, two);
  const first = refute(one);
  await statusesAre(pool, [[both, "invalidated"]]);
  const second = refute(two);
  refute(first);
  await statusesAre(pool, [[both, "invalidated"]]);
  refute(second);
  await statusesAre(pool, [[both, "active"]]);
});

test("an independent support keeps what hangs on a statement: it falls with the last of them", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const [one, two] = [item(), item()];
  const [first, second] = [derive("runner", one), derive("runner", two)];
  const hanging = derive("fit", first); // names one of the two
  const further = derive("healthy", hanging);
  const down = refute(one);
  await statusesAre(pool, [[first, "invalidated"], ...all([second, hanging, further], "active")]);
  refute(two);
  await statusesAre(pool, all([first, second, hanging, further], "invalidated"));
  refute(down);
  await statusesAre(pool, [[second, "invalidated"], ...all([first, hanging, further], "active")]);
});

test("a support that the user states holds up what was derived from somebody else's claim", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const hanging = derive("fit", derive("runner", bottom));
  refute(bottom);
  const own = pool.write("phone", "claim", claim({ predicate: "preference.likes", object: "runner" }));
  await statusesAre(pool, all([own, hanging], "active"));
  refute(own);
  await statusesAre(pool, [[hanging, "invalidated"]]);
});

test("circles hold nothing up: a statement that follows from its own consequence falls with what it began from", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const hen = derive("hen", bottom);
  const egg = derive("egg", hen);
  const henAgain = derive("hen", egg);
  const eggAgain = derive("egg", henAgain);
  const circle = [hen, egg, henAgain, eggAgain];
  await statusesAre(pool, all(circle, "active"));
  const down = refute(bottom);
  await statusesAre(pool, all(circle, "invalidated"));
  refute(down);
  await statusesAre(pool, all(circle, "active"));
});

test("a claim derived from its own statement holds itself up as little", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const first = derive("tea", bottom);
  const echoes = [derive("tea", first)];
  echoes.push(derive("tea", echoes[0] as Envelope, first));
  refute(bottom);
  await statusesAre(pool, all([first, ...echoes], "invalidated"));
});

test("a circle with two supports from outside stands by either, and falls with both", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const [one, two] = [item(), item()];
  const hen = derive("hen", one);
  const egg = derive("egg", hen);
  const chick = derive("chick", egg);
  const henAgain = derive("hen", chick);
  const eggFromShop = derive("egg", two);
  const beside = derive("omelette", chick, henAgain);
  const down = refute(one);
  await statusesAre(pool, [[hen, "invalidated"], ...all([egg, chick, henAgain, eggFromShop, beside], "active")]);
  refute(two);
  await statusesAre(pool, all([hen, egg, chick, henAgain, eggFromShop, beside], "invalidated"));
  refute(down);
  await statusesAre(pool, [[eggFromShop, "invalidated"], ...all([hen, egg, chick, henAgain, beside], "active")]);
});

test("two circles that share a statement fall together and rise together", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const hub = derive("hub", bottom);
  const left = derive("left", hub);
  const right = derive("right", hub);
  const ops = [hub, left, right, derive("hub", left), derive("hub", right), derive("left", right), derive("right", left)];
  const down = refute(bottom);
  await statusesAre(pool, all(ops, "invalidated"));
  refute(down);
  await statusesAre(pool, all(ops, "active"));
});

test("ids of other types never hold, whatever they say", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const good = item();
  const others = [
    pool.genesis,
    pool.write("phone", "note", { target: good.op_id, text: "true" }),
    pool.write("phone", "inference", { consumer: "agent", purpose: "to know", inputs: [] }),
    pool.write("phone", "endorsement", targets(good)),
    refute(good),
    pool.write("phone", "redaction", targets(pool.genesis)),
    pool.write("phone", "predicate", { name: "odd.thing", cardinality: "many", sensitivity: "public", template: "" }),
    pool.write("phone", "mood", claim()),
    pool.add("phone", "tablet", "full"),
  ];
  const hanging = others.map((other, n) => derive(`${n}`, other));
  await statusesAre(pool, all(hanging, "invalidated"));
});

test("an id that makes no statement never holds, though others make what it would say", async () => {
  const { pool, item, derive } = poolWithImporter();
  const bottom = item();
  const statement = claim({ predicate: "preference.likes", object: "tea", ...from(bottom) });
  const redacted = pool.write("importer", "claim", statement);
  const contested = pool.write("laptop", "claim", statement);
  const misshapen = pool.write("importer", "claim", { ...statement, method: "none" });
  const standing = derive("tea", bottom);
  const hanging = [redacted, contested, misshapen].map((source, n) => derive(`${n}`, source));
  pool.write("phone", "redaction", targets(redacted));
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [[standing, "active"], ...all(hanging, "invalidated")]);
});

test("a superseded claim supports, a refuted, corrected, proposed or invalidated one does not", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const town = (object: string, author = "importer") => pool.write(author, "claim", claim({ object, ...from(bottom) }));
  const sources = {
    superseded: town("Basel"),
    refuted: town("Chur"),
    corrected: town("Genf"),
    proposed: town("Lugano", "agent"),
    active: town("Bern"),
  };
  const hanging = Object.entries(sources).map(([word, source]) => derive(word, source));
  refute(sources.refuted);
  pool.write("phone", "claim", claim({ predicate: "odd.thing", object: "Zug", corrects: sources.corrected.op_id }));
  await statusesAre(
    pool,
    hanging.map((op, n) => [op, n === 0 || n === 4 ? "active" : "invalidated"] as const),
  );
});

test("what is invalidated competes with nobody, and takes its place again when it stands", async () => {
  const { pool, item, refute } = poolWithImporter();
  const [one, two] = [item(), item()];
  const old = pool.write("importer", "claim", claim({ object: "Basel", ...from(one) }));
  const late = pool.write("importer", "claim", claim({ object: "Bern", ...from(two) }));
  const down = refute(two);
  await statusesAre(pool, [
    [old, "active"],
    [late, "invalidated"],
  ]);
  refute(down);
  await statusesAre(pool, [
    [old, "superseded"],
    [late, "active"],
  ]);
});

test("an endorsement holds nothing up", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const bottom = item();
  const hanging = derive("tea", bottom);
  pool.write("phone", "endorsement", targets(hanging));
  refute(bottom);
  await statusesAre(pool, [[hanging, "invalidated"]]);
});

test("what waits is pending, not invalidated, however far up; when the source comes and is refuted, it is invalidated", async () => {
  const { pool, item, derive, refute } = poolWithImporter();
  const [late, doubted] = [item(), item()];
  const low = derive("low", late, doubted);
  const high = derive("high", low);
  refute(doubted);
  await statusesAre(pool, all([low, high], "invalidated"));
  const without = pool.ops.map((op) => (op === late ? { ...op, salt: undefined, payload: undefined } : op));
  await statusesAre(pool, all([low, high], "pending"), JSON.parse(JSON.stringify(without)));
});

test("a claim of many sources falls with any one of them", async () => {
  const { pool, derive, refute } = poolWithImporter();
  const items = pool.writeBatch(
    "importer",
    Array.from({ length: 100 }, (_, n) => ({ type: "evidence", payload: evidence({ external_id: `${n}` }) })),
  );
  const hanging = derive("everything", ...items);
  refute(items[61] as Envelope);
  await statusesAre(pool, [[hanging, "invalidated"]]);
});
