/** Purge receipts and challenges at the grantor's side (section 8): what is archived, what is owed, what is disputed. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Holdings, signHoldings } from "../../../src/core/capability/holdings.ts";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import { PoolError } from "../../../src/core/errors.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { challenge } from "../../../src/node/delegation/challenge.ts";
import { ledgerEntry } from "../../../src/node/delegation/ledger.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { targeting } from "../replicas.ts";
import { ask, assertRefused, dayMs, Grantee, type Grantor, hourMs, meet, newGrantor, opsOfType, run } from "./grantor.ts";

async function served() {
  const grantor = await newGrantor();
  const [claim] = await grantor.write([run()]);
  const grant = await grantor.grant({ purge_ms: hourMs });
  const coach = new Grantee(grantor.who("coach"), grant);
  await coach.pull(grantor);
  const held = coach.root;
  return { grantor, grant, coach, held, claim: claim as OpId };
}

async function revoked() {
  const all = await served();
  const [revocation] = await all.grantor.write([{ type: "cap_revoke", payload: { grant: all.grant } }]);
  return { ...all, revocation: revocation as OpId };
}

const entryOf = async ({ replica, world }: Grantor, grant: OpId) => {
  const entry = await ledgerEntry(replica, grant, world.now);
  assert.ok(entry);
  return entry;
};
const purgeState = async (grantor: Grantor, grant: OpId) => (await entryOf(grantor, grant)).purge.state;

suite("a purge", () => {
  test("is owed from the revocation on, overdue after purge_ms, acknowledged by a receipt that is archived once", async () => {
    const { grantor, grant, coach, held, revocation } = await revoked();
    assert.equal(await purgeState(grantor, grant), "owed");
    grantor.world.now += hourMs;
    assert.equal(await purgeState(grantor, grant), "owed");
    grantor.world.now += 1;
    assert.equal(await purgeState(grantor, grant), "overdue");
    const ack = await coach.purge(grantor, held, revocation);
    const [archived] = await opsOfType(grantor, "cap_receipt");
    assert.deepEqual(ack, { type: "receipt_ack", grant_id: grant, accepted: true, receipt_op: archived?.op_id });
    assert.equal(await purgeState(grantor, grant), "acknowledged");
    assert.deepEqual(await coach.purge(grantor, held, revocation), ack);
    grantor.world.now += 5;
    assert.deepEqual(await coach.purge(grantor, held, revocation), ack, "another receipt for the same purge is not archived again");
    assert.equal((await opsOfType(grantor, "cap_receipt")).length, 1);
  });

  test("is not acknowledged by a device that was removed: it refuses, and says no more than of an unknown grant", async () => {
    const { grantor, coach, held } = await served();
    const [last] = await grantor.write([run("the last that counts")]);
    const payload = { key: grantor.writer.did, last: last as OpId };
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload }]);
    assertRefused(await coach.purge(grantor, held));
    assert.deepEqual(await opsOfType(grantor, "cap_receipt"), []);
  });

  test("early, and then served again: owed again, with an access in the log that says so", async () => {
    const { grantor, grant, coach, held } = await served();
    assert.equal((await coach.purge(grantor, held))["accepted"], true);
    assert.equal((await opsOfType(grantor, "cap_access")).length, 1);
    await coach.pull(grantor);
    assert.equal((await opsOfType(grantor, "cap_access")).length, 2);
    await grantor.write([{ type: "cap_revoke", payload: { grant } }]);
    assert.equal(await purgeState(grantor, grant), "owed");
    assert.equal((await coach.purge(grantor, held))["accepted"], true);
    assert.equal(await purgeState(grantor, grant), "owed", "the same receipt again says nothing new");
    grantor.world.now += 1;
    await coach.purge(grantor, held);
    assert.equal(await purgeState(grantor, grant), "acknowledged");
    assert.equal((await opsOfType(grantor, "cap_receipt")).length, 2);
  });

  test("is not acknowledged while another server's slice is not covered", async () => {
    const { grantor, grant, coach, held } = await served();
    const mirror = await grantor.device("mirror", "mirror");
    await coach.purge(grantor, held);
    await grantor.write([run("another")]);
    await meet(grantor, mirror);
    const other = (await coach.pull(mirror)).slice.slice_root;
    await meet(grantor, mirror);
    await grantor.write([{ type: "cap_revoke", payload: { grant } }]);
    assert.equal(await purgeState(grantor, grant), "owed");
    assert.equal((await coach.purge(grantor, other))["accepted"], true);
    assert.equal(await purgeState(grantor, grant), "acknowledged");
  });

  test("by two servers that are not in sync: a receipt covers the same root that the other served", async () => {
    const { grantor, grant, coach, held, claim: _claim } = await served();
    const mirror = await grantor.device("mirror", "mirror");
    assert.equal((await coach.pull(mirror)).slice.slice_root, held);
    await grantor.write([{ type: "cap_revoke", payload: { grant } }]);
    await coach.purge(grantor, held);
    await meet(grantor, mirror);
    assert.equal(await purgeState(grantor, grant), "acknowledged");
  });
});

suite("a receipt is not accepted", () => {
  test("from another key, or for another's grant: refused like an unknown grant", async () => {
    const { grantor, grant, coach, held, revocation } = await revoked();
    const clinic = new Grantee(grantor.who("clinic"), await grantor.grant({ grantee: grantor.who("clinic").did }));
    const receipt = { kind: "holdings", v: 1, grant, nonce: null, root: emptyRoot, count: 0, as_of: 5, revocation, purged_root: held };
    const signed = signHoldings(nativeCrypto, coach.writer.seed, { ...bodyOf(receipt), grantee: coach.writer.did } as never);
    assertRefused(await ask(grantor, { type: "purge_receipt", receipt: { ...signed } }, clinic.writer.did));
    assertRefused(await ask(grantor, { type: "purge_receipt", receipt: { ...signed } }, grantor.who("stranger").did));
    assertRefused(await ask(grantor, { type: "purge_receipt", receipt: { ...signed, grant: clinic.grant } }, coach.writer.did));
    assert.equal(grantor.attempts.length, 3);
  });

  const faults: readonly [what: string, change: (receipt: JsonObject) => JsonObject, reason: RegExp][] = [
    ["of a root that was not served", (receipt) => ({ ...receipt, purged_root: `sha256:${"0".repeat(64)}` }), /not served/],
    ["naming a revocation that is none", (receipt) => ({ ...receipt, revocation: receipt["grant"] as Json }), /revocation/],
    ["that still holds something", (receipt) => ({ ...receipt, root: receipt["purged_root"] as Json, count: 1 }), /no receipt/],
  ];
  for (const [what, change, reason] of faults) {
    test(`${what}: the reason is told, and nothing archived`, async () => {
      const { grantor, grant, coach, held, revocation } = await revoked();
      const receipt = { grant, nonce: null, root: emptyRoot, count: 0, as_of: 5, revocation, purged_root: held, grantee: coach.writer.did };
      const signed = signHoldings(nativeCrypto, coach.writer.seed, change(receipt) as never);
      const ack = await ask(grantor, { type: "purge_receipt", receipt: { ...signed } }, coach.writer.did);
      assert.equal(ack["accepted"], false);
      assert.match(String(ack["reason"]), reason);
      assert.equal((await opsOfType(grantor, "cap_receipt")).length, 0);
      assert.equal(await purgeState(grantor, grant), "owed");
    });
  }

  test("when it is no declaration", async () => {
    const { grantor, coach } = await revoked();
    for (const receipt of [null, {}, { kind: "holdings" }]) {
      assert.equal((await ask(grantor, { type: "purge_receipt", receipt }, coach.writer.did))["code"], "bad_request");
    }
  });

  test("when a mirror wrote a cap_receipt that the grantee never signed", async () => {
    const { grantor, grant, coach, held, revocation } = await revoked();
    const mirror = await grantor.device("mirror", "mirror");
    const body = { grant, nonce: null, root: emptyRoot, count: 0, as_of: 5, revocation, purged_root: held, grantee: coach.writer.did };
    const receipt = { ...signHoldings(nativeCrypto, mirror.writer.seed, body as never) } as unknown as JsonObject;
    await grantor.write([{ type: "cap_receipt", payload: { grant, receipt } }], mirror);
    await meet(grantor, mirror);
    assert.equal(await purgeState(grantor, grant), "owed");
  });

  test("and an access that a device wrote in another server's name counts for nothing", async () => {
    const { grantor, grant } = await served();
    const laptop = await grantor.device("laptop", "full");
    const payload = { grant, server: grantor.writer.did, slice_root: emptyRoot, served: 0, outcome: "served" };
    await grantor.write([{ type: "cap_access", payload }], laptop);
    await meet(grantor, laptop);
    assert.equal((await entryOf(grantor, grant)).accesses.length, 1);
  });
});

function bodyOf({ kind: _kind, v: _v, ...body }: JsonObject): JsonObject {
  return body;
}

/** The delegate's end of a challenge, answering with whatever holdings it wants to. */
function delegate(coach: Grantee, holdings: Partial<Holdings>, seed = coach.writer.seed) {
  return {
    async request(message: JsonObject): Promise<Json> {
      const body = { grant: coach.grant, nonce: message["nonce"] as string, root: emptyRoot, count: 0, as_of: 5, revocation: null };
      const proof = signHoldings(nativeCrypto, seed, { ...body, purged_root: null, grantee: coach.writer.did, ...holdings });
      return { type: "holdings", proof: { ...proof } as unknown as JsonObject };
    },
    close: async () => {},
  };
}

suite("a challenge", () => {
  const asked = ({ replica, writer }: Grantor, coach: Grantee, holdings: Partial<Holdings>) =>
    challenge(replica, writer, delegate(coach, holdings), coach.grant);

  test("is matched by the root of a last access, and by the empty root after a receipt", async () => {
    const { grantor, coach, held } = await served();
    assert.equal((await asked(grantor, coach, { root: held, count: 1 })).state, "matched");
    assert.equal((await asked(grantor, coach, {})).state, "unmatched");
    await coach.purge(grantor, held);
    assert.equal((await asked(grantor, coach, {})).state, "matched");
  });

  test("of a delegate that was never served is matched by the empty root alone", async () => {
    const grantor = await newGrantor();
    const coach = new Grantee(grantor.who("coach"), await grantor.grant());
    assert.equal((await asked(grantor, coach, {})).state, "matched");
    assert.equal((await asked(grantor, coach, { root: `sha256:${"1".repeat(64)}`, count: 1 })).state, "unmatched");
  });

  test("that does not match is ended by a pull, or disputed when a pull does not end it", async () => {
    const { grantor, grant, coach, held } = await served();
    await grantor.write([run("more")]);
    const old = { root: `sha256:${"1".repeat(64)}`, count: 1 };
    assert.equal((await asked(grantor, coach, old)).state, "unmatched");
    grantor.world.now += 1_000;
    await coach.pull(grantor);
    grantor.world.now += 1_000;
    assert.equal((await asked(grantor, coach, { root: coach.root, count: 2 })).state, "matched");
    assert.equal((await asked(grantor, coach, old)).state, "unmatched");
    grantor.world.now += 1_000;
    await coach.pull(grantor);
    assert.equal((await asked(grantor, coach, { root: held, count: 1 })).state, "disputed");
    assert.equal((await entryOf(grantor, grant)).purge.disputed, true);
  });

  test("is disputed when the grant is over, even after a receipt: the proof contradicts it", async () => {
    const { grantor, grant, coach, held, revocation } = await revoked();
    await coach.pull(grantor);
    await coach.purge(grantor, held, revocation);
    assert.equal(await purgeState(grantor, grant), "acknowledged");
    assert.equal((await asked(grantor, coach, { root: held, count: 1 })).state, "disputed");
    const { purge, challenge: kept } = await entryOf(grantor, grant);
    assert.deepEqual([purge.state, purge.disputed, kept?.root, kept?.state], ["acknowledged", true, held, "disputed"]);
  });

  test("is disputed when refresh_ms passed without another pull", async () => {
    const { grantor, grant, coach } = await served();
    await asked(grantor, coach, { root: `sha256:${"1".repeat(64)}`, count: 1 });
    grantor.world.now += 7 * dayMs;
    assert.equal((await entryOf(grantor, grant)).challenge?.state, "unmatched");
    grantor.world.now += 1;
    assert.equal((await entryOf(grantor, grant)).challenge?.state, "disputed");
  });

  test("is unanswered by a forged proof, a replayed one, an error, or nothing", async () => {
    const { grantor, grant, coach, held } = await served();
    const forged = delegate(coach, { root: held, count: 1 }, grantor.who("clinic").seed);
    const replayed = delegate(coach, { root: held, count: 1, nonce: "an older one" });
    const refusing = { request: async () => ({ type: "error", code: "unauthorized", error: "no" }) as JsonObject, close: async () => {} };
    for (const transport of [forged, replayed, refusing]) {
      const { state, proof, reason } = await challenge(grantor.replica, grantor.writer, transport, grant);
      assert.deepEqual([state, proof], ["unanswered", null]);
      assert.ok(reason);
    }
    const silent = { request: async () => Promise.reject(new PoolError("network", "no answer")), close: async () => {} };
    await assert.rejects(challenge(grantor.replica, grantor.writer, silent, grant), { code: "network" });
    assert.equal((await entryOf(grantor, grant)).challenge?.state, "unanswered");
  });
});

suite("what was withdrawn", () => {
  test("is named until the grantee pulls again, or purges", async () => {
    const { grantor, grant, coach, claim } = await served();
    assert.deepEqual((await entryOf(grantor, grant)).withdrawn, []);
    await grantor.write([targeting("refutation", claim)]);
    assert.deepEqual((await entryOf(grantor, grant)).withdrawn, [claim]);
    await coach.pull(grantor);
    assert.deepEqual((await entryOf(grantor, grant)).withdrawn, []);
  });

  test("is named by a device that did not serve it, too", async () => {
    const { grantor, grant, coach, claim, held } = await served();
    const laptop = await grantor.device("laptop", "full");
    const outside = (await grantor.write([{ ...run("x"), payload: { ...run("x").payload, predicate: "place.home" } }]))[0] as OpId;
    await grantor.write([targeting("refutation", claim, outside)]);
    await meet(grantor, laptop);
    const seen = () => ledgerEntry(laptop.replica, grant, grantor.world.now);
    assert.deepEqual((await seen())?.withdrawn, [claim]);
    await coach.purge(grantor, held);
    await meet(grantor, laptop);
    assert.deepEqual((await seen())?.withdrawn, []);
  });
});
