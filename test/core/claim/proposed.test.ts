/** Section 6, step 4: what an assistant writes waits for the owner's word. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** A pool with an assistant, an importer and a second full device, and an item that claims are derived from. */
function poolWithAgent() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "agent", "assistant");
  pool.add("phone", "laptop", "full");
  const item = pool.write("importer", "evidence", evidence());
  const derived = (object: string, parts: JsonObject = {}) => pool.write("importer", "claim", claim({ ...from(item), object, ...parts }));
  const propose = (object: string, parts: JsonObject = {}) => pool.write("agent", "claim", claim({ ...from(item), object, ...parts }));
  return { pool, item, derived, propose };
}

type Wanted = readonly (readonly [Envelope, string])[];

async function statusesAre(pool: ScriptedPool, wanted: Wanted): Promise<void> {
  const { statuses } = await agreed(pool);
  assert.deepEqual(
    wanted.map(([{ op_id }]) => statuses.get(op_id)),
    wanted.map(([, status]) => status),
  );
}

test("what an assistant writes is proposed, derived from something or not; an endorsement makes it count, its undo ends that", async () => {
  const { pool, propose } = poolWithAgent();
  const [one, bare] = [propose("Bern"), pool.write("agent", "claim", claim({ predicate: "place.work" }))];
  await statusesAre(pool, [
    [one, "proposed"],
    [bare, "proposed"],
  ]);
  const endorsement = pool.write("phone", "endorsement", targets(one, bare));
  await statusesAre(pool, [
    [one, "active"],
    [bare, "active"],
  ]);
  const undo = pool.write("laptop", "refutation", targets(endorsement));
  await statusesAre(pool, [
    [one, "proposed"],
    [bare, "proposed"],
  ]);
  pool.write("phone", "refutation", targets(undo));
  await statusesAre(pool, [[one, "active"]]);
});

test("it supports nothing: what was derived from it is invalidated, rises with the endorsement and falls with its undo", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const one = propose("Bern");
  const hanging = derived("skiing", { ...from(one), predicate: "preference.hobby" });
  const further = derived("sporty", { ...from(hanging), predicate: "trait.activity" });
  const chain = (status: string): Wanted => [
    [hanging, status],
    [further, status],
  ];
  await statusesAre(pool, chain("invalidated"));
  const endorsement = pool.write("phone", "endorsement", targets(one));
  await statusesAre(pool, chain("active"));
  pool.write("phone", "refutation", targets(endorsement));
  await statusesAre(pool, chain("invalidated"));
});

test("its statement holds where somebody else's standing claim makes it", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const one = propose("Bern");
  const hanging = derived("skiing", { ...from(one), predicate: "preference.hobby" });
  const same = derived("Bern");
  await statusesAre(pool, [
    [one, "proposed"],
    [same, "active"],
    [hanging, "active"],
  ]);
});

test("it competes with nobody; endorsed, it is the user's word and wins over what was derived later", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const [home, one] = [derived("Basel"), propose("Bern")];
  const later = derived("Basel");
  await statusesAre(pool, [
    [home, "active"],
    [one, "proposed"],
  ]);
  pool.write("phone", "endorsement", targets(one));
  await statusesAre(pool, [
    [home, "superseded"],
    [later, "superseded"],
    [one, "active"],
  ]);
});

test("an endorsement counts for the claims it names, not for others that say the same", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const [one, same] = [propose("Bern"), propose("Bern")];
  const derivedSame = derived("Bern");
  pool.write("phone", "endorsement", targets(one, derivedSame));
  await statusesAre(pool, [
    [one, "active"],
    [same, "proposed"],
    [derivedSame, "active"],
  ]);
});

test("an endorsement that is void, contested or does not fit has no force; nobody endorses himself", async () => {
  const { pool, propose } = poolWithAgent();
  const one = propose("Bern");
  for (const name of ["agent", "importer", "root"]) pool.write(name, "endorsement", targets(one));
  pool.write("phone", "endorsement", { targets: [one.op_id, one.op_id] });
  pool.write("laptop", "endorsement", targets(one));
  await statusesAre(pool, [[one, "active"]]);
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [[one, "proposed"]]);
});

test("one endorsement that still is in force is enough; it may come before the claim", async () => {
  const { pool, item, propose } = poolWithAgent();
  const one = propose("Bern");
  const known = [item, one];
  const first = pool.write("phone", "endorsement", targets(one), known);
  pool.write("laptop", "endorsement", targets(one), known);
  pool.write("phone", "refutation", targets(first));
  await statusesAre(pool, [[one, "active"]]);
});

test("refuted comes first: a proposed claim falls with its statement, and takes the statement along", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const [one, same] = [propose("Bern"), derived("Bern")];
  const [two, alike] = [propose("Basel"), derived("Basel")];
  pool.write("phone", "refutation", targets(same));
  pool.write("phone", "refutation", targets(two));
  await statusesAre(pool, [
    [one, "refuted"],
    [same, "refuted"],
    [two, "refuted"],
    [alike, "refuted"],
  ]);
});

test("endorsed, it falls only by being refuted or corrected itself", async () => {
  const { pool, derived, propose } = poolWithAgent();
  const [one, same] = [propose("Bern"), derived("Bern")];
  const endorsement = pool.write("phone", "endorsement", targets(one));
  pool.write("phone", "refutation", targets(same));
  await statusesAre(pool, [
    [one, "active"],
    [same, "refuted"],
  ]);
  pool.write("laptop", "refutation", targets(endorsement));
  await statusesAre(pool, [[one, "refuted"]]); // by its statement, and not proposed again
});

test("endorsed it still needs what it was derived from", async () => {
  const { pool, item, propose } = poolWithAgent();
  const one = propose("Bern");
  const waiting = pool.write("agent", "claim", claim({ derived_from: [`op:${"0".repeat(64)}`], predicate: "place.work" }));
  pool.write("phone", "refutation", targets(item));
  await statusesAre(pool, [
    [one, "proposed"], // before invalidated
    [waiting, "pending"], // after pending
  ]);
  pool.write("phone", "endorsement", targets(one, waiting));
  await statusesAre(pool, [
    [one, "invalidated"],
    [waiting, "pending"],
  ]);
});

test("an assistant that was removed was an assistant; what `last` does not cover is contested", async () => {
  const { pool, propose } = poolWithAgent();
  const [kept, late] = [propose("Bern"), propose("Basel")];
  pool.remove("root", "agent", kept);
  await statusesAre(pool, [
    [kept, "proposed"],
    [late, "contested"],
  ]);
});

test("no other role proposes", async () => {
  const { pool, item } = poolWithAgent();
  pool.add("phone", "gardener", "assistants");
  pool.add("phone", "mirror", "mirror");
  const by = (name: string, object: string) => pool.write(name, "claim", claim({ ...from(item), predicate: "preference.likes", object }));
  await statusesAre(pool, [
    [by("gardener", "a"), "void"],
    [by("mirror", "b"), "void"],
    [by("importer", "c"), "active"],
    [by("phone", "d"), "active"],
  ]);
});
