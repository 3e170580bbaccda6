/** A delegate that breaks every rule it can: it gets nothing beyond its slice, leaves nothing in the log but what section 8 allows, and is named. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Holdings, signHoldings } from "../../../src/core/capability/holdings.ts";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import { limits } from "../../../src/core/limits.ts";
import { writeOps } from "../../../src/core/op/create.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { challenge } from "../../../src/node/delegation/challenge.ts";
import { ledgerEntry } from "../../../src/node/delegation/ledger.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { mutated } from "../../../src/testkit/message-fuzz.ts";
import { seededRandom } from "../../../src/testkit/seeded-random.ts";
import { claim, logOf, runs } from "../replicas.ts";
import { ask, Grantee, type Grantor, hourMs, newGrantor, run } from "./grantor.ts";

/** Everything that a program with the grantee's key could think of sending. */
function attacks(coach: Grantee, held: string, others: { readonly grant: OpId; readonly claim: OpId; readonly pool: OpId }): JsonObject[] {
  const { did, seed } = coach.writer;
  const pull = { type: "delegate_pull", grant_id: coach.grant, grantee: did, nonce: "n" };
  const holdings = (parts: Partial<Holdings>): JsonObject => {
    const body = {
      grant: coach.grant,
      nonce: null,
      root: emptyRoot,
      count: 0,
      as_of: 1,
      revocation: null,
      purged_root: held,
      grantee: did,
    };
    return { ...signHoldings(nativeCrypto, seed, { ...body, ...parts }) };
  };
  const pen = { author: did, seed, pool: others.pool, own: null, heads: [others.claim], lamport: 99, now: 1 };
  const [revoke, note] = writeOps(nativeCrypto, { ...pen, salt: () => new Uint8Array(16) }, [
    { type: "cap_revoke", payload: { grant: others.grant } },
    { type: "note", payload: { target: others.claim, text: "I was here" } },
  ]).map(({ envelope }) => envelope as unknown as Json);
  return [
    ...["frontier", "heads", "nonsense", "__proto__", ""].map((type) => ({ type })),
    { type: "ops_request", want: [others.claim, others.grant, others.pool] },
    { type: "ops_since", authors: {}, limit: 1_000, bytes: 1_000_000 },
    { type: "push", ops: [revoke as Json, note as Json] },
    { ...pull, grant_id: others.grant },
    { ...pull, grant_id: others.claim },
    { ...pull, grantee: "did:key:z6MkeveryoneElse" },
    { ...pull, selector: { predicates: ["*"] }, max_sensitivity: "restricted", evidence: true },
    { ...pull, nonce: { $gt: "" } },
    { type: "holdings_request", grant_id: others.grant, nonce: "n" },
    { type: "purge_receipt", receipt: holdings({ grant: others.grant }) },
    { type: "purge_receipt", receipt: holdings({ purged_root: `sha256:${"f".repeat(64)}` }) },
    { type: "purge_receipt", receipt: holdings({ revocation: others.claim }) },
    { type: "purge_receipt", receipt: { ...holdings({}), words: "and a diary of mine for your log ".repeat(100) } },
    ...Array.from({ length: 20 }, (_, n) => ({ type: "purge_receipt", receipt: holdings({ as_of: n }) })),
  ];
}

const secrets = ["a diary nobody shall read", "Lyon", "for the clinic", "from the diary"];

async function world() {
  const grantor = await newGrantor();
  const [diary] = await grantor.write([
    {
      type: "evidence",
      payload: {
        source: { adapter: "notes", version: "1" },
        origin: "import",
        external_id: "1",
        kind: "note",
        content: { text: secrets[0] as string },
      },
    },
  ]);
  const [home] = await grantor.write([
    claim("self", "place.home", "Lyon"),
    run("run on Tuesday", { derived_from: [diary as string], rationale: "from the diary" }),
    claim("self", "health.weight", "for the clinic"),
  ]);
  const clinic = await grantor.grant({
    grantee: grantor.who("clinic").did,
    selector: { predicates: ["health.*"], max_sensitivity: "sensitive" },
  });
  const coach = new Grantee(grantor.who("coach"), await grantor.grant({ purge_ms: hourMs }));
  return { grantor, coach, others: { grant: clinic, claim: home as OpId, pool: grantor.pool } };
}

/** Operations of types that came after, by type. */
async function added(grantor: Grantor, before: number): Promise<Record<string, number>> {
  const types = (await logOf(grantor.replica)).slice(before).map(({ type }) => type);
  return Object.fromEntries([...new Set(types)].sort().map((type) => [type, types.filter((each) => each === type).length]));
}

test("a hostile delegate gets its slice and nothing beyond it, and leaves accesses and one receipt a purge", async () => {
  const { grantor, coach, others } = await world();
  const before = (await logOf(grantor.replica)).length;
  const { slice } = await coach.pull(grantor);
  const heard: JsonObject[] = [];
  for (let round = 0; round < 3; round++) {
    for (const message of attacks(coach, slice.slice_root, others)) heard.push(await ask(grantor, message, coach.writer.did));
  }
  const text = JSON.stringify(heard);
  for (const secret of [...secrets, others.claim, others.pool.slice(3)]) {
    // The genesis and the grant's own envelope name the pool: that is the one thing of these that a slice tells.
    assert.equal(text.includes(secret), secret === others.pool.slice(3), secret);
  }
  const { attestations } = await coach.pull(grantor);
  assert.deepEqual(
    attestations.map(({ object }) => object),
    ["run on Tuesday"],
  );
  // A pull that comes after a receipt is an access; a receipt that covers nothing new is not archived: a round leaves one of each.
  const left = await added(grantor, before);
  assert.deepEqual(Object.keys(left), ["cap_access", "cap_receipt"]);
  assert.ok((left["cap_access"] ?? 0) <= 5 && (left["cap_receipt"] ?? 0) <= 3, JSON.stringify(left));
  assert.ok(!JSON.stringify(await logOf(grantor.replica)).includes("a diary of mine"));
  assert.ok(
    grantor.attempts.every(({ key }) => key === coach.writer.did) && grantor.attempts.length >= 9,
    "and the node has noted what it tried",
  );
});

test("one that purges in word only is disputed by its own proof; one that stays silent is overdue", async () => {
  const { grantor, coach } = await world();
  const { slice } = await coach.pull(grantor);
  const [revocation] = await grantor.write([{ type: "cap_revoke", payload: { grant: coach.grant } }]);
  grantor.world.now += hourMs + 1;
  const entry = async () => {
    const found = await ledgerEntry(grantor.replica, coach.grant, grantor.world.now);
    assert.ok(found);
    return found;
  };
  assert.equal((await entry()).purge.state, "overdue");
  await coach.purge(grantor, slice.slice_root, revocation as OpId);
  assert.equal((await entry()).purge.state, "acknowledged");
  const careless = {
    async request({ nonce }: JsonObject): Promise<Json> {
      const body = {
        grant: coach.grant,
        nonce: nonce as string,
        root: slice.slice_root,
        count: 1,
        as_of: 1,
        revocation: null,
        purged_root: null,
      };
      return { type: "holdings", proof: { ...signHoldings(nativeCrypto, coach.writer.seed, { ...body, grantee: coach.writer.did }) } };
    },
    close: async () => {},
  };
  const { state, proof } = await challenge(grantor.replica, grantor.writer, careless, coach.grant);
  assert.deepEqual([state, proof?.root], ["disputed", slice.slice_root]);
  const { purge, grantee } = await entry();
  assert.deepEqual([purge.disputed, grantee], [true, coach.writer.did]);
});

test("one that purges and pulls in turn can't fill the log: a day's receipts are counted, until the grant is over", async () => {
  const { grantor, coach } = await world();
  const before = (await logOf(grantor.replica)).length;
  const acks: unknown[] = [];
  for (let turn = 0; turn < 2 * limits.receiptsPerDay; turn++) {
    grantor.world.now += 1_000;
    const { slice } = await coach.pull(grantor);
    acks.push((await coach.purge(grantor, slice.slice_root))["accepted"]);
  }
  assert.deepEqual([acks[limits.receiptsPerDay - 1], acks[limits.receiptsPerDay]], [true, false]);
  assert.deepEqual(await added(grantor, before), { cap_access: limits.receiptsPerDay + 1, cap_receipt: limits.receiptsPerDay });
  const [revocation] = await grantor.write([{ type: "cap_revoke", payload: { grant: coach.grant } }]);
  assert.equal((await coach.purge(grantor, coach.root, revocation as OpId))["accepted"], true);
});

test("messages that were bent at random never take the server down, and get nothing that the grant does not select", async () => {
  const { grantor, coach, others } = await world();
  const { slice } = await coach.pull(grantor);
  const honest = [...attacks(coach, slice.slice_root, others), coach.request()];
  const codes = ["bad_request", "unknown_type", "unauthorized", "too_large"];
  for (let seed = 1; seed <= runs(200); seed++) {
    const random = seededRandom(seed);
    const message = mutated(random, random.pick(honest));
    const reply = await ask(grantor, message as JsonObject, coach.writer.did);
    const about = `message ${seed}: ${JSON.stringify(message)?.slice(0, 300)}: ${JSON.stringify(reply).slice(0, 300)}`;
    if (reply["type"] === "error") assert.ok(codes.includes(String(reply["code"])), about);
    else assert.ok(["hello", "delegate_ops", "receipt_ack"].includes(String(reply["type"])), about);
    for (const secret of [...secrets, others.claim]) assert.ok(!JSON.stringify(reply).includes(secret), about);
  }
});
