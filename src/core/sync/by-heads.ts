/** heads/1: what one side's chains hold beyond the other's, in causal order, at the cost of the difference. */
import type { Chains, Position } from "../admission/chains.ts";
import type { Did } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import { isOpId, type OpId, type Place } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { ahead, chains, idsAt, known, nextBatch, type Session, send } from "./effects.ts";
import { type Heads, locatorSeqs, type Part, partsBeyond, type Tip, tipsOf } from "./heads.ts";
import { Meanwhile } from "./meanwhile.ts";
import { expectReply, isObject, plainValue } from "./messages.ts";
import { list, pushOf, type Tally } from "./tally.ts";

/** Members of `ops_since` that say how operations are to be sent: without the payloads that can wait (headers/1), and in runs (runs/1). */
export type PageForm = JsonObject & { readonly headers?: true; readonly runs?: true };

/**
 * Pulls what is on the server's chains and not on ours. Returns what was pushed meanwhile, in passes before this one too; null when there
 * was nothing to pull in any. `first`: a reply that has the first page already (SYN-22).
 */
export function* pullByHeads(
  tally: Tally,
  heads: Heads,
  { form, first }: { readonly form: PageForm; readonly first: JsonObject | undefined },
  before: Meanwhile | null,
): Session<Meanwhile | null> {
  const here = yield* known([...heads.authors.values()].flat().map(({ id }) => id));
  const behind = [...heads.authors].filter(([, tips]) => !tips.every(({ id }) => here.has(id)));
  if (behind.length === 0) return before;
  const all = yield* chains();
  const own = tipsOf(all.values());
  const meanwhile = before ?? new Meanwhile(heads, here, all);
  const authors = new Map<Did, readonly OpId[]>();
  let count = 0;
  for (const [author, tips] of heads.authors) {
    const level = tips.every(({ id }) => here.has(id));
    const mine = level ? tips : (own.get(author) ?? []);
    authors.set(
      author,
      mine.map(({ id }) => id),
    );
    if (!level) count += Math.max(0, highestSeq(tips) - highestSeq(mine));
  }
  tally.toPull = count;
  const unknown = yield* pullSince(tally, { authors: Object.fromEntries(authors) as JsonObject, ...form }, meanwhile, first);
  if (unknown.length > 0) yield* pullSince(tally, { authors: {}, locators: (yield* locatorsOf(unknown)) as JsonObject, ...form }, null);
  return meanwhile;
}

function highestSeq(tips: readonly Tip[]): number {
  return tips.reduce((highest, { seq }) => Math.max(highest, seq), 0);
}

/** Pages through `ops_since`; returns the authors of whom the server did not know our ids. */
function* pullSince(tally: Tally, question: JsonObject, meanwhile: Meanwhile | null, first?: JsonObject): Session<Did[]> {
  let unknown: Did[] = [];
  let limit: number = limits.pageOpsFirst;
  let page = pageAfter(question, undefined, limit);
  let given = first;
  for (let after: Place | undefined, more = true; more; ) {
    const reply = given ?? expectReply(yield* send(page), "ops");
    given = undefined;
    const ops = list(reply, "ops");
    const hasMore = reply["more"] === true && ops.length > 0;
    const next = hasMore ? placeOf(reply["last"] ?? plainValue(ops.at(-1) as Json), after) : null;
    // While this page is taken in the server finds the next one, and takes in what we have for it.
    if (next) {
      limit = Math.min(2 * limit, limits.pageOps);
      page = pageAfter(question, next, limit);
      yield* ahead(page);
    }
    if (Array.isArray(reply["unknown"])) unknown = reply["unknown"].filter((did) => typeof did === "string") as Did[];
    const { pulled, drops } = tally;
    if (meanwhile && unknown.length === 0) yield* meanwhile.begin(tally);
    yield* tally.take(ops);
    if (meanwhile) yield* meanwhile.end(tally, 1);
    // Once there is no more room for what waits, pages that bring nothing are of no use: another pass asks for the rest.
    const useless = tally.pulled === pulled && tally.drops > drops;
    if (hasMore && next === null && !useless) throw new PoolError("peer", "the peer's operations do not come in (lamport, op_id) order");
    more = next !== null && !useless;
    if (next) after = next;
  }
  if (meanwhile) yield* meanwhile.end(tally);
  return unknown;
}

function pageAfter(question: JsonObject, after: Place | undefined, limit: number): JsonObject {
  const from = after ? { after: [after.lamport, after.id] } : {};
  return { type: "ops_since", ...question, ...from, limit, bytes: limits.syncBatchBytes };
}

/** Of the last operation's `[lamport, op_id]`, or its envelope. Null when it does not come after the one before. */
function placeOf(last: Json, before: Place | undefined): Place | null {
  const [lamport, id] = Array.isArray(last) ? (last as readonly Json[]) : isObject(last) ? [last["lamport"], last["op_id"]] : [];
  const place = Number.isSafeInteger(lamport) && isOpId(id) ? { lamport: lamport as number, id } : null;
  const forward = place && (!before || place.lamport > before.lamport || (place.lamport === before.lamport && place.id > before.id));
  return forward ? place : null;
}

function* locatorsOf(authors: readonly Did[]): Session<Record<string, readonly OpId[]>> {
  const locators: Record<string, readonly OpId[]> = {};
  const all = yield* chains();
  for (const author of authors) {
    const ids: OpId[] = [];
    for (const { n, author: writer, tipSeq } of all.values()) {
      if (writer === author) ids.push(...(yield* idsAt(n, locatorSeqs(tipSeq))));
    }
    locators[author] = [...new Set(ids)];
  }
  return locators;
}

/** Where these of the server's tips stand in our log. Mostly they are tips of our chains, too, and nothing need be looked up. */
function* positionsOf(tips: readonly OpId[], all: Chains): Session<ReadonlyMap<OpId, Position>> {
  const own = new Map([...all.values()].map(({ tip, n, tipSeq }): [OpId, Position] => [tip, { chain: n, seq: tipSeq }]));
  const others = tips.filter((id) => !own.has(id));
  return others.length === 0 ? own : new Map([...own, ...(yield* known(others))]);
}

/** Pushes what is on our chains and not on the server's, as its heads tell, but for what was pushed meanwhile. */
export function* pushByHeads(tally: Tally, heads: Heads, meanwhile: Meanwhile | null): Session<void> {
  const tips = [...heads.authors.values()].flat().map(({ id }) => id);
  const all = yield* chains();
  const here = yield* positionsOf(tips, all);
  const parts: Part[] = [];
  for (const author of tipsOf(all.values()).keys()) {
    const theirs: Position[] = (heads.authors.get(author) ?? []).flatMap(({ id }) => here.get(id) ?? []);
    parts.push(...partsBeyond(all, author, theirs));
  }
  // Counted before what was just pulled is left out: an upper bound, for the progress bar alone.
  tally.toPush = parts.reduce((sum, part) => sum + part.upTo - part.after, 0);
  if (parts.length === 0) return;
  let batch = yield* nextBatch(parts, meanwhile?.rest(parts), tally.runs);
  for (let message = pushOf(batch); batch.last !== null; ) {
    yield* ahead(message);
    // While the server takes this batch in, the next one is made ready.
    const next = yield* nextBatch(parts, batch.last, tally.runs);
    const following = pushOf(next);
    if (next.last !== null) yield* ahead(following);
    yield* tally.push(batch, message);
    batch = next;
    message = following;
  }
}
