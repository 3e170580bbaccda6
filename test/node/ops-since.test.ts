/** `ops_since` of heads/1 (section 7): what is not on the chains that the client has, in order, a page at a time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { messageText } from "../../src/core/codec/raw-json.ts";
import { limits } from "../../src/core/limits.ts";
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { addDevice, claim, claims, logOf, newPool, replicaOf, take, writerOf } from "./replicas.ts";

/** A pool with three authors, of whom the phone forked twice. */
async function forked() {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(6));
  const clones = [4, 7].map(async (length) => {
    const clone = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, length));
    await writeDrafts(clone, pool.phone, claims(5, 100 * length));
    return logOf(clone);
  });
  await writeDrafts(pool.replica, laptop, claims(7, 50));
  for (const log of await Promise.all(clones)) await take(pool.replica, log);
  await writeDrafts(pool.replica, laptop, claims(3, 60));
  const log = await logOf(pool.replica);
  const ask = async (question: JsonObject) => {
    const [self, message] = [{ did: pool.phone.did }, { type: "ops_since", ...question }];
    const reply = await answer(pool.replica, self, message, pool.root.did);
    const asText = await answer(pool.replica, self, message, pool.root.did, { asText: true });
    assert.deepEqual(JSON.parse(messageText(asText)), JSON.parse(JSON.stringify(reply)), "served as text it is the same");
    const ops = (reply["ops"] ?? []) as unknown as Envelope[];
    return { ids: ops.map(({ op_id }) => op_id), more: reply["more"], unknown: reply["unknown"], code: reply["code"], ops };
  };
  const of = (did: string) => log.filter(({ author }) => author === did);
  return { ...pool, laptop, log, ask, of };
}

const idsOf = (ops: readonly Envelope[]) => ops.map(({ op_id }) => op_id);

/** What is neither one of `known` nor before one of them along `prev[0]`. */
function beyond(ops: readonly Envelope[], known: readonly Envelope[]): string[] {
  const byId = new Map(ops.map((op) => [op.op_id, op]));
  const covered = new Set<string>();
  for (const tip of known)
    for (let op: Envelope | undefined = tip; op; op = byId.get(op.prev[0] as Envelope["op_id"])) covered.add(op.op_id);
  return idsOf(ops).filter((id) => !covered.has(id));
}

test("for any ids of an author it sends what is not on their chains, in (lamport, op_id) order", async () => {
  const { phone, of, ask } = await forked();
  const chain = of(phone.did);
  for (const known of [[], ...chain.map((op) => [op]), ...chain.map((op, at) => [op, chain.at(-at - 1) as Envelope]), chain]) {
    const { ids, more, unknown } = await ask({ authors: { [phone.did]: idsOf(known) } });
    assert.deepEqual([ids, more, unknown], [beyond(chain, known), false, []]);
  }
});

test("pages follow one another by place, whatever their limit, and more is true but for the last", async () => {
  const { phone, laptop, root, log, ask } = await forked();
  const authors = { [phone.did]: [], [laptop.did]: [], [root.did]: [] };
  for (let limit = 1; limit <= log.length + 1; limit++) {
    const found: Envelope[] = [];
    for (let more = true; more; ) {
      const last = found.at(-1);
      const page = await ask({ authors, limit, ...(last ? { after: [last.lamport, last.op_id] } : {}) });
      assert.ok(page.ids.length <= limit);
      found.push(...page.ops);
      more = page.more === true;
      assert.equal(more, found.length < log.length, `limit ${limit}`);
    }
    assert.deepEqual(idsOf(found), idsOf(log));
  }
});

test("a page ends before it is over its bytes, and one operation always comes", async () => {
  const pool = await newPool();
  for (let index = 0; index < 12; index++) {
    await writeDrafts(pool.replica, pool.phone, [claim("self", `p${index}`, (index % 2 ? "字" : "x").repeat(1_000 * index))]);
  }
  const log = await logOf(pool.replica);
  for (const bytes of [1, 5_000, 20_000, 60_000]) {
    const found: string[] = [];
    for (let after: Json | undefined, more = true; more; ) {
      const question = { type: "ops_since", authors: { [pool.phone.did]: [], [pool.root.did]: [] }, bytes, ...(after ? { after } : {}) };
      const reply = await answer(pool.replica, { did: pool.phone.did }, question, pool.root.did);
      const ops = reply["ops"] as unknown as Envelope[];
      if (ops.length !== 1) assert.ok(Buffer.byteLength(JSON.stringify(ops)) <= bytes);
      assert.ok(ops.length > 0);
      found.push(...idsOf(ops));
      after = [ops.at(-1)?.lamport ?? 0, ops.at(-1)?.op_id ?? ""];
      more = reply["more"] === true;
    }
    assert.deepEqual(found, idsOf(log));
  }
});

test("an author of whom an id is unknown, or another's, is named and sends nothing; the others send theirs", async () => {
  const { phone, laptop, root, of, ask } = await forked();
  const [mine, theirs] = [of(phone.did), of(laptop.did)];
  const nowhere = `op:${"0".repeat(64)}`;
  for (const ids of [[nowhere], [mine[0]?.op_id, nowhere], [theirs[0]?.op_id]]) {
    const question = { authors: { [phone.did]: ids, [laptop.did]: [theirs[2]?.op_id], [root.did]: [] } } as unknown as JsonObject;
    const { ids: sent, unknown } = await ask(question);
    assert.deepEqual(unknown, [phone.did]);
    assert.deepEqual(sent.toSorted(), [...beyond(theirs, theirs.slice(2, 3)), ...idsOf(of(root.did))].toSorted());
  }
});

test("of a locator the known ids count, perhaps none; it takes the place of the same author's vector", async () => {
  const { phone, of, ask } = await forked();
  const chain = of(phone.did);
  const nowhere = `op:${"0".repeat(64)}`;
  const known = chain.slice(3, 4);
  for (const authors of [undefined, { [phone.did]: [] }, { [phone.did]: [nowhere] }]) {
    const question = { locators: { [phone.did]: [nowhere, ...idsOf(known)] }, ...(authors ? { authors } : {}) };
    const { ids, unknown } = await ask(question);
    assert.deepEqual([ids, unknown], [beyond(chain, known), []]);
    assert.deepEqual((await ask({ locators: { [phone.did]: [nowhere] } })).ids, idsOf(chain));
  }
});

test("authors who are not named, or whom nobody knows, send nothing", async () => {
  const { of, laptop, ask } = await forked();
  assert.deepEqual(await ask({}), { ids: [], more: false, unknown: [], code: undefined, ops: [] });
  assert.deepEqual((await ask({ authors: { [laptop.did]: [] } })).ids, idsOf(of(laptop.did)));
  const stranger = writerOf("stranger").did;
  assert.deepEqual((await ask({ authors: { [stranger]: [], ["__proto__"]: [] } })).ids, []);
});

test("a question of another form is refused with a code", async () => {
  const { phone, ask } = await forked();
  const id = `op:${"0".repeat(64)}`;
  const many = Array.from({ length: limits.frontier }, () => id);
  const questions: readonly (readonly [JsonObject, string])[] = [
    [{ authors: [] }, "bad_request"],
    [{ authors: null }, "bad_request"],
    [{ authors: { [phone.did]: id } }, "bad_request"],
    [{ authors: { [phone.did]: ["op:1"] } }, "bad_request"],
    [{ locators: 7 }, "bad_request"],
    [{ authors: {}, limit: 0 }, "bad_request"],
    [{ authors: {}, limit: 1.5 }, "bad_request"],
    [{ authors: {}, bytes: "9" }, "bad_request"],
    [{ authors: {}, after: [1] }, "bad_request"],
    [{ authors: {}, after: [id, 1] }, "bad_request"],
    [{ authors: { [phone.did]: many } }, "too_large"],
  ];
  for (const [question, code] of questions) assert.equal((await ask(question)).code, code, JSON.stringify(question).slice(0, 80));
  assert.equal((await ask({ authors: {}, limit: 1e9, bytes: 1e12 })).code, undefined);
});
