/** When a delegate purges, what is left then, and what it signs (spec DEL-10, DEL-11). */
import assert from "node:assert/strict";
import { closeSync, cpSync, fstatSync, openSync, readSync, renameSync } from "node:fs";
import { suite, test } from "node:test";
import { attest } from "../../../src/core/capability/attestation.ts";
import { receiptFault } from "../../../src/core/capability/holdings.ts";
import { emptyRoot, sliceRoot } from "../../../src/core/capability/slice-root.ts";
import type { Envelope, OpId } from "../../../src/core/op/operation.ts";
import { heldSlice, pullGrant } from "../../../src/node/delegate/pull.ts";
import { purgeEnded, purgeGrant } from "../../../src/node/delegate/purge.ts";
import { listReceipts } from "../../../src/node/delegate/receipts.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { nodeSqlite } from "../../../src/store/index.ts";
import { failingDriver } from "../../../src/testkit/failing-driver.ts";
import { manualClock } from "../../../src/testkit/manual-clock.ts";
import { accept, day, filesBelow, Grantor, inWorld, piecesIn, start, type World } from "./grantor.ts";

const pull = ({ delegate, grantor }: World, grant: OpId) => pullGrant(delegate, grant, grantor.connect);
const rootOf = (grant: OpId, ops: readonly Envelope[]) =>
  sliceRoot(
    nativeCrypto.sha256Hex,
    ops.map((op) => attest(nativeCrypto.sha256Hex, op, grant)),
  );

/** A slice of some claims, taken. */
async function holding(world: World, parts: object = {}, count = 12): Promise<{ grant: OpId; claims: Envelope[] }> {
  const grant = world.grantor.grant(parts as never);
  const claims = Array.from({ length: count }, () => world.grantor.claim([grant]));
  await accept(world, grant);
  await pull(world, grant);
  for (const op of claims) assert.ok(piecesIn(world.folder, op).length > 0, "the scanner finds what is held");
  return { grant, claims };
}

function assertNothingLeft({ folder }: World, grant: OpId, claims: readonly Envelope[]): void {
  for (const op of claims) assert.deepEqual(piecesIn(folder, op), []);
  assert.deepEqual(
    filesBelow(folder).filter((path) => path.includes(grant.slice(3))),
    [],
  );
}

/** The receipts of a grant verify, and say this. */
async function assertReceipts({ delegate }: World, grant: OpId, said: readonly { root: string; revocation: OpId | null }[]): Promise<void> {
  const receipts = (await listReceipts(delegate)).map(({ receipt }) => receipt).filter((receipt) => receipt.grant === grant);
  assert.deepEqual(
    receipts.map(({ purged_root, revocation }) => ({ root: purged_root, revocation })),
    said,
  );
  for (const receipt of receipts) {
    const context = { grant, grantee: delegate.key.did, isRevocation: () => true, wasServed: () => true };
    assert.equal(receiptFault(nativeCrypto, receipt as never, context), null);
  }
}

test("revoked: no 12-byte piece of any attested object is left in any file, and the receipt names the purged root", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world);
    world.grantor.revoke(grant);
    const pulled = await pull(world, grant);
    assert.deepEqual([pulled.ended, pulled.claims, pulled.withdrawn], ["revoked", 0, 12]);
    assertNothingLeft(world, grant, claims);
    const revocation = world.grantor.of(grant).revocation?.op_id as OpId;
    await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation }]);
    assert.deepEqual((await heldSlice(world.delegate, grant)).attestations, []);
  }));

test("the file is overwritten before it is unlinked: who has it open reads zeros", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world);
    const [path = ""] = filesBelow(world.folder).filter((each) => each.includes(grant.slice(3)));
    const file = openSync(path, "r");
    try {
      const size = fstatSync(file).size;
      await purgeGrant(world.delegate, grant);
      assertNothingLeft(world, grant, claims);
      const bytes = Buffer.alloc(size + 1, 1);
      assert.equal(readSync(file, bytes, 0, size + 1, 0), size);
      assert.ok(size > 0 && bytes.subarray(0, size).every((byte) => byte === 0));
    } finally {
      closeSync(file);
    }
  }));

test("what SQLite left beside a cache goes with it, and a cache that the register knows nothing of goes at opening", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world);
    const [path = ""] = filesBelow(world.folder).filter((each) => each.includes(grant.slice(3)));
    for (const end of ["-journal", "-wal", "-shm"]) cpSync(path, `${path}${end}x`);
    for (const end of ["-journal", "-wal", "-shm"]) renameSync(`${path}${end}x`, `${path}${end}`);
    cpSync(path, path.replace(grant.slice(3), "7".repeat(64)));
    world.grantor.revoke(grant);
    await world.delegate.register.transact((rows) => {
      const record = rows.grant(grant);
      if (record !== null) rows.putGrant({ ...record, state: "purging", cause: "asked", purgedRoot: emptyRoot });
    });
    await world.reopen();
    assertNothingLeft(world, grant, claims);
    assert.deepEqual(
      filesBelow(world.folder).filter((each) => each.includes("slice-")),
      [],
    );
    await assertReceipts(world, grant, [{ root: emptyRoot, revocation: null }]); // finished at opening
  }));

test("expired by the issuer's word, by the own clock, or by an as_of that was seen: at the millisecond, not before", () =>
  inWorld(async (world) => {
    const { clock, grantor, delegate } = world;
    const [byClock, byWord] = [await holding(world), await holding(world)];
    clock.advance(30 * day - 1);
    grantor.clock.advance(30 * day - 1);
    await pull(world, byWord.grant);
    await pull(world, byClock.grant);
    assert.deepEqual(await purgeEnded(delegate), []);
    grantor.clock.advance(1);
    grantor.of(byWord.grant).status = "expired";
    grantor.of(byWord.grant).claims = [];
    assert.equal((await pull(world, byWord.grant)).ended, "expired");
    // The other grant of the same pool has expired by that word, too, though the own clock is a millisecond behind.
    assert.deepEqual(await purgeEnded(delegate), [{ grant: byClock.grant, cause: "expired" }]);
    for (const { grant, claims } of [byClock, byWord]) {
      assertNothingLeft(world, grant, claims);
      await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: null }]);
    }
  }));

test("the own clock ends a grant at expires_at, whatever the issuer says after", () =>
  inWorld(async (world) => {
    const { clock, delegate } = world;
    const { grant, claims } = await holding(world, { refresh_ms: 365 * day });
    clock.advance(30 * day - 1);
    assert.equal((await heldSlice(delegate, grant)).attestations.length, claims.length);
    clock.advance(1);
    assert.equal((await heldSlice(delegate, grant)).attestations.length, 0);
    assertNothingLeft(world, grant, claims);
    assert.equal((await pull(world, grant)).ended, "expired"); // the grantor's clock is a month behind
    assertNothingLeft(world, grant, claims);
    await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: null }]);
  }));

test("a clock that was set back brings nothing back: now is never below the highest as_of of the pool", () =>
  inWorld(async (world) => {
    const { clock, grantor, delegate } = world;
    const { grant, claims } = await holding(world, { expires_at: start + day, refresh_ms: 365 * day });
    const other = grantor.grant({ expires_at: start + 300 * day });
    await accept(world, other);
    clock.advance(-400 * day);
    grantor.clock.advance(day - 1);
    await pull(world, other);
    assert.deepEqual(await purgeEnded(delegate), []);
    grantor.clock.advance(1);
    await pull(world, other);
    assert.deepEqual(await purgeEnded(delegate), [{ grant, cause: "expired" }]);
    assertNothingLeft(world, grant, claims);
  }));

test("a server whose clock is behind does not turn now back", () =>
  inWorld(async (world) => {
    const { grantor, delegate } = world;
    grantor.pool.add("root", "mirror", "mirror");
    const { grant, claims } = await holding(world, { expires_at: start + day, refresh_ms: 365 * day });
    const other = grantor.grant({ expires_at: start + 300 * day });
    await accept(world, other);
    grantor.clock.advance(day);
    await pull(world, other);
    grantor.clock.advance(-day);
    await accept(world, other, "mirror");
    const onlyMirror: typeof grantor.connect = (server) => {
      grantor.online = server.url === "mirror";
      return grantor.connect(server);
    };
    await pullGrant(delegate, other, onlyMirror);
    assert.deepEqual(await purgeEnded(delegate), [{ grant, cause: "expired" }]);
    assertNothingLeft(world, grant, claims);
  }));

test("another pool's as_of ends nothing: a hostile grantor's clock is its own affair", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world);
    const stranger = new Grantor(manualClock(start + 9_000 * day), "another pool");
    const theirs = stranger.grant({ expires_at: Number.MAX_SAFE_INTEGER });
    await accept({ ...world, grantor: stranger }, theirs);
    await pullGrant(world.delegate, theirs, stranger.connect);
    assert.deepEqual(await purgeEnded(world.delegate), []);
    assert.equal((await heldSlice(world.delegate, grant)).attestations.length, claims.length);
  }));

test("stale: after more than refresh_ms without a pull, by the own clock also when that is far behind the issuer's", () =>
  inWorld(async (world) => {
    const { clock, grantor, delegate } = world;
    grantor.clock.advance(5 * day);
    const { grant, claims } = await holding(world, { refresh_ms: 1_000 });
    clock.advance(1_000);
    assert.deepEqual(await purgeEnded(delegate), []);
    clock.advance(1);
    assert.deepEqual(await purgeEnded(delegate), [{ grant, cause: "stale" }]);
    assertNothingLeft(world, grant, claims);
    await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: null }]);
    assert.equal((await pull(world, grant)).claims, claims.length, "a grant that goes on is pulled again");
  }));

test("a pull in time keeps a slice from going stale, and one that fails does not", () =>
  inWorld(async (world) => {
    const { clock, grantor, delegate } = world;
    const { grant } = await holding(world, { refresh_ms: 1_000 });
    for (let pulls = 0; pulls < 3; pulls++) {
      clock.advance(1_000);
      grantor.clock.advance(1_000);
      await pull(world, grant);
    }
    grantor.online = false;
    clock.advance(1_000);
    await assert.rejects(pull(world, grant), { code: "network" });
    clock.advance(1);
    assert.deepEqual(await purgeEnded(delegate), [{ grant, cause: "stale" }]);
  }));

test("the default of refresh_ms is seven days", () =>
  inWorld(async (world) => {
    const { grant } = await holding(world);
    world.clock.advance(7 * day);
    assert.deepEqual(await purgeEnded(world.delegate), []);
    world.clock.advance(1);
    assert.deepEqual(await purgeEnded(world.delegate), [{ grant, cause: "stale" }]);
  }));

test("two grants to one grantee with overlapping caches: purging one leaves the other's whole", () =>
  inWorld(async (world) => {
    const { grantor, delegate, folder } = world;
    const [first, second] = [grantor.grant(), grantor.grant()];
    const both = [grantor.claim([first, second]), grantor.claim([first, second])];
    const only = grantor.claim([first]);
    for (const grant of [first, second]) {
      await accept(world, grant);
      await pull(world, grant);
    }
    grantor.revoke(first);
    await pull(world, first);
    assert.deepEqual(piecesIn(folder, only), []);
    assert.equal((await heldSlice(delegate, second)).attestations.length, 2);
    await assertReceipts(world, second, []);
    grantor.revoke(second);
    await pull(world, second);
    for (const op of both) assert.deepEqual(piecesIn(folder, op), []);
  }));

suite("a revocation that races a pull", () => {
  /** Two pulls at once; the first to be asked is the last to be answered. */
  async function race(world: World, grant: OpId, between: () => void) {
    const { grantor } = world;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      grantor.tamper = (reply) => {
        grantor.tamper = (later) => later;
        resolve();
        return reply;
      };
    });
    const answer = grantor.answer.bind(grantor);
    grantor.answer = async (message, issuer) => {
      grantor.answer = answer;
      const reply = await answer(message, issuer);
      await held;
      return reply;
    };
    const slow = pull(world, grant);
    await asked;
    between();
    const fast = await pull(world, grant);
    release();
    return { fast, slow: await slow.catch((error: unknown) => error as { code: string; message: string }) };
  }

  test("the slice that was made before arrives after: refused, and nothing is held", () =>
    inWorld(async (world) => {
      const { grant, claims } = await holding(world);
      const { fast, slow } = await race(world, grant, () => {
        world.grantor.clock.advance(1);
        world.grantor.revoke(grant);
      });
      assert.equal(fast.ended, "revoked");
      assert.match(String((slow as { message: string }).message), /older/);
      assertNothingLeft(world, grant, claims);
    }));

  test("within one millisecond, or from a server that had not heard: refused, for a cap_revoke is never taken back", () =>
    inWorld(async (world) => {
      const { grant, claims } = await holding(world);
      const { fast, slow } = await race(world, grant, () => world.grantor.revoke(grant));
      assert.equal(fast.ended, "revoked");
      assert.match(String((slow as { message: string }).message), /revoked before/);
      assertNothingLeft(world, grant, claims);
    }));

  test("the revocation that was made after arrives after: purged then", () =>
    inWorld(async (world) => {
      const { grant, claims } = await holding(world);
      await pull(world, grant);
      world.grantor.revoke(grant);
      await pull(world, grant);
      assertNothingLeft(world, grant, claims);
    }));
});

test("a grant by a device that is removed later is revoked by that removal, and comes back if the removal falls", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    grantor.pool.add("root", "laptop", "full");
    const grant = grantor.grant({}, "laptop");
    const op = grantor.claim([grant]);
    await accept(world, grant);
    await pull(world, grant);
    const removal = grantor.pool.remove("root", "laptop", null);
    grantor.revoke(grant, removal);
    grantor.clock.advance(1);
    assert.equal((await pull(world, grant)).ended, "revoked");
    assertNothingLeft(world, grant, [op]);
    await assertReceipts(world, grant, [{ root: rootOf(grant, [op]), revocation: removal.op_id }]);
    const { grant: envelope } = grantor.of(grant);
    grantor.serving.set(grant, { grant: envelope, claims: [op], status: "active" });
    assert.equal((await pull(world, grant)).claims, 1);
  }));

test("a grant that was redacted comes without its terms: purged, and its purpose is not kept", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world, { purpose: "a purpose that shall be forgotten" });
    world.grantor.of(grant).claims = [];
    world.grantor.of(grant).status = "revoked";
    world.grantor.tamper = (reply) => {
      const { payload: _payload, salt: _salt, ...bare } = reply["grant"] as Record<string, never>;
      return { ...reply, grant: bare };
    };
    assert.equal((await pull(world, grant)).ended, "revoked");
    assertNothingLeft(world, grant, claims);
    assert.equal((await heldSlice(world.delegate, grant)).record.terms, null);
    await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: null }]);
  }));

test("its own person may purge early; it is pulled again only when asked for", () =>
  inWorld(async (world) => {
    const { grant, claims } = await holding(world);
    assert.deepEqual(await purgeGrant(world.delegate, grant), [{ grant, cause: "asked" }]);
    assert.deepEqual(await purgeGrant(world.delegate, grant), []);
    assertNothingLeft(world, grant, claims);
    await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: null }]);
    assert.equal((await pull(world, grant)).claims, claims.length);
  }));

test("revoked before anything was held: a receipt of nothing, since a slice may have been lost on the way; one, not many", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    await accept(world, grant);
    grantor.revoke(grant);
    await pull(world, grant);
    await pull(world, grant);
    await assertReceipts(world, grant, [{ root: emptyRoot, revocation: grantor.of(grant).revocation?.op_id as OpId }]);
  }));

test("a disk that fails at any write of a purge: reopened, it is finished, with one receipt", () =>
  inWorld(async (world) => {
    for (let at = 1, failed = true; failed; at++) {
      const { grant, claims } = await holding(world, {}, 3);
      const disk = failingDriver(nodeSqlite);
      await world.reopen({ driver: disk.open });
      world.grantor.revoke(grant);
      world.grantor.clock.advance(1);
      disk.failFrom(at);
      failed = await pull(world, grant).then(
        () => false,
        (error: { code?: string }) => {
          assert.equal(error.code, "storage");
          return true;
        },
      );
      disk.failFrom(null);
      await world.reopen();
      const before = await heldSlice(world.delegate, grant);
      if (before.record.state === "held") await pull(world, grant); // it failed before anything was noted
      assertNothingLeft(world, grant, claims);
      await assertReceipts(world, grant, [{ root: rootOf(grant, claims), revocation: world.grantor.of(grant).revocation?.op_id as OpId }]);
      assert.ok(at < 60);
    }
  }));
