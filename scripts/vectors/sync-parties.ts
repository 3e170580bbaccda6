/** Part `sync`: the authorisation table of section 7, a row and a message at a time. */
import { founded, type Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import { allHeads, did, type Exchange, type Expected, exchange, pool, reducedHeads, server, unauthorized } from "./sync-pool.ts";
import type { Vector } from "./vector.ts";

const control = ["genesis", "add-laptop", "add-phone", "add-server", "add-inbox", "add-helper", "add-lamp"] as const;
const greeting = { type: "hello", protocol: "fpl-sync/1", node: server };

function party(
  name: string,
  from: string | null,
  comment: string,
  rule: string,
  make: (log: Log) => readonly [Omit<Exchange, "from">, Expected],
): Vector {
  const log = pool(`party-${name}`);
  const [asked, expected] = make(log);
  return exchange(`party-${name}`, rule, comment, log, { from, ...asked }, expected);
}

const refuses = (name: string, from: string | null, comment: string, request: (log: Log) => object, rule = "TRA-12") =>
  party(name, from, comment, rule, (log) => [{ request: request(log) }, unauthorized]);

const frontier = () => ({ type: "frontier" });
const opsRequest = (log: Log) => ({ type: "ops_request", want: log.ids("genesis") });
const heads = () => ({ type: "heads" });
const nothing = () => ({ type: "push", ops: [] });
const since = () => ({ type: "ops_since", authors: {}, limit: 10, bytes: 1_000_000 });
const pull = () => ({ type: "delegate_pull", grant_id: `op:${"1".repeat(64)}`, grantee: did("stranger"), nonce: "0".repeat(32) });
const receipt = () => ({ type: "purge_receipt", receipt: { kind: "holdings", grant: `op:${"1".repeat(64)}` } });
const holdings = () => ({ type: "holdings_request", grant_id: `op:${"1".repeat(64)}`, nonce: "0".repeat(32) });

const replicas: readonly Vector[] = [
  ...["root", "server"].map((from) =>
    party(`${from}-frontier`, from, `${from === "root" ? "Root" : "A mirror"} may ask for everything.`, "TRA-12", (log) => [
      { request: frontier() },
      {
        reply: {
          type: "frontier",
          op_ids: log
            .list()
            .map(({ op_id }) => op_id)
            .sort(),
        },
      },
    ]),
  ),
  party("mirror-pushes", "server", "A mirror carries what others wrote.", "TRA-12", (log) => [
    { request: { type: "push", ops: log.list("figs") }, lacks: ["figs"] },
    { reply: { type: "push_result", accepted: log.ids("figs") } },
  ]),
  refuses("full-unknown-grant", "laptop", "A grant that nobody knows.", pull),
];

const writers: readonly Vector[] = [
  party("ingest-hello", "inbox", "Heads reduced to what it needs to write its next operation.", "TRA-12", (log) => [
    { request: { type: "hello" } },
    { reply: { ...greeting, pool: log.id("genesis"), heads: reducedHeads(log, "inbox", ["mail"], ["milk", "figs"], control) } },
  ]),
  party("ingest-heads", "inbox", "The same by heads.", "TRA-12", (log) => [
    { request: heads() },
    {
      reply: { type: "heads", ...reducedHeads(log, "inbox", ["mail"], ["milk", "figs"], control) },
      members: ["authors", "control", "heads", "lamport", "type"],
    },
  ]),
  party("assistant-heads", "helper", "It has written nothing yet.", "TRA-12", (log) => [
    { request: heads() },
    { reply: { type: "heads", ...reducedHeads(log, "helper", [], ["milk", "figs", "mail"], control) } },
  ]),
  party("ingest-reads-own", "inbox", "Its own operations and control operations; others are as if they were not here.", "TRA-12", (log) => [
    { request: { type: "ops_request", want: log.ids("mail", "tea", "genesis", "figs") } },
    { reply: { type: "ops" }, ops: ["mail", "genesis"], refused: true },
  ]),
  party("ingest-pushes-own", "inbox", "It pushes what it wrote.", "TRA-12", (log) => [
    { request: { type: "push", ops: log.list("mail") }, lacks: ["mail"] },
    { reply: { type: "push_result", accepted: log.ids("mail"), rejected: [], deferred: [] } },
  ]),
  party("assistant-pushes-own", "helper", "So does an assistant.", "TRA-12", (log) => {
    log.op("idea", "helper", "claim", { ...claim, object: "cocoa" });
    return [
      { request: { type: "push", ops: log.list("idea") }, lacks: ["idea"] },
      { reply: { type: "push_result", accepted: log.ids("idea") } },
    ];
  }),
  party("ingest-pushes-other", "inbox", "One operation of another author refuses the message.", "TRA-12", (log) => [
    { request: { type: "push", ops: log.list("mail", "figs") }, lacks: ["mail", "figs"] },
    { ...unauthorized, absent: ["mail", "figs"] },
  ]),
  party("ingest-pushes-no-envelope", "inbox", "So does what is nobody's.", "TRA-12", (log) => [
    { request: { type: "push", ops: [...log.list("mail"), 7] }, lacks: ["mail"] },
    { ...unauthorized, absent: ["mail"] },
  ]),
  refuses("ingest-frontier", "inbox", "It holds no replica.", frontier),
  refuses("ingest-ops-since", "inbox", "It holds no replica.", since),
  refuses("assistant-frontier", "helper", "It holds no replica.", frontier),
  refuses("assistant-unknown-grant", "helper", "It may pull, but not under a grant that nobody knows.", pull),
  refuses("ingest-delegate-pull", "inbox", "It may not pull at all.", pull),
];

/** 40 heads that say nothing of the helper, and its add, the lowest of all. */
function manyHeads(): Vector {
  const log = founded("sync/party-many-heads", { laptop: "full", phone: "full", server: "mirror" });
  log.op("add-helper", "laptop", "device_add", { key: did("helper"), role: "assistant" }, { after: ["add-server"] });
  log.op("first", "phone", "claim", claim, { after: ["add-server"] });
  const forks = Array.from({ length: 40 }, (_, n) => `fork-${n}`);
  for (const [n, label] of forks.entries()) log.op(label, "phone", "claim", { ...claim, object: n }, { own: "first", after: [] });
  const highest = log
    .ids(...forks)
    .sort()
    .slice(-30);
  const heads = { lamport: 6, heads: [...highest, log.id("add-helper")].sort(), authors: {} };
  const comment = "Of more heads than fit, those highest; but among them the one by which the author is a device.";
  const asked = { from: "helper", request: { type: "heads" } };
  return exchange("party-many-heads", "OP-9", comment, log, asked, { reply: { type: "heads", ...heads } });
}

const strangers: readonly Vector[] = [
  ...(
    [
      ["unsigned", null],
      ["stranger", "stranger"],
      ["unknown-role", "lamp"],
    ] as const
  ).flatMap(([name, from]) => [
    party(`${name}-hello`, from, "hello tells protocol and node, nothing of the pool.", "TRA-12", () => [
      { request: { type: "hello" } },
      { reply: greeting, members: ["node", "protocol", "type"], refused: true },
    ]),
    refuses(`${name}-frontier`, from, "Nothing else.", frontier),
    refuses(`${name}-push`, from, "Nothing else, not even an empty push.", nothing),
  ]),
  refuses("stranger-ops-request", "stranger", "Not even the genesis.", opsRequest),
  refuses("stranger-heads", "stranger", "No heads.", heads),
  refuses("stranger-delegate-pull", "stranger", "An unknown grant is refused in the same words.", pull),
  refuses("stranger-purge-receipt", "stranger", "So is a receipt for one.", receipt),
  refuses("stranger-holdings", "stranger", "So is a challenge.", holdings),
  party("stranger-pushes", "stranger", "An operation of its own is not looked at.", "TRA-12", (log) => {
    log.op("strange", "stranger", "claim", claim);
    return [
      { request: { type: "push", ops: log.list("strange") }, lacks: ["strange"] },
      { ...unauthorized, absent: ["strange"] },
    ];
  }),
];

/** Laptop, which ranks before phone, removed phone. */
const removing = (log: Log) => log.op("removal", "laptop", "device_remove", { key: did("phone"), last: log.id("figs") });
/** Phone removed laptop. */
const challenging = (log: Log) => log.op("removal", "phone", "device_remove", { key: did("laptop"), last: null });

const removed = (name: string, comment: string, request: (log: Log) => object) =>
  party(`removed-${name}`, "phone", comment, "TRA-13", (log) => {
    removing(log);
    return [{ request: request(log) }, unauthorized];
  });

const gone: readonly Vector[] = [
  removed("hello", "A removed key is told nothing.", () => ({ type: "hello" })),
  removed("frontier", "Nothing at all.", frontier),
  removed("unknown-type", "Not even which messages there are.", () => ({ type: "gossip" })),
  party("removed-push", "phone", "And nothing is taken from it: others carry what it wrote.", "TRA-13", (log) => {
    log.op("removal", "laptop", "device_remove", { key: did("phone"), last: null }, { after: ["milk"] });
    return [
      { request: { type: "push", ops: log.list("figs") }, lacks: ["figs"] },
      { ...unauthorized, absent: ["figs"] },
    ];
  }),
  party(
    "removed-itself-hello",
    "phone",
    "A key that removed itself does not rank after itself: it has nothing to answer.",
    "TRA-13",
    (log) => {
      log.op("farewell", "phone", "device_remove", { key: did("phone"), last: log.id("figs") });
      return [{ request: { type: "hello" } }, unauthorized];
    },
  ),
  party("answering-hello", "laptop", "Removed only by a key that ranks after it: hello.", "TRA-13", (log) => {
    challenging(log);
    return [{ request: { type: "hello" } }, { reply: { ...greeting, pool: log.id("genesis") } }];
  }),
  party("answering-pushes-answer", "laptop", "It may push its own control operations: its answer.", "TRA-13", (log) => {
    challenging(log);
    log.op("answer", "laptop", "device_remove", { key: did("phone"), last: null });
    return [
      { request: { type: "push", ops: log.list("answer") }, lacks: ["answer"] },
      { reply: { type: "push_result", accepted: log.ids("answer"), rejected: [], deferred: [] } },
    ];
  }),
  party("answering-pushes-claim", "laptop", "Nothing else of its own.", "TRA-13", (log) => {
    challenging(log);
    log.op("cocoa", "laptop", "claim", claim, { after: [] });
    return [
      { request: { type: "push", ops: log.list("cocoa") }, lacks: ["cocoa"] },
      { ...unauthorized, absent: ["cocoa"] },
    ];
  }),
  party("answering-pushes-other", "laptop", "Nor another's control operations.", "TRA-13", (log) => {
    challenging(log);
    log.op("aid", "root", "device_remove", { key: did("phone"), last: null });
    return [
      { request: { type: "push", ops: log.list("aid") }, lacks: ["aid"] },
      { ...unauthorized, absent: ["aid"] },
    ];
  }),
  ...(
    [
      ["frontier", frontier],
      ["ops-request", opsRequest],
      ["ops-since", since],
    ] as const
  ).map(([name, request]) =>
    party(`answering-${name}`, "laptop", "It is sent nothing more.", "TRA-13", (log) => {
      challenging(log);
      return [{ request: request(log) }, unauthorized];
    }),
  ),
  party("answered", "laptop", "Its answer was heard: it is a replica again.", "TRA-13", (log) => {
    challenging(log);
    log.op("answer", "laptop", "device_remove", { key: did("phone"), last: null });
    const tips = { root: ["add-lamp"], laptop: ["answer"], phone: ["removal"], inbox: ["mail"] };
    return [{ request: heads() }, { reply: { type: "heads", ...allHeads(log, tips) } }];
  }),
];

export const partyVectors: readonly Vector[] = [...replicas, ...writers, manyHeads(), ...strangers, ...gone];
