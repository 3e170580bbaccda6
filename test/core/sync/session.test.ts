/** A client's session without socket or store: which messages it sends, in which order, and what it makes of the answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope, OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import type { Effect, EffectAnswer, IngestResult } from "../../../src/core/sync/effects.ts";
import { type SessionOptions, type SessionResult, syncSession } from "../../../src/core/sync/session.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const pool = scriptedPool(nativeCrypto);
const item = pool.write("phone", "claim", claim());
const [older, newer] = [pool.ops[1] as Envelope, item];
const node = pool.key("laptop").did;
const hello = { type: "hello", protocol: "fpl-sync/1", node, pool: pool.id };

interface Script {
  /** The server's replies to each message, by type; the last one again and again. */
  readonly replies: Readonly<Record<string, Json | readonly Json[]>>;
  /** What is here: nothing unless told. */
  readonly here?: Partial<Record<Effect["do"], EffectAnswer>>;
}

const nothingTaken: IngestResult = { accepted: [], rejected: [], deferred: [], duplicates: [] };
const nothingHere: Partial<Record<Effect["do"], EffectAnswer>> = {
  ingest: nothingTaken,
  compare: { missing: [], extra: [] },
  known: new Map(),
  chains: new Map(),
  at: [],
  envelopes: [],
  batch: { items: [], ids: [], last: null },
  incomplete: [],
  progress: null,
};

/** Runs a session by the script; returns its result and the messages that it sent. */
function run({ replies, here }: Script, options: Partial<SessionOptions> = {}): { result: SessionResult; sent: JsonObject[] } {
  const session = syncSession({ node, pool: pool.id, extensions: [], ...options });
  const sent: JsonObject[] = [];
  const reply = (type: Json | undefined): Json => {
    const all = replies[String(type)] ?? null;
    return Array.isArray(all)
      ? (all[Math.min(sent.filter((each) => each["type"] === type).length, all.length) - 1] as Json)
      : (all as Json);
  };
  for (let step = session.next(); ; ) {
    if (step.done) return { result: step.value, sent };
    const effect = step.value;
    if (effect.do === "send") {
      sent.push(effect.message);
      step = session.next(reply(effect.message["type"]));
    } else step = session.next({ ...nothingHere, ...here }[effect.do] ?? null);
  }
}

const plain = { hello, frontier: { type: "frontier", op_ids: [] }, push: { type: "push_result" }, ops_request: { type: "ops", ops: [] } };
const typesOf = (sent: readonly JsonObject[]) => sent.map(({ type }) => type);
const knownAs = (...ops: readonly Envelope[]) =>
  new Map(ops.map(({ op_id, lamport }) => [op_id, { id: op_id, lamport }])) as unknown as EffectAnswer;

test("plain: hello, frontier, and an empty push to hear what is wanted", () => {
  const { result, sent } = run({ replies: plain });
  assert.deepEqual(sent, [{ type: "hello", extensions: [] }, { type: "frontier" }, { type: "push", ops: [] }]);
  assert.deepEqual(result, { peer: node, pulled: 0, pushed: 0, rejected: [], deferred: [], registry: null });
});

test("plain: what is missing is asked for by id, what the other lacks is pushed in (lamport, op_id) order", () => {
  const missing = `op:${"7".repeat(64)}` as OpId;
  const compare = { missing: [missing], extra: [newer.op_id, older.op_id] };
  // The store gives envelopes in the order in which they are asked for.
  const { sent } = run({ replies: plain, here: { compare, known: knownAs(newer, older), envelopes: [older, newer] } });
  assert.deepEqual(typesOf(sent), ["hello", "frontier", "ops_request", "push"]);
  assert.deepEqual(sent[2]?.["want"], [missing]);
  assert.deepEqual(sent[3]?.["ops"], [older, newer]);
});

test("plain: a frontier that is too large is read in pages until an empty one", () => {
  const tooLarge = { type: "error", error: "too many", code: "too_large" };
  const frontier = [tooLarge, { type: "frontier", op_ids: [older.op_id] }, { type: "frontier", op_ids: [] }];
  const { sent } = run({ replies: { ...plain, frontier } });
  const asked = sent.filter(({ type }) => type === "frontier").map(({ after, limit }) => [after ?? null, limit === undefined]);
  assert.deepEqual(asked, [
    [null, true],
    [null, false],
    [older.op_id, false],
  ]);
});

test("heads/1 is used when both sides name it, and in sync it costs one message", () => {
  const heads = { authors: { [older.author]: [[2, older.op_id]] }, lamport: 2, incomplete: [] };
  const both = { hello: { ...hello, extensions: ["heads/1"], heads } };
  assert.deepEqual(typesOf(run({ replies: both, here: { known: knownAs(older) } }, { extensions: ["heads/1"] }).sent), ["hello"]);
  const one: readonly [string[], string[]][] = [
    [["heads/1"], []],
    [[], ["heads/1"]],
  ];
  for (const [ours, theirs] of one) {
    const { sent } = run({ replies: { ...plain, hello: { ...hello, extensions: theirs, heads } } }, { extensions: ours });
    assert.deepEqual(typesOf(sent), ["hello", "frontier", "push"]);
  }
});

test("heads/1: heads that hello does not carry are asked for", () => {
  const replies = { hello: { ...hello, extensions: ["heads/1"] }, heads: { type: "heads", authors: {}, lamport: 0, incomplete: [] } };
  assert.deepEqual(typesOf(run({ replies }, { extensions: ["heads/1"] }).sent), ["hello", "heads"]);
});

test("operations that are here without payload are asked for in every sync", () => {
  const { sent } = run({ replies: plain, here: { incomplete: [item.op_id] } });
  assert.deepEqual(sent[2], { type: "ops_request", want: [item.op_id] });
});

test("what the server wants is pushed when its payload is here, and only then", () => {
  const replies = { ...plain, push: { type: "push_result", want: [item.op_id] } };
  const known = knownAs(item);
  assert.deepEqual(run({ replies, here: { known, envelopes: [item] } }).sent.at(-1)?.["ops"], [item]);
  assert.equal(run({ replies, here: { known, envelopes: [bare(item)] } }).sent.length, 3);
});

test("who is no hello, speaks another protocol, is another node or holds another pool is refused before anything is told", () => {
  const refused: readonly (readonly [Json, RegExp])[] = [
    [{ type: "ops" }, /did not answer with hello/],
    [null, /did not answer with hello/],
    [{ ...hello, protocol: "fpl-sync/2" }, /speaks "fpl-sync\/2"/],
    [{ ...hello, node: "did:key:other" }, /another node answered/],
    [{ ...hello, pool: `op:${"9".repeat(64)}` }, /holds another pool/],
  ];
  for (const [reply, message] of refused) {
    const session = syncSession({ node, pool: pool.id });
    session.next();
    assert.throws(() => session.next(reply), { name: "PoolError", code: "peer", message });
  }
  const { pool: _unsaid, ...silent } = hello; // a plain peer does not say
  assert.equal(run({ replies: { ...plain, hello: { ...silent, node: "anyone" } } }, { node: null }).result.peer, "anyone");
});

test("the result counts what was taken and what the server took, and names what was refused or waits", () => {
  const rejected = [{ op: "op:x", reason: "parse error: x" }];
  const replies = {
    ...plain,
    hello: { ...hello, registry: "sha256:r" },
    ops_request: { type: "ops", ops: [older] as unknown as Json },
    push: { type: "push_result", accepted: [], rejected: [], deferred: [newer.op_id] },
  };
  const ingest = { ...nothingTaken, accepted: [older.op_id], rejected };
  const here = { ingest, compare: { missing: [older.op_id], extra: [newer.op_id] }, known: knownAs(newer), envelopes: [newer] };
  const { result } = run({ replies, here });
  assert.deepEqual(result, { peer: node, pulled: 1, pushed: 0, rejected, deferred: [newer.op_id], registry: "sha256:r" });
});
