/** Revocation, expiry and erasure of grants at the grantor's side (section 8): what the grantee is told, in which order whatever comes. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import { writeOps } from "../../../src/core/op/create.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { forgetOverGrants } from "../../../src/node/delegation/forget.ts";
import { ledgerEntry } from "../../../src/node/delegation/ledger.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { logOf, take, targeting } from "../replicas.ts";
import { ask, assertRefused, dayMs, Grantee, type Grantor, meet, newGrantor, objects, opsOfType, run, startMs } from "./grantor.ts";

async function granted(terms = {}) {
  const grantor = await newGrantor();
  await grantor.write([run()]);
  const grant = await grantor.grant(terms);
  return { grantor, grant, coach: new Grantee(grantor.who("coach"), grant) };
}

const revoke = (grant: OpId) => [{ type: "cap_revoke", payload: { grant } }];

suite("a revocation", () => {
  for (const by of ["phone", "laptop", "root"]) {
    test(`by ${by} is served with its envelope, and nothing else`, async () => {
      const { grantor, grant, coach } = await granted();
      const laptop = await grantor.device("laptop", "full");
      await coach.pull(grantor);
      await meet(grantor, laptop);
      if (by === "root") await writeDrafts(grantor.replica, grantor.root, revoke(grant));
      else await grantor.write(revoke(grant), by === "laptop" ? laptop : grantor);
      await meet(grantor, laptop);
      const { slice, revocation, attestations } = await coach.pull(grantor);
      const [op] = await opsOfType(grantor, "cap_revoke");
      assert.deepEqual([slice.status, slice.slice_root, slice.count, slice.revocation], ["revoked", emptyRoot, 0, op?.op_id]);
      assert.deepEqual([revocation?.op_id, attestations], [op?.op_id, []]);
    });
  }

  test("by a device that is contested takes effect all the same", async () => {
    const { grantor, grant, coach } = await granted();
    const laptop = await grantor.device("laptop", "full");
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload: { key: laptop.writer.did, last: null } }]);
    await grantor.write(revoke(grant), laptop);
    await meet(grantor, laptop);
    assert.equal((await coach.pull(grantor)).slice.status, "revoked");
  });

  test("by a device that is not full, or of another grant, has none", async () => {
    const { grantor, grant, coach } = await granted();
    const other = await grantor.grant();
    for (const role of ["ingest", "mirror", "assistant"]) {
      const device = await grantor.device(role, role);
      await assert.rejects(grantor.write(revoke(grant), device), { code: "role" });
      await forged(grantor, role, grant);
    }
    await grantor.write(revoke(other));
    assert.equal((await coach.pull(grantor)).slice.status, "active");
  });

  test("comes before expiry in what is told, and counts from the earlier in what is owed", async () => {
    const { grantor, grant, coach } = await granted({ expires_at: startMs + 1_000 });
    await coach.pull(grantor);
    grantor.world.now = startMs + 5_000;
    assert.equal((await coach.pull(grantor)).slice.status, "expired");
    await grantor.write(revoke(grant));
    assert.equal((await coach.pull(grantor)).slice.status, "revoked");
    assert.equal((await ledgerEntry(grantor.replica, grant, grantor.world.now))?.purge.since, startMs + 1_000);
  });

  test("of several the lowest in (lamport, op_id) is told", async () => {
    const { grantor, grant, coach } = await granted();
    const laptop = await grantor.device("laptop", "full");
    await grantor.write([run("later")]);
    await grantor.write(revoke(grant));
    const [early] = await grantor.write(revoke(grant), laptop);
    await meet(grantor, laptop);
    assert.equal((await coach.pull(grantor)).slice.revocation, early);
  });
});

/** What only a device that breaks the rules would write: signed by hand and pushed. */
async function forged(grantor: Grantor, name: string, grant: OpId): Promise<void> {
  const { did, seed } = grantor.who(name);
  const log = await logOf(grantor.replica);
  const own = log.filter(({ author }) => author === did).at(-1);
  const named = new Set(log.flatMap(({ prev }) => prev));
  const heads = log.map(({ op_id }) => op_id).filter((id) => !named.has(id) && id !== own?.op_id);
  const lamport = Math.max(...log.map((op) => op.lamport));
  const pen = {
    author: did,
    seed,
    pool: grantor.pool,
    own: own ? { id: own.op_id, seq: own.seq } : null,
    heads: heads.sort(),
    lamport,
    now: 1,
  };
  const ops = writeOps(nativeCrypto, { ...pen, salt: () => new Uint8Array(16) }, revoke(grant));
  const { accepted } = await take(
    grantor.replica,
    ops.map(({ envelope }) => envelope),
  );
  assert.equal(accepted.length, 1);
}

suite("a revocation that races a pull", () => {
  test("before it: the slice is revoked; after it: the slice stands, and the next one is revoked", async () => {
    for (const order of ["revoke first", "pull first"]) {
      const { grantor, grant, coach } = await granted();
      const request = coach.request();
      const pulling = () => ask(grantor, request, coach.writer.did);
      const revoking = () => grantor.write(revoke(grant));
      const [reply] =
        order === "pull first" ? await Promise.all([pulling(), revoking()]) : (await Promise.all([revoking(), pulling()])).reverse();
      const { slice } = coach.check(reply as never, request, grantor.writer.did);
      const ops = (await logOf(grantor.replica)).map(({ type, payload }) => (type === "cap_access" ? payload?.["outcome"] : type));
      const [revoked, access] = [ops.indexOf("cap_revoke"), ops.indexOf(slice.status === "revoked" ? "revoked" : "served")];
      assert.ok(access >= 0, "what was said is in the log");
      assert.equal(slice.status === "revoked", revoked < access, `${order}: ${ops.join(" ")}`);
      assert.equal((await coach.pull(grantor)).slice.status, "revoked");
    }
  });

  test("a revocation that lands between looking and writing is what is served", async () => {
    const { grantor, grant, coach } = await granted();
    // The pull has read its slice when the write that notes it begins: a revocation that takes the turn before it is seen.
    const { store } = grantor.replica;
    const write = store.write.bind(store);
    let raced = false;
    store.write = async (work) => {
      if (!raced) {
        raced = true;
        await grantor.write(revoke(grant));
      }
      return write(work);
    };
    const { slice, attestations } = await coach.pull(grantor);
    store.write = write;
    assert.deepEqual([slice.status, attestations], ["revoked", []]);
  });

  test("a mirror that has not heard of it serves, and tells of it once it has", async () => {
    const { grantor, grant, coach } = await granted();
    const mirror = await grantor.device("mirror", "mirror");
    await grantor.write(revoke(grant));
    assert.equal((await coach.pull(mirror)).slice.status, "active");
    await meet(grantor, mirror);
    assert.equal((await coach.pull(mirror)).slice.status, "revoked");
  });
});

suite("a grant by a device that is removed later", () => {
  test("is revoked by the removal, unless `last` covers it", async () => {
    for (const covered of [true, false]) {
      const grantor = await newGrantor();
      await grantor.write([run()]);
      const laptop = await grantor.device("laptop", "full");
      const grant = await grantor.grant({}, laptop);
      await meet(grantor, laptop);
      const coach = new Grantee(grantor.who("coach"), grant);
      await coach.pull(grantor);
      const remove = { type: "device_remove", payload: { key: laptop.writer.did, last: covered ? grant : null } };
      const [removal] = await writeDrafts(grantor.replica, grantor.root, [remove]);
      const { slice, revocation } = await coach.pull(grantor);
      assert.deepEqual([slice.status, slice.revocation], covered ? ["active", null] : ["revoked", removal]);
      assert.equal(revocation?.type, covered ? undefined : "device_remove");
    }
  });

  test("and of several removals the one that reaches it is told", async () => {
    const grantor = await newGrantor();
    const laptop = await grantor.device("laptop", "full");
    const grant = await grantor.grant({}, laptop);
    await meet(grantor, laptop);
    const remove = (last: OpId | null) => [{ type: "device_remove", payload: { key: laptop.writer.did, last } }];
    await writeDrafts(grantor.replica, grantor.root, remove(grant));
    const [second] = await writeDrafts(grantor.replica, grantor.root, remove(null));
    assert.equal((await new Grantee(grantor.who("coach"), grant).pull(grantor)).slice.revocation, second);
  });

  test("also when not its author was removed but who added its author", async () => {
    const grantor = await newGrantor();
    const laptop = await grantor.device("laptop", "full");
    await grantor.write([{ type: "device_add", payload: { key: grantor.who("tablet").did, role: "full" } }], laptop);
    await meet(grantor, laptop);
    await writeDrafts(grantor.replica, grantor.who("tablet"), [
      {
        type: "cap_grant",
        payload: { grantee: grantor.who("coach").did, selector: { predicates: ["*"] }, purpose: "", expires_at: startMs + dayMs },
      },
    ]);
    const grant = (await opsOfType(grantor, "cap_grant")).at(-1)?.op_id as OpId;
    const coach = new Grantee(grantor.who("coach"), grant);
    assert.equal((await coach.pull(grantor)).slice.status, "active");
    const removal = { type: "device_remove", payload: { key: laptop.writer.did, last: null } };
    const [removed] = await writeDrafts(grantor.replica, grantor.root, [removal]);
    const { slice, revocation } = await coach.pull(grantor);
    assert.deepEqual([slice.status, revocation?.op_id], ["revoked", removed]);
  });
});

suite("a redacted grant", () => {
  test("is answered revoked, without payload, until expires_at, and then not at all", async () => {
    const { grantor, grant, coach } = await granted();
    assert.deepEqual(objects(await coach.pull(grantor)), ["run on Tuesday"]);
    await grantor.write([targeting("redaction", grant)]);
    const { slice, terms, revocation, grant: op } = await coach.pull(grantor);
    assert.deepEqual([slice.status, slice.revocation, terms, revocation, op.payload], ["revoked", null, null, null, undefined]);
    assert.equal((await coach.purge(grantor, emptyRoot))["accepted"], true);
    grantor.world.now = startMs + 30 * dayMs - 1;
    assert.equal((await coach.pull(grantor)).slice.status, "revoked");
    grantor.world.now += 1;
    assertRefused(await ask(grantor, coach.request(), coach.writer.did));
  });

  test("is forgotten once it is over; one that is not, or was not redacted, stays", async () => {
    const { grantor, grant, coach } = await granted({ expires_at: startMs + 1_000 });
    const kept = await grantor.grant({ expires_at: startMs + 1_000 });
    const later = await grantor.grant({ expires_at: startMs + 1_001 });
    await grantor.write([targeting("redaction", grant, later)]);
    const rows = async () => (await grantor.replica.store.read((reader) => reader.grantsTo(coach.writer.did))).map(({ id }) => id);
    assert.equal(await forgetOverGrants(grantor.replica, startMs + 999), 0);
    assert.equal(await forgetOverGrants(grantor.replica, startMs + 1_000), 1);
    assert.deepEqual(await rows(), [kept, later]);
  });

  test("names no revocation, though there was one", async () => {
    const { grantor, grant, coach } = await granted();
    await grantor.write([...revoke(grant), targeting("redaction", grant)]);
    const { slice, revocation } = await coach.pull(grantor);
    assert.deepEqual([slice.status, slice.revocation, revocation], ["revoked", null, null]);
  });

  test("that came here already redacted is unknown", async () => {
    const { grantor, grant, coach } = await granted();
    await grantor.write([targeting("redaction", grant)]);
    const late = await grantor.device("late", "mirror");
    assertRefused(await ask(late, coach.request(), coach.writer.did));
  });
});
