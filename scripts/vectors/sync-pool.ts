/** The pool that the scenarios of part `sync` play in, and the form of a request and its reply. */
import { key } from "./hashing.ts";
import { bare, founded, type Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import { invalid, type Vector, valid } from "./vector.ts";

export const server = key("server").did;
export const did = (name: string) => key(name).did;

/** Root, two full devices, one of each other role, and something that each of four wrote. */
export function pool(name: string): Log {
  const log = founded(`sync/${name}`, {
    laptop: "full",
    phone: "full",
    server: "mirror",
    inbox: "ingest",
    helper: "assistant",
    lamp: "smart_lamp",
  });
  const say = (label: string, author: string, after?: readonly string[]) =>
    log.op(label, author, "claim", { ...claim, object: label }, after ? { after } : {});
  say("tea", "laptop");
  say("milk", "laptop");
  say("figs", "phone", ["tea"]);
  say("mail", "inbox", ["add-lamp"]);
  return log;
}

export const poolOps = [
  "genesis",
  "add-laptop",
  "add-phone",
  "add-server",
  "add-inbox",
  "add-helper",
  "add-lamp",
  "tea",
  "milk",
  "figs",
  "mail",
] as const;

export interface Exchange {
  /** Who asks; null for a request without signature. */
  readonly from: string | null;
  readonly request: unknown;
  /** Labels of operations that the server holds without payload, and that it does not hold. */
  readonly stripped?: readonly string[];
  readonly lacks?: readonly string[];
}

export interface Expected {
  /** Members that the reply has, with these values; others are not looked at. */
  readonly reply: Readonly<Record<string, unknown>>;
  /** All of the reply's members, where more would tell too much. */
  readonly members?: readonly string[];
  /** Labels of the envelopes in `ops`, in order when it matters. */
  readonly ops?: readonly string[];
  readonly in_order?: boolean;
  /** Labels of those of them that come without payload, though the server holds it. */
  readonly bare?: readonly string[];
  /** Labels of operations that the server does not hold afterwards. */
  readonly absent?: readonly string[];
  /** Whether the scenario shows a refusal. */
  readonly refused?: boolean;
}

export function exchange(name: string, rule: string, comment: string, log: Log, asked: Exchange, expected: Expected): Vector {
  const { from, request, stripped = [], lacks = [] } = asked;
  const { reply, ops, absent, bare: withoutPayload, refused = reply["type"] === "error", ...rest } = expected;
  const held = log.without(...lacks).map((op) => (log.ids(...stripped).includes(op.op_id) ? bare(op) : op));
  log.mention("server", ...(from === null ? [] : [from]));
  return (refused ? invalid : valid)(
    { path: `sync/${name}`, rule, comment, kind: "exchange" },
    { ...log.legend(), pool: log.id("genesis"), node: server, log: held, from: from && did(from), request },
    {
      reply,
      ...rest,
      ...(ops ? { ops: log.ids(...ops) } : {}),
      ...(withoutPayload ? { bare: log.ids(...withoutPayload) } : {}),
      ...(absent ? { absent: log.ids(...absent) } : {}),
    },
  );
}

export const unauthorized = { reply: { type: "error", code: "unauthorized" } } as const;
export const badRequest = { reply: { type: "error", code: "bad_request" } } as const;

/** `heads` as a replica is told. */
export function allHeads(log: Log, tips: Readonly<Record<string, readonly string[]>>, incomplete: readonly string[] = []): object {
  const authors = Object.entries(tips).map(([name, labels]) => [did(name), labels.map((label) => [log.get(label).seq, log.id(label)])]);
  const highest = Math.max(
    ...Object.values(tips)
      .flat()
      .map((label) => log.get(label).lamport),
  );
  return { authors: Object.fromEntries(authors), lamport: highest, incomplete: log.ids(...incomplete) };
}

/** `heads` as a writer is told: its own tips, the other heads, and all control operations. */
export function reducedHeads(
  log: Log,
  author: string,
  own: readonly string[],
  heads: readonly string[],
  control: readonly string[],
): object {
  const named = [...own, ...heads].map((label) => log.get(label).lamport);
  return {
    authors: own.length === 0 ? {} : { [did(author)]: own.map((label) => [log.get(label).seq, log.id(label)]) },
    lamport: Math.max(...named),
    heads: log.ids(...heads).sort(),
    control: log.ids(...control).sort(),
  };
}
