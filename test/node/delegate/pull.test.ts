/** Taking slices: what a delegate keeps of a reply, what it drops, and that a reply which is refused changes nothing (spec DEL-9). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { attest } from "../../../src/core/capability/attestation.ts";
import { sliceRoot } from "../../../src/core/capability/slice-root.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { listGrants } from "../../../src/node/delegate/accept.ts";
import { proveHoldings } from "../../../src/node/delegate/challenge.ts";
import { heldSlice, pullGrant } from "../../../src/node/delegate/pull.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { manualClock } from "../../../src/testkit/manual-clock.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { accept, Grantor, inWorld, piecesIn, start, type World } from "./grantor.ts";

const pull = ({ delegate, grantor }: World, grant: OpId) => pullGrant(delegate, grant, grantor.connect);
const objects = async ({ delegate }: World, grant: OpId) =>
  (await heldSlice(delegate, grant)).attestations.map(({ object }) => JSON.stringify(object)).sort();
const said = (...ops: readonly { payload?: JsonObject }[]) => ops.map(({ payload }) => JSON.stringify(payload?.["object"])).sort();

test("a slice is held as it was given, over a restart, and told in a grant's list", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    const [run, swim] = [grantor.claim([grant]), grantor.claim([grant])];
    await accept(world, grant);
    assert.deepEqual(
      (await listGrants(world.delegate)).map(({ record, claims }) => [record.state, claims]),
      [["accepted", 0]],
    );
    const pulled = await pull(world, grant);
    assert.deepEqual([pulled.ended, pulled.claims, pulled.withdrawn], [null, 2, 0]);
    await world.reopen();
    assert.deepEqual(await objects(world, grant), said(run, swim));
    const [seen] = await listGrants(world.delegate);
    assert.deepEqual([seen?.record.state, seen?.claims, seen?.record.terms?.["purpose"]], ["held", 2, "training"]);
  }));

test("what is not in the newest slice is dropped, out of every file, and what is new is taken", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    const claims = Array.from({ length: 40 }, () => grantor.claim([grant]));
    await accept(world, grant);
    await pull(world, grant);
    const [refuted, kept] = [claims.slice(0, 25), claims.slice(25)];
    assert.ok(
      refuted.every((op) => piecesIn(world.folder, op).length > 0),
      "the scanner finds what is held",
    );
    grantor.of(grant).claims = [...kept];
    const late = grantor.claim([grant]);
    assert.deepEqual((await pull(world, grant)).withdrawn, 25);
    assert.deepEqual(await objects(world, grant), said(...kept, late));
    for (const op of refuted) assert.deepEqual(piecesIn(world.folder, op), []);
  }));

test("an entry whose valid_until has passed is not used any more, and still counts among what is held", () =>
  inWorld(async (world) => {
    const { grantor, clock } = world;
    const grant = grantor.grant();
    const [ends, stays] = [grantor.claim([grant], { valid_until: start + 1_000 }), grantor.claim([grant])];
    await accept(world, grant);
    await pull(world, grant);
    clock.advance(999);
    assert.deepEqual(await objects(world, grant), said(ends, stays));
    clock.advance(1);
    assert.deepEqual(await objects(world, grant), said(stays));
    const { count, root } = await proveHoldings(world.delegate, grant, "n");
    const both = [ends, stays].map((op) => attest(nativeCrypto.sha256Hex, op, grant));
    assert.deepEqual([count, root], [2, sliceRoot(nativeCrypto.sha256Hex, both)]);
  }));

/** What a grantor with a bug, or a hostile one, answers with. `canary` must reach no file of the delegate. */
type Hostile = (given: { grantor: Grantor; grant: OpId; canary: string }) => void;
const canaryClaim = ({ grantor, grant, canary }: Parameters<Hostile>[0], parts: JsonObject, serve = grant) => {
  const op = grantor.pool.write("phone", "claim", claim({ predicate: "schedule.weekly", object: canary, ...parts }));
  grantor.of(serve).claims.push(op);
  return op;
};
const changed =
  (change: (reply: JsonObject, canary: string) => JsonObject): Hostile =>
  ({ grantor, canary }) => {
    grantor.tamper = (reply) => change(reply, canary);
  };
const inSlice = (reply: JsonObject, parts: JsonObject) => ({ ...reply, slice: { ...(reply["slice"] as JsonObject), ...parts } });
const inFirst = (reply: JsonObject, parts: JsonObject) => {
  const [first, ...rest] = reply["attestations"] as JsonObject[];
  return { ...reply, attestations: [{ ...first, ...parts }, ...rest] };
};

const hostile: Readonly<Record<string, Hostile>> = {
  "a widened slice: another predicate": (given) => canaryClaim(given, { predicate: "health.weight" }),
  "a widened slice: less sure than granted": (given) => canaryClaim(given, { confidence: 0.1 }),
  "a widened slice: somebody else": (given) => canaryClaim(given, { subject: "person:ada" }),
  "an entry that is past": (given) => canaryClaim(given, { valid_until: start }),
  "one member more in the reply": changed((reply, canary) => ({ ...reply, evidence: [canary] })),
  "one member more in the slice": changed((reply, canary) => inSlice(reply, { note: canary })),
  "one member more in an attestation": changed((reply, canary) => inFirst(reply, { rationale: canary })),
  "a forged attestation": changed((reply, canary) => inFirst(reply, { object: canary })),
  "an attestation of another grant": changed((reply, canary) => inFirst(reply, { grant: `op:${"7".repeat(64)}`, object: canary })),
  "an attestation left out": changed((reply) => ({ ...reply, attestations: [] })),
  "a slice of another grant": ({ grantor }) => {
    const other = grantor.grant({ selector: { predicates: ["*"] } });
    grantor.tamper = (reply) => ({ ...reply, grant: JSON.parse(JSON.stringify(grantor.of(other).grant)), grant_id: other });
  },
  "a widened grant": changed((reply) => {
    const grant = reply["grant"] as JsonObject;
    return { ...reply, grant: { ...grant, payload: { ...(grant["payload"] as JsonObject), selector: { predicates: ["*"] } } } };
  }),
  "an audience that is somebody else": ({ grantor }) => {
    grantor.lie = { grantee: "clinic" };
  },
  "an issuer nobody named": ({ grantor }) => {
    grantor.lie = { issuer: "thief" };
  },
  "an issuer that is another node than the one that answered": ({ grantor }) => {
    grantor.pool.add("root", "mirror", "mirror");
    grantor.lie = { issuer: "mirror" };
  },
  "root as issuer": ({ grantor }) => {
    grantor.lie = { issuer: "root" };
  },
  "a nonce of another pull": ({ grantor }) => {
    grantor.lie = { nonce: "0".repeat(32) };
  },
  "a lower as_of": ({ grantor }) => {
    grantor.lie = { asOf: start - 1 };
  },
  "a revocation by nobody": ({ grantor, grant }) => {
    grantor.revoke(grant, grantor.pool.write("thief", "cap_revoke", { grant }, grantor.pool.ops));
  },
  "an active slice after expires_at": ({ grantor, grant }) => {
    grantor.lie = { asOf: Number(grantor.of(grant).grant.payload?.["expires_at"]) };
  },
  "another pool's authority": changed((reply) => ({
    ...reply,
    authority: new Grantor(manualClock(), "other").pool.ops.map((op) => JSON.parse(JSON.stringify(op)) as JsonObject),
  })),
  "a claim hidden among authority": ({ grantor, canary }) => {
    const hidden = grantor.pool.write("phone", "claim", claim({ object: canary }));
    grantor.tamper = (reply) => ({ ...reply, authority: [...(reply["authority"] as JsonObject[]), JSON.parse(JSON.stringify(hidden))] });
  },
  "no slice at all": ({ grantor }) => {
    grantor.tamper = () => ({ type: "ops", ops: [] });
  },
  nothing: ({ grantor }) => {
    grantor.tamper = () => ({ type: "error", code: "unauthorized", error: "no" });
  },
};

suite("a hostile grantor can't widen, and can't make the delegate keep or lose anything, with", () => {
  for (const [what, attack] of Object.entries(hostile)) {
    test(what, () =>
      inWorld(async (world) => {
        const { grantor } = world;
        const grant = grantor.grant({ selector: { predicates: ["schedule.*"], subjects: ["self"], min_confidence: 0.5 } });
        const run = grantor.claim([grant]);
        await accept(world, grant);
        await pull(world, grant);
        const before = { objects: await objects(world, grant), grants: await listGrants(world.delegate) };
        const canary = `canary ${"never to be kept ".repeat(3)}`;
        attack({ grantor, grant, canary });
        await assert.rejects(pull(world, grant), { code: "peer" });
        assert.deepEqual({ objects: await objects(world, grant), grants: await listGrants(world.delegate) }, before);
        assert.deepEqual(piecesIn(world.folder, { ...run, payload: { object: canary } }), []);
        Object.assign(grantor, { tamper: (reply: JsonObject) => reply, lie: {} });
        grantor.serving.set(grant, { ...grantor.of(grant), claims: [run], status: "active" });
        delete grantor.of(grant).revocation;
        assert.equal((await pull(world, grant)).claims, 1, "an honest reply is taken again");
      }),
    );
  }
});

test("a replayed reply is refused: to another pull, and after a newer one", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    grantor.claim([grant]);
    await accept(world, grant);
    let first: JsonObject | null = null;
    grantor.tamper = (reply) => {
      first ??= reply;
      return first;
    };
    await pull(world, grant);
    await assert.rejects(pull(world, grant), { code: "peer", message: /another request/ });
    grantor.tamper = (reply) => reply;
    grantor.clock.advance(10);
    await pull(world, grant);
    grantor.clock.advance(-1);
    await world.reopen();
    await assert.rejects(pull(world, grant), { code: "peer", message: /older/ });
    grantor.clock.advance(1);
    await pull(world, grant);
  }));

test("as_of is kept for each issuer: a mirror whose clock is behind serves on", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    grantor.pool.add("root", "mirror", "mirror");
    await accept(world, grant);
    await pull(world, grant);
    grantor.clock.advance(-5_000);
    await accept(world, grant, "mirror");
    const { issuer } = await pull(world, grant);
    assert.equal(issuer, grantor.pool.key("mirror").did);
  }));

test("what one grant's reply showed of a pool counts for the others: an issuer that was removed is refused for all", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const [first, second] = [grantor.grant(), grantor.grant()];
    grantor.pool.add("root", "laptop", "full");
    const unaware = grantor.pool.ops.filter(({ type }) => ["genesis", "device_add"].includes(type));
    grantor.pool.remove("root", "laptop", null);
    await accept(world, first);
    await pull(world, first);
    await accept(world, second, "laptop");
    grantor.tamper = (reply) => ({ ...reply, authority: unaware.map((op) => JSON.parse(JSON.stringify(op)) as JsonObject) });
    await assert.rejects(pull(world, second), { code: "peer", message: /issuer/ });
  }));

test("a server that is away is passed over for the next; without any the failure is said", () =>
  inWorld(async (world) => {
    const { grantor, delegate } = world;
    const grant = grantor.grant();
    grantor.pool.add("root", "mirror", "mirror");
    await accept(world, grant, "phone", "mirror");
    const connect: Grantor["connect"] = (server) => {
      if (server.url === "phone") grantor.online = false;
      else grantor.online = true;
      return grantor.connect(server);
    };
    assert.equal((await pullGrant(delegate, grant, connect)).issuer, grantor.pool.key("mirror").did);
    grantor.hold = async () => {
      grantor.online = false;
    };
    await assert.rejects(pullGrant(delegate, grant, connect), { code: "network" });
    await assert.rejects(pullGrant(delegate, `op:${"0".repeat(64)}` as OpId, connect), { code: "not_found" });
  }));
