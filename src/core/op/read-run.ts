/** Reading a run (runs/1, SYN-19): from an item of a list to operations that are well-shaped, hashed, and signed by their author. */
import { endOfObject, endOfString, unescapeString } from "../codec/json-string.ts";
import { parseAsCanonical, parseJson } from "../codec/parse.ts";
import { RawJson } from "../codec/raw-json.ts";
import { ProvenRange } from "../crypto/merkle-range.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Crypto, Json, JsonObject } from "../ports.ts";
import { opIdOf, payloadHashOf } from "./header.ts";
import { rootSigned, type VerifiedRoots } from "./identity.ts";
import type { BatchProof, Envelope, OpId } from "./operation.ts";
import { isRun } from "./run.ts";
import { payloadTextOf, readEnvelope, type Shaped } from "./shape.ts";

/** The parts of a run; null when the item of a list is none. Throws `parse` with the reason when it, or an operation in it, has another form. */
export function runIn(item: Json): RunParts | null {
  if (!(item instanceof RawJson)) return isRun(item) ? readValue(item) : null;
  const { text } = item;
  return text.startsWith(envelopeBegins) ? null : (readText(text) ?? runIn(item.toJSON()));
}

/** Null when the signature does not cover them. Throws `parse` as `runIn` does. */
export function readRun(crypto: Crypto, { head, items }: RunParts, roots: VerifiedRoots): Shaped[] | null {
  const { sha256Hex } = crypto;
  const { first, batch } = readHead(head, items, sha256Hex);
  const { v, pool, author, ts, type, sig } = first;
  // One header for all, to be hashed: a copy for each costs as much as its hash.
  const header = { ...first, payload_hash: "" };
  const hashes: string[] = [];
  const ids: OpId[] = [];
  for (const item of items) {
    header.payload_hash = hashOf(item, sha256Hex);
    const id = opIdOf(sha256Hex, header);
    hashes.push(header.payload_hash);
    ids.push(id);
    header.seq++;
    header.lamport++;
    header.prev = [id];
  }
  const proven = ProvenRange.of(sha256Hex, ids.map(digitsOf), batch);
  if (proven === null || !rootSigned(crypto, { ...first, batch }, proven.root, roots)) return null;
  return items.map((item, at) => {
    const [op_id, payload_hash] = [ids[at] as OpId, hashes[at] as string];
    const [seq, lamport, prev] = [first.seq + at, first.lamport + at, at === 0 ? first.prev : [ids[at - 1] as OpId]];
    const proof = { index: batch.index + at, size: batch.size, path: proven.pathOf(at) };
    if ("hash" in item) {
      return { envelope: { op_id, v, pool, author, seq, lamport, prev, ts, type, payload_hash, sig, batch: proof }, payloadText: null };
    }
    const { salt, payload, text } = item;
    const envelope = { op_id, v, pool, author, seq, lamport, prev, ts, type, payload_hash, salt, payload, sig, batch: proof };
    return { envelope, payloadText: text };
  });
}

function digitsOf(id: OpId): string {
  return id.slice(3);
}

/** What an operation of a run has of its own: its payload with its canonical text, or the hash of one that is not there. */
type Item = { readonly salt: string; readonly payload: JsonObject; readonly text: string } | { readonly hash: string };

export interface RunParts {
  /** All members but `items`. */
  readonly head: JsonObject;
  readonly items: readonly Item[];
}

function hashOf(item: Item, sha256Hex: Crypto["sha256Hex"]): string {
  return "hash" in item ? item.hash : payloadHashOf(sha256Hex, item.salt, item.text);
}

const members: ReadonlySet<string> = new Set(["v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "sig", "batch"]);
const digits32 = /^[0-9a-f]{32}$/;
const hashForm = /^sha256:[0-9a-f]{64}$/;

/** What the operations have in common, and where they stand in their tree. */
function readHead(head: JsonObject, items: readonly Item[], sha256Hex: Crypto["sha256Hex"]) {
  for (const name of Object.keys(head)) if (!members.has(name)) fail(`unknown member ${JSON.stringify(name)} in a run`);
  const { batch, ...first } = head as unknown as Omit<Envelope, "op_id" | "payload_hash"> & { readonly batch: BatchProof };
  const [item] = items;
  if (item === undefined) fail("a run must have operations");
  if (first.type === "genesis") fail("a run has no genesis");
  const payload_hash = hashOf(item, sha256Hex);
  const payload = "hash" in item ? {} : { salt: item.salt, payload: item.payload };
  const path: unknown = batch?.path;
  // What is to be said of the first operation is to be said of all: only their numbers go on.
  readEnvelope({ op_id: noId, payload_hash, ...payload, ...first, batch: { ...batch, path: [] } });
  if (!Number.isSafeInteger(first.seq + items.length) || !Number.isSafeInteger(first.lamport + items.length))
    fail(`"seq" and "lamport" must be integers in 0 … 2^53 - 1`);
  if (batch.index + items.length > batch.size) fail(`a run must end within its batch of ${batch.size}`);
  if (!Array.isArray(path) || !path.every((step) => typeof step === "string")) fail(`"path" must be a list of hashes`);
  return { first, batch: { index: batch.index, size: batch.size, path: path as string[] } };
}

const noId = `op:${"0".repeat(64)}` as OpId;

function readValue({ items, ...head }: JsonObject): RunParts {
  if (!Array.isArray(items) || items.length > limits.batchSize) fail(`"items" must be a list of at most ${limits.batchSize} operations`);
  return { head, items: items.map(readItem) };
}

function readItem(value: Json): Item {
  if (typeof value === "string") {
    if (!hashForm.test(value)) fail("an operation of a run must be [salt, payload], or sha256: and 64 lower-case hex digits");
    return { hash: value };
  }
  const [salt, payload, ...rest] = Array.isArray(value) ? value : [];
  if (typeof salt !== "string" || !digits32.test(salt)) fail(`a salt must be 32 lower-case hex digits`);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || rest.length > 0) fail("a payload must be an object");
  return { salt, payload: payload as JsonObject, text: payloadTextOf(payload as JsonObject) };
}

/**
 * A run as this implementation writes it: canonical payloads, and nothing behind the items. They are read one by one, each compared with
 * its canonical text, which is stricter than reading all of it strictly and takes half as long. Null for all else.
 */
function readText(text: string): RunParts | null {
  const headEnd = text.indexOf(itemsBegin);
  if (headEnd < 0) return null;
  const items: Item[] = [];
  let at = headEnd + itemsBegin.length;
  for (; ; at++) {
    const end = text.charCodeAt(at) === quotationMark ? endOfString(text, at) + 1 : endOfItem(text, at);
    const item = end === null || items.length === limits.batchSize ? null : itemOf(text, at, end);
    if (end === null || item === null) return null;
    items.push(item);
    at = end;
    if (text.charCodeAt(at) !== comma) break;
  }
  if (text.slice(at) !== "]}") return null;
  const head = parseJson(`${text.slice(0, headEnd)}}`, { maxDepth: headDepth });
  return { head: head as JsonObject, items };
}

/** How this implementation begins an envelope. */
const envelopeBegins = '{"op_id":';
const itemsBegin = ',"items":[';
const saltEnds = 34;
const headDepth = 3;
const quotationMark = 0x22;
const comma = 0x2c;

/** Where the item `["…",{…}]` ends that begins at `at`; null when there is none. */
function endOfItem(text: string, at: number): number | null {
  if (text.slice(at, at + 2) !== '["' || text.slice(at + saltEnds, at + saltEnds + 3) !== '",{') return null;
  const end = endOfObject(text, at + saltEnds + 2, limits.payloadDepth);
  return end !== null && text[end] === "]" ? end + 1 : null;
}

function itemOf(text: string, from: number, to: number): Item | null {
  if (text.charCodeAt(from) === quotationMark) {
    const hash = unescapeString(text.slice(from, to));
    return hash !== null && hashForm.test(hash) ? { hash } : null;
  }
  const salt = unescapeString(text.slice(from + 1, from + saltEnds + 1));
  const said = text.slice(from + saltEnds + 2, to - 1);
  const payload = parseAsCanonical(said);
  if (salt === null || !digits32.test(salt) || typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  const canonicalText = payloadTextOf(payload as JsonObject);
  return canonicalText === said ? { salt, payload: payload as JsonObject, text: canonicalText } : null;
}

function fail(reason: string): never {
  throw new PoolError("parse", reason);
}
