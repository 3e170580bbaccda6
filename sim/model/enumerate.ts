/**
 * Every history within bounds. A history is a list of operations in (lamport, op_id), so each causal order with each way to
 * break its ties occurs once; devices that could be swapped are not. What an author knows is any causally closed set.
 */
import { type Act, has, type Key, type Op, type Role, refusal } from "./rules.ts";

export interface Bounds {
  /** Acts before the free ones, each by root, each after all before it. */
  readonly start: readonly Act[];
  /** Operations after that. */
  readonly free: number;
  /** Root and so many devices. */
  readonly devices: number;
  readonly roles: readonly Role[];
  readonly acts: readonly Act["do"][];
}

export interface Visit {
  /** A history of admitted operations: each of them is visited once. */
  history(log: readonly Op[]): void | Promise<void>;
  /** One more operation after a history, which the model refuses. */
  refused?(log: readonly Op[], op: Op, step: "author" | "control"): void;
}

export async function everyHistory(bounds: Bounds, visit: Visit): Promise<void> {
  const log: Op[] = [founding];
  for (const act of bounds.start) log.push(made(log, 0, (1 << log.length) - 1, act));
  await extend(log, bounds.free, bounds, visit);
}

const founding: Op = { at: 0, author: 0, act: { do: "genesis" }, seq: 1, lamport: 1, own: null, prev: [], past: 0 };

async function extend(log: readonly Op[], free: number, bounds: Bounds, visit: Visit): Promise<void> {
  await visit.history(log);
  if (free === 0) return;
  const last = log.at(-1) as Op;
  for (const op of nextOps(log, bounds)) {
    if (op.lamport < last.lamport) continue; // the same history is met with these two the other way round
    const step = refusal(log, op);
    if (step === null) await extend([...log, op], free - 1, bounds, visit);
    else visit.refused?.(log, op, step);
  }
}

function* nextOps(log: readonly Op[], bounds: Bounds): Generator<Op> {
  const used = highestKey(log);
  const keys = Array.from({ length: Math.min(bounds.devices, used + 1) + 1 }, (_, key) => key);
  const acts = actsOn(log, keys, bounds);
  for (const known of closedSets(log)) {
    for (const author of keys.filter((key) => key <= used)) for (const act of acts) yield made(log, author, known, act);
  }
}

/** Devices are numbered in the order in which they are first named. */
function highestKey(log: readonly Op[]): Key {
  return log.reduce((highest, { author, act }) => Math.max(highest, author, "key" in act ? act.key : 0), 0);
}

function actsOn(log: readonly Op[], keys: readonly Key[], { acts, roles }: Bounds): Act[] {
  const all: Act[] = [];
  if (acts.includes("add")) for (const key of keys) for (const role of roles) all.push({ do: "add", key, role });
  if (acts.includes("remove")) {
    for (const key of keys) {
      // A `last` by another key reads as null: one such stands for all.
      const own = log.filter(({ author }) => author === key).map(({ at }) => at);
      for (const last of [null, ...own, ...(key === 0 ? [] : [0])]) all.push({ do: "remove", key, last });
    }
  }
  if (acts.includes("write")) all.push({ do: "write" });
  if (acts.includes("redact")) for (const { at, act } of log) if (act.do === "write") all.push({ do: "redact", target: at });
  return all;
}

/** The operation that an author writes who knows these. */
function made(log: readonly Op[], author: Key, known: number, act: Act): Op {
  const ops = log.filter(({ at }) => has(known, at));
  const own = ops.findLast((op) => op.author === author) ?? null;
  const heads = ops.filter(({ at }) => at !== own?.at && !ops.some(({ past }) => has(past, at)));
  const prev = [...(own ? [own.at] : []), ...heads.map(({ at }) => at)];
  const lamport = 1 + prev.reduce((highest, at) => Math.max(highest, log[at]?.lamport ?? 0), 0);
  return { at: log.length, author, act, seq: (own?.seq ?? 0) + 1, lamport, own: own?.at ?? null, prev, past: known };
}

/** Every set of operations that holds the founding and, with each, all its ancestors. */
function closedSets(log: readonly Op[]): number[] {
  let sets = [1];
  for (const { at, past } of log.slice(1)) sets = [...sets, ...sets.filter((set) => (past & ~set) === 0).map((set) => set | (1 << at))];
  return sets;
}

/** Every order in which the operations can arrive one by one. */
export function arrivals(log: readonly Op[]): number[][] {
  const orders: number[][] = [];
  const go = (order: number[], here: number): void => {
    if (order.length === log.length) orders.push(order);
    for (const { at, past } of log) if (!has(here, at) && (past & ~here) === 0) go([...order, at], here | (1 << at));
  };
  go([], 0);
  return orders;
}
