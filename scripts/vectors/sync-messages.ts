/** Part `sync`: each message between replicas, and what is no message. */
import { basePredicates } from "../../src/core/claim/predicates.ts";
import { jcs, sha256 } from "./hashing.ts";
import type { Envelope, Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import { allHeads, badRequest, did, type Exchange, type Expected, exchange, pool, poolOps, server } from "./sync-pool.ts";
import type { Vector } from "./vector.ts";

const tips = { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] };
const protocol = "fpl-sync/1";

/** `same` of whoever holds these heads, and this protocol's registry. */
function sameHash(heads: object): string {
  const { authors } = heads as { readonly authors: object };
  return `sha256:${sha256(jcs({ authors, registry: `sha256:${sha256(jcs(basePredicates))}` }))}`;
}

/** A request by the phone. */
function ask(name: string, rule: string, comment: string, make: (log: Log) => readonly [Omit<Exchange, "from">, Expected]): Vector {
  const log = pool(name);
  const [asked, expected] = make(log);
  return exchange(name, rule, comment, log, { from: "phone", ...asked }, expected);
}

const malformed = (name: string, comment: string, rule: string, request: object) =>
  ask(name, rule, comment, () => [{ request }, badRequest]);
const noMessage = (name: string, comment: string, request: unknown) =>
  ask(`message-${name}`, "SYN-2", comment, () => [
    { request },
    { reply: { type: "error", code: "bad_request", error: "message must be a JSON object" } },
  ]);
const unknownType = (name: string, comment: string, request: object) =>
  ask(`message-${name}`, "SYN-2", comment, () => [{ request }, { reply: { type: "error", code: "unknown_type" } }]);

const general: readonly Vector[] = [
  noMessage("null", "null is no object.", null),
  noMessage("list", "Nor is a list.", [{ type: "hello" }]),
  noMessage("text", "Nor is a text.", "hello"),
  noMessage("number", "Nor is a number.", 1),
  unknownType("unknown-type", "A type that nobody knows.", { type: "gossip" }),
  unknownType("no-type", "No type at all.", {}),
  unknownType("type-number", "A type is a text.", { type: 7 }),
  unknownType("type-case", "hello, not HELLO.", { type: "HELLO" }),
  unknownType("type-proto", "No property of every object is a message.", { type: "constructor" }),
  unknownType("reply-type", "A reply is no request.", { type: "push_result", accepted: [], rejected: [], deferred: [] }),
];

const inOrder = (log: Log, ...labels: string[]) =>
  labels.sort((left, right) => log.get(left).lamport - log.get(right).lamport || (log.id(left) < log.id(right) ? -1 : 1));

const greetings: readonly Vector[] = [
  ask("hello", "SYN-3", "A replica is told the pool, the registry's hash and the heads.", (log) => [
    { request: { type: "hello" } },
    { reply: { type: "hello", protocol, node: server, pool: log.id("genesis"), heads: allHeads(log, tips) } },
  ]),
  ask("hello-unknown-members", "SYN-1", "Members of a request that nobody knows are ignored; so is an extension.", (log) => [
    { request: { type: "hello", extensions: ["teleport/9"], mood: "fine" } },
    { reply: { type: "hello", protocol, node: server, pool: log.id("genesis") } },
  ]),
  ask("hello-same", "SYN-21", "Whoever holds the same is told so, and no more.", (log) => [
    { request: { type: "hello", same: sameHash(allHeads(log, tips)) } },
    { reply: { type: "hello", protocol, node: server, same: true }, members: ["node", "protocol", "same", "type"] },
  ]),
  ask("hello-same-other", "SYN-21", "Whoever does not is answered as always.", (log) => [
    { request: { type: "hello", same: sameHash(allHeads(log, { ...tips, phone: ["tea"] })) } },
    { reply: { type: "hello", protocol, node: server, pool: log.id("genesis"), heads: allHeads(log, tips), same: null } },
  ]),
  ask("hello-same-incomplete", "SYN-21", "Nor is it said where a payload is missing.", (log) => [
    { request: { type: "hello", same: sameHash(allHeads(log, tips)) }, stripped: ["tea"] },
    { reply: { type: "hello", protocol, node: server, pool: log.id("genesis"), heads: allHeads(log, tips, ["tea"]), same: null } },
  ]),
  ask("hello-since-nothing", "SYN-22", "Whoever holds nothing is given the first page at once.", (log) => [
    { request: { type: "hello", same: sameHash({ authors: {} }) } },
    {
      reply: { type: "hello", protocol, node: server, pool: log.id("genesis"), heads: allHeads(log, tips), more: false },
      ops: inOrder(log, ...poolOps),
      in_order: true,
    },
  ]),
  ask("hello-since-unknown", "SYN-22", "Of a moment that the server never saw it says nothing.", (log) => [
    { request: { type: "hello", same: sameHash(allHeads(log, { root: ["genesis"] })) } },
    { reply: { type: "hello", protocol, node: server, heads: allHeads(log, tips), same: null, ops: null, more: null, last: null } },
  ]),
  ask("heads", "SYN-12", "The tips of each author's chain.", (log) => [
    { request: { type: "heads" } },
    { reply: { type: "heads", ...allHeads(log, tips) } },
  ]),
  ask("heads-fork", "SYN-12", "A forked author has several.", (log) => {
    log.op("cream", "laptop", "claim", claim, { own: "tea", after: [] });
    return [{ request: { type: "heads" } }, { reply: { type: "heads", ...allHeads(log, { ...tips, laptop: ["milk", "cream"] }) } }];
  }),
  ask("heads-incomplete", "SYN-12", "Operations without payload are named.", (log) => [
    { request: { type: "heads" }, stripped: ["tea"] },
    { reply: { type: "heads", ...allHeads(log, tips, ["tea"]) } },
  ]),
];

const byId = (log: Log, labels: readonly string[]) => log.ids(...labels).sort();

const frontiers: readonly Vector[] = [
  ask("frontier", "SYN-4", "All ids, ascending, and the highest lamport.", (log) => [
    { request: { type: "frontier" } },
    { reply: { type: "frontier", protocol, op_ids: byId(log, poolOps), lamport: 9 } },
  ]),
  ask("frontier-page", "SYN-4", "The first page of four.", (log) => [
    { request: { type: "frontier", limit: 4 } },
    { reply: { type: "frontier", op_ids: byId(log, poolOps).slice(0, 4) } },
  ]),
  ask("frontier-next-page", "SYN-4", "The page after it.", (log) => [
    { request: { type: "frontier", after: byId(log, poolOps)[3], limit: 4 } },
    { reply: { type: "frontier", op_ids: byId(log, poolOps).slice(4, 8) } },
  ]),
  ask("frontier-after-unknown", "SYN-4", "after need not be an id of the log.", (log) => [
    { request: { type: "frontier", after: `op:${"0".repeat(64)}`, limit: 2 } },
    { reply: { type: "frontier", op_ids: byId(log, poolOps).slice(0, 2) } },
  ]),
  ask("frontier-last-page", "SYN-4", "Pages end with an empty one.", (log) => [
    { request: { type: "frontier", after: byId(log, poolOps).at(-1), limit: 4 } },
    { reply: { type: "frontier", op_ids: [] } },
  ]),
  malformed("frontier-limit-zero", "limit is at least 1.", "SYN-4", { type: "frontier", limit: 0 }),
  malformed("frontier-limit-text", "limit is a number.", "SYN-4", { type: "frontier", limit: "4" }),
  malformed("frontier-after-number", "after is an op_id.", "SYN-4", { type: "frontier", after: 4 }),
];

const requests: readonly Vector[] = [
  ask("ops-request", "SYN-5", "What is here of what is wanted.", (log) => [
    { request: { type: "ops_request", want: [log.id("tea"), `op:${"0".repeat(64)}`, log.id("genesis")] } },
    { reply: { type: "ops" }, ops: ["tea", "genesis"] },
  ]),
  ask("ops-request-stripped", "SYN-5", "An operation without payload is sent as it is held.", (log) => [
    { request: { type: "ops_request", want: log.ids("tea", "milk") }, stripped: ["tea"] },
    { reply: { type: "ops" }, ops: ["tea", "milk"] },
  ]),
  ask("ops-request-nothing", "SYN-5", "Nothing wanted, nothing sent.", () => [
    { request: { type: "ops_request", want: [] } },
    { reply: { type: "ops", ops: [] } },
  ]),
  ask("ops-request-1001", "SYN-5", "The first 1,000 of what is wanted; the one that is here stands behind them.", (log) => [
    { request: { type: "ops_request", want: [...Array.from({ length: 1_000 }, (_, n) => `op:${sha256(`wanted ${n}`)}`), log.id("tea")] } },
    { reply: { type: "ops", ops: [] }, refused: true },
  ]),
  malformed("ops-request-no-want", "want is missing.", "SYN-5", { type: "ops_request" }),
  malformed("ops-request-want-text", "want is a list.", "SYN-5", { type: "ops_request", want: "all" }),
  malformed("ops-request-want-no-ids", "Of op_ids.", "SYN-5", { type: "ops_request", want: [1] }),
];

const flip = (op: Envelope): Envelope => ({ ...op, sig: `${op.sig.slice(0, -1)}${op.sig.endsWith("0") ? "1" : "0"}` });
const some = (log: Log, count: number) =>
  Array.from({ length: count }, (_, n) => log.op(`said-${n}`, "phone", "claim", { ...claim, object: n }));

const pushes: readonly Vector[] = [
  ask("push", "SYN-6", "What is new is accepted, what is known is not mentioned.", (log) => [
    { request: { type: "push", ops: log.list("tea", "milk", "figs") }, lacks: ["milk", "figs"] },
    { reply: { type: "push_result", accepted: log.ids("milk", "figs").sort(), rejected: [], deferred: [] } },
  ]),
  ask("push-deferred", "SYN-6", "What follows a missing operation is deferred.", (log) => [
    { request: { type: "push", ops: log.list("milk") }, lacks: ["tea", "milk", "figs"] },
    { reply: { type: "push_result", accepted: [], rejected: [], deferred: log.ids("milk") }, absent: ["milk"], refused: true },
  ]),
  ask("push-nothing", "SYN-9", "An empty push, to hear what the server wants.", (log) => [
    { request: { type: "push", ops: [] }, stripped: ["tea", "mail"] },
    { reply: { type: "push_result", accepted: [], rejected: [], deferred: [], want: log.ids("tea", "mail").sort() } },
  ]),
  ask("push-payload", "SYN-9", "The wanted payload comes: attached, neither accepted nor rejected, and no longer wanted.", (log) => [
    { request: { type: "push", ops: log.list("tea") }, stripped: ["tea"] },
    { reply: { type: "push_result", accepted: [], rejected: [], deferred: [], want: [] } },
  ]),
  ask("push-of-removed", "DEV-12", "What a removed key wrote is still taken from a device in good standing.", (log) => {
    log.op("removal", "laptop", "device_remove", { key: did("inbox"), last: null }, { after: [] });
    return [
      { request: { type: "push", ops: log.list("mail") }, lacks: ["mail"] },
      { reply: { type: "push_result", accepted: log.ids("mail"), rejected: [], deferred: [] } },
    ];
  }),
  ask("push-19-bad-signatures", "TRA-15", "19 bad signatures: each is rejected, the rest is taken.", (log) => {
    const ops = some(log, 20);
    const first = ops[0] as Envelope;
    const others = ops.slice(1).map(flip);
    return [
      { request: { type: "push", ops: [...others, first] }, lacks: ops.map((_, n) => `said-${n}`) },
      { reply: { type: "push_result", accepted: [first.op_id], deferred: [] }, refused: true },
    ];
  }),
  ask("push-20-bad-signatures", "TRA-15", "20 bad signatures: the push is refused whole.", (log) => {
    const ops = some(log, 21);
    const labels = ops.map((_, n) => `said-${n}`);
    const [first = "", ...others] = labels;
    return [
      { request: { type: "push", ops: [log.get(first), ...others.map((label) => flip(log.get(label)))] }, lacks: labels },
      { reply: { type: "error", code: "bad_signature" }, absent: labels },
    ];
  }),
  malformed("push-no-ops", "ops is missing.", "SYN-6", { type: "push" }),
  malformed("push-ops-object", "ops is a list.", "SYN-6", { type: "push", ops: {} }),
];

const page = { limit: 1_000, bytes: 8 * 1024 * 1024 };
const have = (log: Log, known: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    Object.entries(known).map(([name, labels]) => [did(name), labels.map((label) => (label.startsWith("op:") ? label : log.id(label)))]),
  );
const strange = `op:${sha256("of another branch")}`;

function since(name: string, comment: string, make: (log: Log) => readonly [object, Expected]): Vector {
  return ask(`ops-since-${name}`, "SYN-13", comment, (log) => {
    const [question, expected] = make(log);
    return [{ request: { type: "ops_since", ...page, ...question } }, { in_order: true, ...expected }];
  });
}

const all = { type: "ops", more: false, unknown: [] };

const differences: readonly Vector[] = [
  since("nothing-here", "The client has nothing: everything, in (lamport, op_id) order.", (log) => [
    { authors: have(log, { root: [], laptop: [], phone: [], inbox: [] }) },
    { reply: all, ops: inOrder(log, ...poolOps) },
  ]),
  since("all-here", "The client has the server's tips: nothing.", (log) => [
    { authors: have(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] }) },
    { reply: all, ops: [] },
  ]),
  since("some-here", "It has an older tip of one author, and none of another.", (log) => [
    { authors: have(log, { root: ["add-lamp"], laptop: ["tea"], phone: [], inbox: ["mail"] }) },
    { reply: all, ops: inOrder(log, "milk", "figs") },
  ]),
  since("unnamed-author", "An author that is not named is left out.", (log) => [
    { authors: have(log, { phone: [] }) },
    { reply: all, ops: ["figs"] },
  ]),
  since("unknown-author", "An author of whom the server has nothing.", (log) => [
    { authors: have(log, { stranger: [] }) },
    { reply: all, ops: [] },
  ]),
  since("unknown-id", "An id that the server does not know: that author is put into unknown, the others are served.", (log) => [
    { authors: have(log, { root: ["add-lamp"], laptop: [strange], phone: [] }) },
    { reply: { ...all, unknown: [did("laptop")] }, ops: ["figs"] },
  ]),
  since("one-unknown-id", "One unknown id among known ones is enough.", (log) => [
    { authors: have(log, { laptop: ["tea", strange] }) },
    { reply: { ...all, unknown: [did("laptop")] }, ops: [] },
  ]),
  since("locator", "Of a locator the known ids count.", (log) => [
    { authors: {}, locators: have(log, { laptop: [strange, "tea"] }) },
    { reply: all, ops: ["milk"] },
  ]),
  since("locator-unknown", "Perhaps none: all of that author.", (log) => [
    { authors: {}, locators: have(log, { laptop: [strange] }) },
    { reply: all, ops: ["tea", "milk"] },
  ]),
  since("fork", "The client has one branch: it is sent the other, from where it left.", (log) => {
    log.op("cream", "laptop", "claim", claim, { own: "tea", after: [] });
    log.op("sugar", "laptop", "claim", claim, { own: "cream", after: [] });
    return [{ authors: have(log, { laptop: ["milk"] }) }, { reply: all, ops: ["cream", "sugar"] }];
  }),
  ask("ops-since-headers", "SYN-17", "With headers: without payloads, but for those that admission demands.", (log) => {
    log.op("no", "laptop", "refutation", { targets: [log.id("milk")] });
    const authors = have(log, { root: [], phone: [], laptop: [] });
    const request = { type: "ops_since", ...page, authors, headers: true };
    const claims = inOrder(log, "tea", "milk", "figs");
    const whole = poolOps.filter((label) => label === "genesis" || label.startsWith("add-"));
    return [{ request }, { in_order: true, reply: all, ops: inOrder(log, ...whole, ...claims, "no"), bare: claims }];
  }),
  since("limit", "Three at a time: there is more.", (log) => [
    { authors: have(log, { root: [], laptop: [], phone: [], inbox: [] }), limit: 3 },
    { reply: { ...all, more: true }, ops: ["genesis", "add-laptop", "add-phone"] },
  ]),
  since("after", "The next page follows (lamport, op_id).", (log) => [
    { authors: have(log, { root: [], laptop: [], phone: [], inbox: [] }), limit: 3, after: [3, log.id("add-phone")] },
    { reply: { ...all, more: true }, ops: ["add-server", "add-inbox", "add-helper"] },
  ]),
  since("last-page", "A page that ends the list says so, even when it is full.", (log) => [
    { authors: have(log, { root: [] }), limit: 3, after: [4, log.id("add-server")] },
    { reply: all, ops: ["add-inbox", "add-helper", "add-lamp"] },
  ]),
  since("bytes", "However few bytes: at least one operation.", (log) => [
    { authors: have(log, { root: [] }), bytes: 1 },
    { reply: { ...all, more: true }, ops: ["genesis"] },
  ]),
  malformed("ops-since-authors-list", "authors is an object.", "SYN-13", { type: "ops_since", ...page, authors: [] }),
  malformed("ops-since-ids-text", "Of lists of op_ids.", "SYN-13", { type: "ops_since", ...page, authors: { [did("laptop")]: "all" } }),
  malformed("ops-since-after-id", "after is a place.", "SYN-13", { type: "ops_since", ...page, authors: {}, after: strange }),
  malformed("ops-since-limit-zero", "limit is at least 1.", "SYN-13", { type: "ops_since", ...page, authors: {}, limit: 0 }),
];

export const messageVectors: readonly Vector[] = [...general, ...greetings, ...frontiers, ...requests, ...pushes, ...differences];
