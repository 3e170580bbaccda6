/**
 * Sections 4 and 5 of the protocol as a model: the same sentences about a handful of operations and sets of them, written
 * down from the page and sharing nothing with the core. Payload forms, hashes, signatures and limits are not in it: every
 * operation here is well-formed and of its author's hand.
 */

/** 0 is root; the others are devices, or want to be. */
export type Key = number;
export type Role = "full" | "ingest";

export type Act =
  | { readonly do: "genesis" }
  | { readonly do: "add"; readonly key: Key; readonly role: Role }
  | { readonly do: "remove"; readonly key: Key; readonly last: number | null }
  | { readonly do: "write" }
  | { readonly do: "redact"; readonly target: number };

/** An operation; its number is its place in (lamport, op_id), and its bit in sets of operations. */
export interface Op {
  readonly at: number;
  readonly author: Key;
  readonly act: Act;
  readonly seq: number;
  readonly lamport: number;
  /** The author's previous operation, then the other heads it knew. */
  readonly own: number | null;
  readonly prev: readonly number[];
  /** All its ancestors, as bits. */
  readonly past: number;
}

export interface Removal {
  readonly op: Op;
  readonly by: Key;
  readonly key: Key;
  /** The last operation that counts. */
  readonly last: number | null;
}

export interface View {
  /** Keys in the order of their rank, with their role. */
  readonly ranked: readonly { readonly key: Key; readonly role: Role | "root" }[];
  readonly removals: readonly Removal[];
  /** Control operations that are neither contested nor void, as bits. */
  readonly effective: number;
}

export const isControl = ({ act }: Op) => act.do === "genesis" || act.do === "add" || act.do === "remove";
export const has = (set: number, at: number) => ((set >> at) & 1) === 1;

export function rankOf({ ranked }: Pick<View, "ranked">, key: Key): number {
  const rank = ranked.findIndex((each) => each.key === key);
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

/** "`last` or an ancestor of it along `prev[0]`" */
export function isAtOrBefore(log: readonly Op[], op: Op, last: number | null): boolean {
  for (let at = last; at !== null; at = log[at]?.own ?? null) if (at === op.at) return true;
  return false;
}

/** "a `last` not in the removal's own causal past, or not by that key, reads as null" */
function lastOf(log: readonly Op[], op: Op): number | null {
  if (op.act.do !== "remove" || op.act.last === null) return null;
  return has(op.past, op.act.last) && log[op.act.last]?.author === op.act.key ? op.act.last : null;
}

/**
 * What `effective` would have to be, if it were so: ranks and removals are read off it, and then every control operation is
 * decided by them. The view is the set that decides itself to be what it is.
 */
export function decidedBy(log: readonly Op[], set: number, effective: number): View {
  const controls = log.filter((op) => has(set, op.at) && isControl(op));
  const counts = controls.filter(({ at }) => has(effective, at));
  const ranked: { key: Key; role: Role | "root" }[] = [{ key: 0, role: "root" }];
  // "then, each time, of the keys added by an effective device_add of an already ranked key, the one whose add is lowest"
  for (;;) {
    const isNext = ({ author, act }: Op) =>
      act.do === "add" && rankOf({ ranked }, author) < ranked.length && rankOf({ ranked }, act.key) > ranked.length;
    const add = counts.find(isNext);
    if (add?.act.do !== "add") break;
    ranked.push({ key: add.act.key, role: add.act.role });
  }
  const removals = counts.flatMap((op) => (op.act.do === "remove" ? [{ op, by: op.author, key: op.act.key, last: lastOf(log, op) }] : []));
  const view = { ranked, removals, effective: 0 };
  const decided = controls.filter((op) => standing(log, op, view) === "counts");
  return { ...view, effective: decided.reduce((bits, { at }) => bits | (1 << at), 0) };
}

/** "A control operation is contested only by an effective removal whose author ranks before its own; any other by any." */
export function standing(log: readonly Op[], op: Op, view: View): "counts" | "contested" | "void" {
  const rank = rankOf(view, op.author);
  if (rank === 0) return "counts";
  if (rank === Number.POSITIVE_INFINITY) return "contested";
  const contests = ({ by, key, last }: Removal) =>
    key === op.author && !isAtOrBefore(log, op, last) && (!isControl(op) || rankOf(view, by) < rank);
  if (view.removals.some(contests)) return "contested";
  return isControl(op) && view.ranked[rank]?.role !== "full" ? "void" : "counts";
}

/** Views of parts of one log are asked for again and again. */
const views = new WeakMap<readonly Op[], Map<number, View>>();

export function viewOf(log: readonly Op[], set: number): View {
  const known = views.get(log) ?? new Map<number, View>();
  views.set(log, known);
  const view = known.get(set) ?? settled(log, set);
  known.set(set, view);
  return view;
}

/** The view of a set of operations: decided rank by rank, until nothing changes. */
function settled(log: readonly Op[], set: number): View {
  let view = decidedBy(log, set, 1);
  // Each turn decides at least one more key for good: what ranks before it has been decided.
  for (let turn = 0; turn <= 2 * log.length + 2; turn++) {
    const next = decidedBy(log, set, view.effective);
    if (next.effective === view.effective) return next;
    view = next;
  }
  throw new RangeError("the view does not settle");
}

/** Every set of control operations that decides itself to be what it is. The protocol is sound if there is one. */
export function solutionsOf(log: readonly Op[], set: number): number[] {
  const controls = log.filter((op) => has(set, op.at) && isControl(op)).map(({ at }) => at);
  const solutions: number[] = [];
  for (let choice = 0; choice < 2 ** controls.length; choice++) {
    const effective = controls.reduce((bits, at, index) => (has(choice, index) ? bits | (1 << at) : bits), 0);
    if (decidedBy(log, set, effective).effective === effective) solutions.push(effective);
  }
  return solutions;
}

/** Section 4, "author" and "control": the step at which an operation is refused on its own causal past alone, or null. */
export function refusal(log: readonly Op[], op: Op): "author" | "control" | null {
  if (op.author === 0) return controlFault(op, viewOf(log, op.past));
  const view = viewOf(log, op.past);
  const rank = rankOf(view, op.author);
  if (rank === Number.POSITIVE_INFINITY) return "author";
  // "for device_add, device_remove: not removed there by itself or by a key that ranks before it"
  const removed = view.removals.some(({ by, key }) => key === op.author && (!isControl(op) || rankOf(view, by) <= rank));
  if (removed) return "author";
  if (isControl(op) && view.ranked[rank]?.role !== "full") return "control";
  return controlFault(op, view);
}

/** "Rejected when section 5's view of its causal past has the key or removed it"; "root's own key adds nothing" */
function controlFault({ act }: Op, view: View): "control" | null {
  if (act.do !== "add" || act.key === 0) return null;
  const known = rankOf(view, act.key) < view.ranked.length || view.removals.some(({ key }) => key === act.key);
  return known ? "control" : null;
}

/** Section 6: a redaction is in force when it counts and its author may write one. */
export function isRedacted(log: readonly Op[], set: number, target: number): boolean {
  const view = viewOf(log, set);
  return log.some(
    (op) =>
      has(set, op.at) &&
      op.act.do === "redact" &&
      op.act.target === target &&
      standing(log, op, view) === "counts" &&
      view.ranked[rankOf(view, op.author)]?.role === "full",
  );
}
