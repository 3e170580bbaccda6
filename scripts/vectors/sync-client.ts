/** Part `sync`: the client's side, against replies that were written down; and the line that sums a sync up. */
import type { Envelope, Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import { allHeads, did, pool, poolOps, server } from "./sync-pool.ts";
import { invalid, type Vector, valid } from "./vector.ts";

interface Script {
  /** Labels of what the client holds. */
  readonly holds: readonly string[];
  /** What the server answers, one reply a request. */
  readonly replies: readonly unknown[];
}

interface Ends {
  /** Types of the client's requests, in order. */
  readonly requests: readonly string[];
  /** The code of the error that ends the sync. */
  readonly error?: string;
  /** Parts of the report. */
  readonly pulled?: number;
  readonly pushed?: number;
  readonly deferred?: readonly string[];
  readonly rejected?: readonly string[];
  /** Labels in the order of the pushes, one list a push. */
  readonly pushes?: readonly (readonly string[])[];
}

function client(name: string, rule: string, comment: string, make: (log: Log) => readonly [Script, Ends]): Vector {
  const log = pool(`client-${name}`);
  const [{ holds, replies }, { pushes, deferred, rejected, ...ends }] = make(log);
  const sound = ends.error === undefined && (deferred ?? []).length + (rejected ?? []).length === 0;
  return (sound ? valid : invalid)(
    { path: `sync/client-${name}`, rule, comment, kind: "client" },
    { ...log.legend(), pool: log.id("genesis"), expected_node: server, log: log.list(...holds), replies },
    {
      ...ends,
      ...(pushes ? { pushes: pushes.map((labels) => log.ids(...labels)) } : {}),
      ...(ends.error ? {} : { deferred: log.ids(...(deferred ?? [])).sort(), rejected: log.ids(...(rejected ?? [])).sort() }),
    },
  );
}

const plainHello = { type: "hello", protocol: "fpl-sync/1", node: server };
const frontier = (log: Log, labels: readonly string[]) => ({
  type: "frontier",
  protocol: "fpl-sync/1",
  op_ids: log.ids(...labels).sort(),
  lamport: 9,
});
const ops = (list: readonly Envelope[]) => ({ type: "ops", ops: list });
const pushResult = (log: Log, labels: readonly string[]) => ({
  type: "push_result",
  accepted: log.ids(...labels),
  rejected: [],
  deferred: [],
});
const founding = poolOps.slice(0, 7);

const withoutTwo = poolOps.filter((label) => label !== "milk" && label !== "figs");
/** A `hello` with all heads and the first page of what came after. */
const bringing = (log: Log, page: object) => {
  const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] });
  return { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1", "same/1"], heads, ...page };
};

const refusals: readonly Vector[] = (
  [
    ["no-hello", "The reply is no hello.", () => ({ type: "frontier", op_ids: [], lamport: 0 })],
    ["error-reply", "The server refuses.", () => ({ type: "error", error: "this key may not do that", code: "unauthorized" })],
    ["other-protocol", "Another protocol.", () => ({ ...plainHello, protocol: "fpl-sync/2" })],
    ["no-protocol", "None at all.", () => ({ type: "hello", node: server })],
    ["other-node", "Another node than expected.", () => ({ ...plainHello, node: did("stranger") })],
    ["reply-list", "A reply is an object.", () => [plainHello]],
  ] as const
).map(([name, comment, reply]) =>
  client(`refuses-${name}`, "SYN-7", comment, () => [
    { holds: founding, replies: [reply()] },
    { requests: ["hello"], error: "peer" },
  ]),
);

const flows: readonly Vector[] = [
  client("plain-nothing", "SYN-9", "Both hold the same: an empty push ends the sync, to hear what the server wants.", (log) => [
    { holds: poolOps, replies: [plainHello, frontier(log, poolOps), pushResult(log, [])] },
    { requests: ["hello", "frontier", "push"], pulled: 0, pushed: 0, pushes: [[]] },
  ]),
  client("plain-pull", "SYN-7", "What the server has is asked for and taken in.", (log) => [
    { holds: founding, replies: [plainHello, frontier(log, poolOps), ops(log.list("tea", "milk", "figs", "mail")), pushResult(log, [])] },
    { requests: ["hello", "frontier", "ops_request", "push"], pulled: 4, pushed: 0 },
  ]),
  client("plain-pull-backwards", "SYN-7", "In whatever order it comes.", (log) => [
    { holds: founding, replies: [plainHello, frontier(log, poolOps), ops(log.list("milk", "figs", "tea", "mail")), pushResult(log, [])] },
    { requests: ["hello", "frontier", "ops_request", "push"], pulled: 4, pushed: 0 },
  ]),
  client("plain-pull-more", "SYN-5", "more: true: the rest is asked for again, and what waited for it is taken in then.", (log) => [
    {
      holds: founding,
      replies: [
        plainHello,
        frontier(log, poolOps),
        { ...ops(log.list("milk", "mail")), more: true },
        ops(log.list("tea", "figs")),
        pushResult(log, []),
      ],
    },
    { requests: ["hello", "frontier", "ops_request", "ops_request", "push"], pulled: 4, pushed: 0 },
  ]),
  client("plain-push", "SYN-6", "What the server lacks is pushed in (lamport, op_id) order; a push was made, so none follows.", (log) => [
    { holds: poolOps.slice(0, 9), replies: [plainHello, frontier(log, founding), pushResult(log, ["tea", "milk"])] },
    { requests: ["hello", "frontier", "push"], pulled: 0, pushed: 2, pushes: [["tea", "milk"]] },
  ]),
  client("plain-wanted", "SYN-9", "The empty push's answer wants payloads that are here: they are pushed.", (log) => [
    {
      holds: poolOps,
      replies: [plainHello, frontier(log, poolOps), { ...pushResult(log, []), want: log.ids("tea") }, pushResult(log, [])],
    },
    { requests: ["hello", "frontier", "push", "push"], pulled: 0, pushed: 0, pushes: [[], ["tea"]] },
  ]),
  client("plain-rejected", "SYN-10", "What does not verify is rejected and reported; the rest is taken.", (log) => {
    const bad = { ...log.get("mail"), sig: "0".repeat(128) };
    return [
      {
        holds: founding,
        replies: [plainHello, frontier(log, [...founding, "tea", "mail"]), ops([log.get("tea"), bad]), pushResult(log, [])],
      },
      { requests: ["hello", "frontier", "ops_request", "push"], pulled: 1, pushed: 0, rejected: ["mail"] },
    ];
  }),
  client("plain-deferred", "SYN-10", "The server does not send what milk follows: it is reported as deferred.", (log) => [
    { holds: founding, replies: [plainHello, frontier(log, [...founding, "tea", "milk"]), ops(log.list("milk")), pushResult(log, [])] },
    { requests: ["hello", "frontier", "ops_request", "push"], pulled: 0, pushed: 0, deferred: ["milk"] },
  ]),
  client("heads-same", "SYN-21", "same: true: there is nothing more to ask.", () => [
    { holds: poolOps, replies: [{ ...plainHello, same: true }] },
    { requests: ["hello"], pulled: 0, pushed: 0 },
  ]),
  client("heads-in-sync", "SYN-14", "hello carries the server's heads: two nodes in sync know in one round trip.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] });
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], heads };
    return [
      { holds: poolOps, replies: [hello] },
      { requests: ["hello"], pulled: 0, pushed: 0 },
    ];
  }),
  client("unproven-server", "SYN-18", "A server that was restored is told, at the end, what is known here of what it wrote.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] });
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], unproven: true, heads };
    return [
      { holds: poolOps, replies: [hello, { type: "heads", ...heads }] },
      { requests: ["hello", "heads"], pulled: 0, pushed: 0 },
    ];
  }),
  client("heads-push", "SYN-14", "The server's tips tell what it lacks.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["tea"], phone: ["figs"], inbox: ["mail"] });
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], heads };
    return [
      { holds: poolOps, replies: [hello, pushResult(log, ["milk"])] },
      { requests: ["hello", "push"], pulled: 0, pushed: 1, pushes: [["milk"]] },
    ];
  }),
  client("heads-pull", "SYN-14", "And what the client lacks.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] });
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], heads };
    const page = { type: "ops", ops: log.list("milk", "figs"), more: false, unknown: [] };
    const holds = poolOps.filter((label) => label !== "milk" && label !== "figs");
    return [
      { holds, replies: [hello, page] },
      { requests: ["hello", "ops_since"], pulled: 2, pushed: 0 },
    ];
  }),
  client("heads-since", "SYN-22", "hello brings the first page: it is not asked for.", (log) => {
    const hello = bringing(log, { ops: log.list("milk", "figs"), more: false });
    return [
      { holds: withoutTwo, replies: [hello] },
      { requests: ["hello"], pulled: 2, pushed: 0 },
    ];
  }),
  client("heads-since-more", "SYN-22", "The pages after it are asked for.", (log) => {
    const hello = bringing(log, { ops: log.list("milk"), more: true });
    const page = { type: "ops", ops: log.list("figs"), more: false, unknown: [] };
    return [
      { holds: withoutTwo, replies: [hello, page] },
      { requests: ["hello", "ops_since"], pulled: 2, pushed: 0 },
    ];
  }),
  client("heads-since-out-of-order", "SYN-22", "It must lead on like any page.", (log) => {
    const hello = bringing(log, { ops: log.list("figs"), more: true });
    const page = { type: "ops", ops: log.list("tea"), more: true, unknown: [] };
    return [
      { holds: founding, replies: [hello, page] },
      { requests: ["hello", "ops_since"], error: "peer" },
    ];
  }),
  client("heads-wanted", "SYN-14", "heads.incomplete wants a payload that is here.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] }, ["mail"]);
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], heads };
    return [
      { holds: poolOps, replies: [hello, pushResult(log, [])] },
      { requests: ["hello", "push"], pulled: 0, pushed: 0, pushes: [["mail"]] },
    ];
  }),
  client("heads-out-of-order", "SYN-13", "Pages that do not go forward would never end.", (log) => {
    const heads = allHeads(log, { root: ["add-lamp"], laptop: ["milk"], phone: ["figs"], inbox: ["mail"] });
    const hello = { ...plainHello, pool: log.id("genesis"), extensions: ["heads/1"], heads };
    const page = { type: "ops", ops: log.list("tea"), more: true, unknown: [] };
    return [
      { holds: founding, replies: [hello, page, page] },
      { requests: ["hello", "ops_since", "ops_since"], error: "peer" },
    ];
  }),
  client("other-pool", "SYN-7", "The server says that it holds another pool.", (log) => {
    const other = { ...plainHello, pool: log.id("tea") };
    return [
      { holds: founding, replies: [other] },
      { requests: ["hello"], error: "peer" },
    ];
  }),
  client("unaccepted-push", "SYN-10", "The server defers what was pushed: the report says so.", (log) => {
    log.op("cocoa", "laptop", "claim", claim);
    const reply = { type: "push_result", accepted: [], rejected: [], deferred: log.ids("cocoa") };
    return [
      { holds: [...poolOps, "cocoa"], replies: [plainHello, frontier(log, poolOps), reply] },
      { requests: ["hello", "frontier", "push"], pulled: 0, pushed: 0, deferred: ["cocoa"], pushes: [["cocoa"]] },
    ];
  }),
];

const op = (digit: string) => `op:${digit.repeat(64)}`;

function summary(name: string, comment: string, report: object, text: string): Vector {
  const about = { path: `sync/summary-${name}`, rule: "SYN-10", comment, kind: "summary" };
  return valid(
    about,
    { report: { peer: server, rejected: [], deferred: [], conflicts: [], ...report } },
    { summary: `sync with ${server}: ${text}` },
  );
}

const conflicts = [{ subject: "self", predicate: "place.home", winner: op("1"), losers: [op("2")] }];
const summaries: readonly Vector[] = [
  summary("nothing", "Numbers that are never left out.", { pulled: 0, pushed: 0 }, "pulled 0, pushed 0"),
  summary(
    "all",
    "Every part.",
    { pulled: 3, pushed: 2, rejected: [{ op: op("3"), reason: "" }], deferred: [op("4"), op("5")], conflicts },
    "pulled 3, pushed 2, rejected 1, deferred 2, resolved 1 claim conflict(s)",
  ),
  summary(
    "conflicts",
    "Only the parts that say something.",
    { pulled: 1, pushed: 0, conflicts },
    "pulled 1, pushed 0, resolved 1 claim conflict(s)",
  ),
];

export const clientVectors: readonly Vector[] = [...refusals, ...flows, ...summaries];
