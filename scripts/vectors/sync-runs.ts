/** Part `sync`: runs (runs/1), by themselves and in messages. */
import { sha256 } from "./hashing.ts";
import { bare, type Envelope, firstTs, type Log } from "./log-builder.ts";
import { rangePath } from "./merkle.ts";
import { claim } from "./operation.ts";
import { did, exchange, pool } from "./sync-pool.ts";
import { invalid, type Vector, valid } from "./vector.ts";

interface Run {
  readonly [name: string]: unknown;
  readonly batch: { readonly index: number; readonly size: number; readonly path: readonly string[] };
  readonly items: readonly unknown[];
}

/** Five claims under one signature, written in one moment; the first merges heads. */
function batchIn(log: Log): Envelope[] {
  return log.batch(
    "laptop",
    ["a", "b", "c", "d", "e"].map((object) => [`batch-${object}`, "claim", { ...claim, object }] as const),
    { lie: { ts: firstTs } },
  );
}

/** The run of `ops`, which are some of `all`, those that one signature covers. */
function runOf(ops: readonly Envelope[], all: readonly Envelope[]): Run {
  const [first] = ops as [Envelope];
  const { v, pool: of, author, seq, lamport, prev, ts, type, sig, batch } = first;
  const [index, size] = [batch?.index ?? 0, batch?.size ?? 0];
  const leaves = all.map(({ op_id }) => Buffer.from(op_id.slice(3), "hex"));
  const items = ops.map(({ salt, payload, payload_hash }) => (payload ? [salt, payload] : payload_hash));
  const path = rangePath(index, index + ops.length - 1, leaves);
  return { v, pool: of, author, seq, lamport, prev, ts, type, sig, batch: { index, size, path }, items };
}

const all = batchIn(pool("runs"));
const [, second, third, fourth] = all as [Envelope, Envelope, Envelope, Envelope, Envelope];
const whole = runOf(all, all);
const part = runOf([second, third, fourth], all);

function good(name: string, rule: string, comment: string, run: unknown, envelopes: readonly Envelope[]): Vector {
  return valid({ path: `sync/run-${name}`, rule, comment, kind: "run" }, { run }, { envelopes });
}

function bad(name: string, rule: string, comment: string, changes: object, step: "shape" | "identity" = "identity"): Vector {
  return invalid({ path: `sync/run-${name}`, rule, comment, kind: "run" }, { run: { ...part, ...changes } }, { step });
}

const alone: readonly Vector[] = [
  good("whole-batch", "SYN-20", "All of a batch: no proof is needed.", whole, all),
  good(
    "part",
    "SYN-20",
    "The second to the fourth of five: one hash on the left of the leaves, then one on the right of the level above the next.",
    part,
    [second, third, fourth],
  ),
  ...[0, 1, 2, 3, 4].map((at) =>
    good(`one-${at}`, "SYN-20", "One operation: its inclusion proof.", runOf([all[at] as Envelope], all), [all[at] as Envelope]),
  ),
  good("first-two", "SYN-20", "The first two.", runOf(all.slice(0, 2), all), all.slice(0, 2)),
  good("last-two", "SYN-20", "The last has risen two levels.", runOf(all.slice(3), all), all.slice(3)),
  good("without-payload", "SYN-19", "The third comes without payload.", runOf([second, bare(third), fourth], all), [
    second,
    bare(third),
    fourth,
  ]),
  bad("other-salt", "SYN-19", "A salt that is another.", {
    items: [[second.salt, second.payload], ["0".repeat(32), third.payload], part.items[2]],
  }),
  bad("other-payload", "SYN-19", "A payload that is another.", {
    items: [part.items[0], [third.salt, { ...third.payload, object: "x" }], part.items[2]],
  }),
  bad("other-hash", "SYN-19", "The hash of another payload.", { items: [part.items[0], `sha256:${sha256("x")}`, part.items[2]] }),
  bad("one-left-out", "SYN-19", "One of them is missing.", { items: [part.items[0], part.items[2]] }),
  bad("other-order", "SYN-19", "In another order.", { items: [...part.items].reverse() }),
  bad("other-seq", "SYN-19", "Another sequence number.", { seq: second.seq + 1 }),
  bad("other-lamport", "SYN-19", "Another lamport.", { lamport: second.lamport + 1 }),
  bad("other-prev", "SYN-19", "The first names another operation.", { prev: [third.op_id] }),
  bad("other-time", "SYN-19", "Another time.", { ts: second.ts + 1 }),
  bad("other-type", "SYN-19", "Another type.", { type: "note" }),
  bad("other-author", "SYN-19", "Another author.", { author: did("phone") }),
  bad("other-signature", "SYN-19", "A signature of nothing.", { sig: `${second.sig.slice(0, 64)}${"0".repeat(64)}` }),
  bad("other-index", "SYN-20", "Another place in the tree.", { batch: { ...part.batch, index: 2 } }),
  bad("other-size", "SYN-20", "Another size, which the signature covers.", { batch: { ...part.batch, size: 6 } }),
  bad("path-too-short", "SYN-20", "A hash of the proof is missing.", { batch: { ...part.batch, path: part.batch.path.slice(1) } }),
  bad("path-too-long", "SYN-20", "A hash too many.", { batch: { ...part.batch, path: [...part.batch.path, sha256("x")] } }),
  bad("path-other-order", "SYN-20", "The hashes of the proof in another order.", {
    batch: { ...part.batch, path: [...part.batch.path].reverse() },
  }),
  bad("no-items", "SYN-19", "Nothing in it.", { items: [] }, "shape"),
  bad("beyond-batch", "SYN-19", "It would end beyond its batch.", { items: [...part.items, ...part.items] }, "shape"),
  bad("genesis", "SYN-19", "A genesis is never in a run.", { type: "genesis", pool: null, prev: [] }, "shape"),
  bad("unknown-member", "SYN-19", "A member that no run has.", { op_id: second.op_id }, "shape"),
  bad("unknown-member-in-batch", "SYN-19", "A member that no batch has.", { batch: { ...part.batch, root: sha256("x") } }, "shape"),
  bad("salt-short", "SYN-19", "A salt of 15 bytes.", { items: [["0".repeat(30), second.payload]] }, "shape"),
  bad("salt-alone", "SYN-19", "A salt without payload.", { items: [["0".repeat(32)]] }, "shape"),
  bad("hash-upper-case", "SYN-19", "A hash in upper case.", { items: [`sha256:${sha256("x").toUpperCase()}`] }, "shape"),
  bad("seq-too-large", "SYN-19", "The last number would be beyond 2^53 − 1.", { seq: Number.MAX_SAFE_INTEGER }, "shape"),
];

const page = { authors: {}, limit: 200, bytes: 8 * 1024 * 1024 };

function inMessage(name: string, comment: string, make: (log: Log, ops: readonly Envelope[]) => readonly [object, object]): Vector {
  const log = pool(name);
  const [asked, expected] = make(log, batchIn(log));
  return exchange(name, "SYN-19", comment, log, { from: "phone", ...asked } as never, expected as never);
}

const labels = ["batch-a", "batch-b", "batch-c", "batch-d", "batch-e"];
const inMessages: readonly Vector[] = [
  inMessage("ops-since-runs", "With runs: what was written together comes as one item, and where the page ends is told.", (log, ops) => {
    const authors = { [did("laptop")]: [log.id("milk")] };
    const last = ops.at(-1) as Envelope;
    const reply = { type: "ops", ops: [runOf(ops, ops)], more: false, unknown: [], last: [last.lamport, last.op_id] };
    return [{ request: { type: "ops_since", ...page, authors, runs: true } }, { reply }];
  }),
  inMessage("ops-since-runs-limit", "A limit counts operations, not items.", (log, ops) => {
    const authors = { [did("laptop")]: [log.id("milk")] };
    const last = ops[2] as Envelope;
    const reply = { type: "ops", ops: [runOf(ops.slice(0, 3), ops)], more: true, unknown: [], last: [last.lamport, last.op_id] };
    return [{ request: { type: "ops_since", ...page, authors, limit: 3, runs: true } }, { reply }];
  }),
  inMessage("ops-request-runs", "With runs, what was asked for comes in order, and what stands side by side as one item.", (log, ops) => {
    const reply = { type: "ops", ops: [runOf(ops.slice(0, 3), ops), ops[4]] };
    const want = ["batch-e", "batch-c", "batch-b", "batch-a"].map((label) => log.id(label));
    return [{ request: { type: "ops_request", want, runs: true } }, { reply }];
  }),
  inMessage("push-run", "A run that is pushed: its operations are accepted as if they had come one by one.", (log, ops) => [
    { request: { type: "push", ops: [runOf(ops, ops)] }, lacks: labels },
    { reply: { type: "push_result", accepted: log.ids(...labels).sort(), rejected: [], deferred: [] } },
  ]),
  inMessage("push-run-deferred", "What it follows is missing: all of it waits.", (log, ops) => [
    { request: { type: "push", ops: [runOf(ops.slice(2), ops)] }, lacks: labels },
    { reply: { type: "push_result", accepted: [], rejected: [], deferred: log.ids(...labels.slice(2)).sort() }, absent: labels },
  ]),
  inMessage("push-run-bad", "A run whose signature does not hold is rejected as a whole; what stands beside it is taken.", (log, ops) => {
    const tea = log.op("more-tea", "phone", "claim", { ...claim, object: "more tea" }, { after: [] });
    const bad = { ...runOf(ops, ops), ts: 1 };
    const rejected = [{ op: "", reason: "signature or identity verification failed" }];
    return [
      { request: { type: "push", ops: [bad, tea] }, lacks: [...labels, "more-tea"] },
      { reply: { type: "push_result", accepted: [tea.op_id], rejected, deferred: [] }, absent: labels, refused: true },
    ];
  }),
];

export const runVectors: readonly Vector[] = [...alone, ...inMessages];
