/** Challenges and receipts: what a delegate proves to whom (spec DEL-11 to DEL-13), in one process and over real HTTP. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { attest } from "../../../src/core/capability/attestation.ts";
import { type Holdings, proofFault } from "../../../src/core/capability/holdings.ts";
import { emptyRoot, sliceRoot } from "../../../src/core/capability/slice-root.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { answerAsDelegate, isKnownToDelegate } from "../../../src/node/delegate/challenge.ts";
import { pullGrant } from "../../../src/node/delegate/pull.ts";
import { listReceipts, sendReceipts } from "../../../src/node/delegate/receipts.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { startServer } from "../../../src/server/index.ts";
import { manualClock } from "../../../src/testkit/manual-clock.ts";
import { openHttpTransport } from "../../../src/transport/index.ts";
import { accept, day, Grantor, inWorld, start, type World } from "./grantor.ts";

const pull = ({ delegate, grantor }: World, grant: OpId) => pullGrant(delegate, grant, grantor.connect);

async function holding(world: World) {
  const grant = world.grantor.grant();
  const claims = [world.grantor.claim([grant]), world.grantor.claim([grant])];
  await accept(world, grant);
  await pull(world, grant);
  const root = sliceRoot(
    nativeCrypto.sha256Hex,
    claims.map((op) => attest(nativeCrypto.sha256Hex, op, grant)),
  );
  return { grant, claims, root };
}

const ask = ({ delegate }: World, key: string | null, grant: string, nonce: unknown = "n1") =>
  answerAsDelegate(delegate, { type: "holdings_request", grant_id: grant, nonce } as JsonObject, key);

function proofOf(world: World, grant: OpId, nonce: string, reply: JsonObject): Holdings {
  assert.equal(reply["type"], "holdings", JSON.stringify(reply));
  assert.equal(proofFault(nativeCrypto, reply["proof"], { grant, grantee: world.delegate.key.did, nonce }), null);
  return reply["proof"] as unknown as Holdings;
}

test("a challenge with a fresh nonce answers the present root; after a purge the empty one, with what was purged and why", () =>
  inWorld(async (world) => {
    const { grant, root } = await holding(world);
    const phone = world.grantor.pool.key("phone").did;
    const before = proofOf(world, grant, "n1", await ask(world, phone, grant));
    assert.deepEqual([before.root, before.count, before.revocation, before.purged_root], [root, 2, null, null]);
    assert.equal(before.as_of, start);
    world.grantor.revoke(grant);
    await pull(world, grant);
    const after = proofOf(world, grant, "n2", await ask(world, phone, grant, "n2"));
    assert.deepEqual([after.root, after.count, after.purged_root], [emptyRoot, 0, root]);
    assert.equal(after.revocation, world.grantor.of(grant).revocation?.op_id);
  }));

test("what has ended is purged before the answer: a challenge never hears of what may not be held any more", () =>
  inWorld(async (world) => {
    const { grant, root } = await holding(world);
    world.clock.advance(7 * day + 1);
    const proof = proofOf(world, grant, "n1", await ask(world, world.grantor.pool.key("phone").did, grant));
    assert.deepEqual([proof.root, proof.purged_root, proof.revocation], [emptyRoot, root, null]);
  }));

test("only nodes of the grantor's pool that authority named are answered; everybody else as for an unknown grant", () =>
  inWorld(async (world) => {
    const { pool } = world.grantor;
    pool.add("root", "tablet", "ingest");
    pool.add("root", "mirror", "mirror");
    const thief = pool.add("root", "thief", "full");
    pool.remove("root", "thief", null);
    const { grant } = await holding(world);
    pool.add("root", "watch", "full"); // nobody has told the delegate
    for (const name of ["root", "phone", "tablet", "mirror"]) proofOf(world, grant, "n1", await ask(world, pool.key(name).did, grant));
    const unknown = await ask(world, pool.key("phone").did, `op:${"0".repeat(64)}`);
    assert.deepEqual([unknown["type"], unknown["code"]], ["error", "unauthorized"]);
    for (const key of [pool.key("thief").did, pool.key("watch").did, pool.key("coach").did, pool.key("nobody").did, null]) {
      assert.deepEqual(await ask(world, key, grant), unknown, `${key}`);
    }
    assert.ok(thief);
    await pull(world, grant);
    proofOf(world, grant, "n1", await ask(world, pool.key("watch").did, grant));
  }));

test("a node of one pool is told nothing of another pool's grant", () =>
  inWorld(async (world) => {
    const { grant } = await holding(world);
    const stranger = new Grantor(manualClock(start), "another pool");
    stranger.pool.add("root", "gardener", "full");
    const theirs = stranger.grant();
    await accept({ ...world, grantor: stranger }, theirs);
    await pullGrant(world.delegate, theirs, stranger.connect);
    const gardener = stranger.pool.key("gardener").did;
    proofOf(world, theirs, "n1", await ask(world, gardener, theirs));
    assert.equal((await ask(world, gardener, grant))["code"], "unauthorized");
  }));

test("hello says who is there, and no more; anything else is refused, and malformed challenges say so", () =>
  inWorld(async (world) => {
    const { grant } = await holding(world);
    const phone = world.grantor.pool.key("phone").did;
    const said = { type: "hello", protocol: "fpl-sync/1", node: world.delegate.key.did };
    for (const key of [phone, null]) assert.deepEqual(await answerAsDelegate(world.delegate, { type: "hello" }, key), said);
    for (const type of ["frontier", "ops_request", "push", "heads", "ops_since", "delegate_pull", "purge_receipt", "nonsense"]) {
      assert.equal((await answerAsDelegate(world.delegate, { type, grant_id: grant }, phone))["code"], "unauthorized", type);
    }
    for (const nonce of [undefined, null, "", "n".repeat(129), 7]) {
      const message = { type: "holdings_request", grant_id: grant, ...(nonce === undefined ? {} : { nonce }) };
      assert.equal((await answerAsDelegate(world.delegate, message as JsonObject, phone))["code"], "bad_request", `${nonce}`);
    }
    for (const message of [null, 7, "x", []]) assert.equal((await answerAsDelegate(world.delegate, message, phone))["code"], "bad_request");
  }));

test("over real HTTP: a named node's challenge is answered and signed for, a stranger's refused, a replay turned away", () =>
  inWorld(async (world) => {
    const { grant, root } = await holding(world);
    const { delegate, grantor } = world;
    const random = (length: number) => new Uint8Array(randomBytes(length));
    const server = await startServer({
      handler: (message, key) => answerAsDelegate(delegate, message, key),
      knows: (key) => isKnownToDelegate(delegate, key),
      ...{ self: delegate.key, crypto: nativeCrypto, clock: Date.now, random, host: "127.0.0.1", port: 0 },
    });
    const reach = (name: string) =>
      openHttpTransport({
        ...{ url: server.url, node: delegate.key.did, key: grantor.pool.key(name) },
        ...{ crypto: nativeCrypto, clock: Date.now, random },
      });
    const [phone, thief] = [reach("phone"), reach("thief")];
    try {
      const message = { type: "holdings_request", grant_id: grant, nonce: "n1" };
      assert.equal(proofOf(world, grant, "n1", (await phone.request(message)) as JsonObject).root, root);
      assert.equal(((await thief.request(message)) as JsonObject)["code"], "unauthorized");
    } finally {
      await Promise.all([phone.close(), thief.close(), server.close()]);
    }
  }));

test("a receipt is kept until it is acknowledged, over restarts and days without anybody there", () =>
  inWorld(async (world) => {
    const { grantor, clock } = world;
    const { grant, root } = await holding(world);
    clock.advance(8 * day); // stale, while the grantor is away
    grantor.online = false;
    await answerAsDelegate(world.delegate, { type: "holdings_request", grant_id: grant, nonce: "n" }, grantor.pool.key("phone").did);
    for (let tries = 1; tries <= 3; tries++) {
      const [sent] = await sendReceipts(world.delegate, grantor.connect);
      assert.deepEqual([sent?.acknowledged, (await listReceipts(world.delegate))[0]?.attempts], [false, tries]);
      clock.advance(day);
      await world.reopen();
    }
    grantor.online = true;
    const [sent] = await sendReceipts(world.delegate, grantor.connect);
    assert.deepEqual(sent, { grant, acknowledged: true, receiptOp: `op:${"a".repeat(64)}`, problem: null });
    assert.deepEqual(await sendReceipts(world.delegate, grantor.connect), []);
    assert.deepEqual(
      grantor.receipts.map((receipt) => receipt["purged_root"]),
      [root],
    );
    await world.reopen();
    const [kept] = await listReceipts(world.delegate);
    assert.deepEqual([kept?.acknowledgedAt, kept?.problem], [clock.now(), null]);
  }));

test("a receipt that one server does not accept is offered to the next, and again later; no other answer counts as its acknowledgement", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    grantor.pool.add("root", "mirror", "mirror");
    const { grant } = await holding(world);
    await accept(world, grant, "mirror");
    grantor.revoke(grant);
    await pull(world, grant);
    const answers: JsonObject[] = [
      { type: "receipt_ack", grant_id: grant, accepted: false, reason: "not known here" },
      { type: "receipt_ack", grant_id: `op:${"0".repeat(64)}`, accepted: true },
      { type: "receipt_ack", grant_id: grant, accepted: "yes" },
      { type: "error", code: "unauthorized", error: "no" },
      { type: "hello" },
    ];
    const asked: string[] = [];
    for (const answer of answers) {
      const connect: Grantor["connect"] = ({ url }) => ({
        request: async () => {
          asked.push(url);
          return answer;
        },
        close: async () => {},
      });
      assert.equal((await sendReceipts(world.delegate, connect))[0]?.acknowledged, false, JSON.stringify(answer));
    }
    assert.deepEqual(asked.slice(0, 2), ["phone", "mirror"]);
    assert.equal((await sendReceipts(world.delegate, grantor.connect))[0]?.acknowledged, true);
  }));
