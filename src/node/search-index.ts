/**
 * Keeps what operations are found by in step with the log. What a change takes from it goes in the transaction that changes
 * the log; what arrived is indexed later, in the order of arrival, at the latest by the search that would miss it: finding
 * words costs more than all the rest of taking an operation in.
 */
import { payloadFault } from "../core/claim/payload-form.ts";
import { sourceKey } from "../core/claim/statement.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Crypto, JsonObject } from "../core/ports.ts";
import type { Reader, SearchRow, Transactor } from "../store/index.ts";
import { claimTexts, evidenceTexts } from "./search-text.ts";
import { claimTimes, evidenceTimes } from "./search-times.ts";
import { markOf, wordsOf, wordsVersion } from "./search-words.ts";
import type { ViewFacts } from "./view/facts.ts";

/** What a claim or an item of evidence is found by; null for everything else, and for what has no payload that fits. */
export function searchRowOf({ op_id: id, type, payload }: Envelope): SearchRow | null {
  if ((type !== "claim" && type !== "evidence") || payload === undefined || payloadFault(type, payload) !== null) return null;
  const isClaim = type === "claim";
  const texts = isClaim ? claimTexts(payload) : evidenceTexts(payload);
  const { at, words: dates } = isClaim ? claimTimes(payload) : evidenceTimes(payload);
  const { title, people, place, text, kind } = texts;
  const marks = isClaim ? claimMarks(payload) : evidenceMarks(payload);
  return {
    id,
    at,
    words: {
      title: wordsOf(title),
      people: wordsOf(people),
      place: wordsOf(place),
      text: wordsOf(text),
      dates,
      kind: [...wordsOf(kind), markOf("type", type), ...marks],
    },
  };
}

/** Of `health.condition` by `health` and by the whole of it. */
function claimMarks(payload: JsonObject): string[] {
  const parts = String(payload["predicate"]).split(".").slice(0, 8);
  return parts.map((_, index) => markOf("predicate", parts.slice(0, index + 1).join(".")));
}

function evidenceMarks(payload: JsonObject): string[] {
  const { said_by: by } = payload["content"] as JsonObject;
  return [markOf("kind", String(payload["kind"])), ...(typeof by === "string" ? [markOf("said", by)] : [])];
}

export interface IndexChange {
  /** Operations that came, or whose payload did. */
  readonly arrived: readonly Envelope[];
  /** Items of which a version may have gone, or begun or ceased to count, by `sourceKey`. */
  readonly sources: Iterable<string>;
}

/**
 * Called when the view's rows are written and what is erased is erased. Of an item the newest version that counts is found,
 * and what is newer but does not count, being void or contested: nobody hides an item by writing over it.
 */
export async function updateSearch(tx: Transactor, crypto: Crypto, facts: ViewFacts, { arrived, sources }: IndexChange): Promise<void> {
  const versioned = new Set(sources);
  const rows: SearchRow[] = [];
  const evidence = new Map<OpId, Envelope>();
  for (const op of arrived) {
    const row = searchRowOf(op);
    if (row === null || (await isErased(facts, op.op_id))) continue;
    if (op.type === "claim") rows.push(row);
    else {
      evidence.set(op.op_id, op);
      versioned.add(sourceKey(crypto.sha256Hex, op.payload as JsonObject));
    }
  }
  const gone: OpId[] = [];
  for (const source of versioned) {
    const { kept, dropped } = await versionsOf(tx, facts, source);
    gone.push(...dropped);
    const missing = kept.filter((id) => !evidence.has(id));
    const there = new Set((await tx.searchRows(missing)).map(({ id }) => id));
    const stored = await tx.envelopes(missing.filter((id) => !there.has(id)));
    for (const op of [...stored, ...kept.flatMap((id) => evidence.get(id) ?? [])]) rows.push(...[searchRowOf(op) ?? []].flat());
  }
  await tx.dropSearchRows(gone);
  await tx.putSearchRows(rows);
}

/**
 * Of operations whose payload came later those that indexing passed over when it came to them, which have to be indexed at once. The turn of the
 * others is still to come: a device that takes its headers first would index all of it twice.
 */
export async function passedOver(reader: Reader, ops: readonly Envelope[]): Promise<Envelope[]> {
  if (ops.length === 0) return [];
  const { place, current } = await indexedOf(reader);
  if (!current) return []; // all of it is made anew
  const ids = ops.map(({ op_id }) => op_id);
  const passed = new Set(await reader.arrivedUntil(place, ids));
  return ops.filter(({ op_id }) => passed.has(op_id));
}

async function isErased(facts: ViewFacts, id: OpId): Promise<boolean> {
  const info = await facts.info(id);
  return info === null || (await facts.redacted(info));
}

async function versionsOf(reader: Reader, facts: ViewFacts, source: string): Promise<{ kept: OpId[]; dropped: OpId[] }> {
  const kept: OpId[] = [];
  const dropped: OpId[] = [];
  let replaced = false;
  for (const { id } of await reader.evidenceOf(source)) {
    (replaced ? dropped : kept).push(id);
    const info = await facts.info(id);
    replaced ||= info !== null && facts.authority(info) === null;
  }
  return { kept, dropped };
}

/** Local values: which words the rows were made of, and the place of the last arrival that was indexed. */
const [versionName, placeName] = ["search_words", "search_upto"];

/** Arrivals that one transaction indexes: some 10 ms, in which nobody else can write. */
const page = 200;

interface Indexed {
  readonly place: number;
  /** False when the rows there are were made of other words than this program's. */
  readonly current: boolean;
}

async function indexedOf(reader: Reader): Promise<Indexed> {
  const version = await reader.local(versionName);
  return { place: Number((await reader.local(placeName)) ?? 0), current: version === null || version === wordsVersion };
}

/** Whether everything can be found that is there. */
export async function isIndexed(reader: Reader): Promise<boolean> {
  const { place, current } = await indexedOf(reader);
  return current && (await reader.arrivals({ after: place, limit: 1 })).length === 0;
}

/**
 * Indexes the next arrivals, or begins anew when the rows are of other words. Returns whether there may be more to do.
 * Interrupted at any place, by a crash too, it goes on from there.
 */
export async function indexNext(tx: Transactor, crypto: Crypto, facts: ViewFacts): Promise<boolean> {
  const { place, current } = await indexedOf(tx);
  if (!current) {
    await dropAll(tx);
    await tx.setLocal(versionName, wordsVersion);
    await tx.setLocal(placeName, null);
    return true;
  }
  const arrivals = await tx.arrivals({ after: place, limit: page });
  const last = arrivals.at(-1);
  if (last === undefined) return false;
  await facts.load(arrivals.map(({ op }) => op.op_id));
  await updateSearch(tx, crypto, facts, { arrived: arrivals.map(({ op }) => op), sources: [] });
  await tx.setLocal(versionName, wordsVersion);
  await tx.setLocal(placeName, String(last.place));
  return arrivals.length === page;
}

async function dropAll(tx: Transactor): Promise<void> {
  for (let after = 0; ; ) {
    const arrivals = await tx.arrivals({ after, limit: page });
    const last = arrivals.at(-1);
    if (last === undefined) return;
    await tx.dropSearchRows(arrivals.map(({ op }) => op.op_id));
    after = last.place;
  }
}
