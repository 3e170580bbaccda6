/** Admission's first step (section 4, "shape"): everything that the envelope alone shows, before any hash or key. */
import { utf8Length } from "../bytes.ts";
import { canonical } from "../codec/canonical.ts";
import { RawJson } from "../codec/raw-json.ts";
import { decodeDidKey } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonObject } from "../ports.ts";
import { headerText } from "./header.ts";
import { type Envelope, isOpId, type OpId } from "./operation.ts";

/** A well-shaped envelope with the canonical text that its payload's hash is made of. */
export interface Shaped {
  readonly envelope: Envelope;
  /** Canonical text of the payload; null when the envelope comes without. */
  readonly payloadText: string | null;
}

const required = ["op_id", "v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "payload_hash", "sig"];
const members: ReadonlySet<string> = new Set([...required, "salt", "payload", "batch"]);
const hash = /^sha256:[0-9a-f]{64}$/;
const digits64 = /^[0-9a-f]{64}$/;

/**
 * Reads an envelope of section 3. Throws `PoolError("parse")` with the reason when
 * - it is not an object, a member is missing or unknown, or one has another form than section 3 says;
 * - `prev` is empty outside `genesis`, has over 32 ids, a duplicate, or is not ascending after the author's own;
 * - `salt` and `payload` are not present or absent together;
 * - header or payload is over its limit of bytes or levels, or has no canonical bytes;
 * - `index` < `size` ≤ 1,024 does not hold, or the path has more steps than such a tree.
 */
export function readEnvelope(given: unknown): Shaped {
  const value = given instanceof RawJson ? given.toJSON() : given;
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail("an envelope must be a JSON object");
  const record = value as Record<string, unknown>;
  for (const name of Object.keys(record)) if (!members.has(name)) fail(`unknown member ${JSON.stringify(name)}`);
  for (const name of required) if (!Object.hasOwn(record, name)) fail(`member "${name}" is missing`);
  const envelope = record as unknown as Envelope;
  checkScalars(envelope);
  checkPrev(envelope);
  if (envelope.batch !== undefined || Object.hasOwn(record, "batch")) checkBatch(envelope.batch);
  const bytes = headerText(envelope).length;
  if (bytes > limits.headerBytes) fail(`the header is ${bytes} bytes, over ${limits.headerBytes}`);
  return { envelope, payloadText: readPayload(record) };
}

function checkScalars(envelope: Envelope): void {
  if (!isOpId(envelope.op_id)) fail(`"op_id" must be op: and 64 lower-case hex digits`);
  if (envelope.v !== 1) fail(`"v" must be 1`);
  if (typeof envelope.author !== "string" || decodeDidKey(envelope.author) === null) fail(`"author" must be a did:key of an Ed25519 key`);
  for (const name of ["seq", "lamport", "ts"] as const) checkInteger(name, envelope[name]);
  if (typeof envelope.type !== "string" || !/^[a-z0-9_]{1,64}$/.test(envelope.type)) fail(`"type" must be 1 to 64 of a-z 0-9 _`);
  const genesis = envelope.type === "genesis";
  if (genesis ? envelope.pool !== null : !isOpId(envelope.pool)) fail(`"pool" must be an op_id, and null only in genesis`);
  if (typeof envelope.payload_hash !== "string" || !hash.test(envelope.payload_hash)) {
    fail(`"payload_hash" must be sha256: and 64 lower-case hex digits`);
  }
  if (typeof envelope.sig !== "string" || !/^[0-9a-f]{128}$/.test(envelope.sig)) fail(`"sig" must be 128 lower-case hex digits`);
}

function checkInteger(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(`"${name}" must be an integer in 0 … 2^53 - 1`);
}

function checkPrev({ prev, seq, type }: Envelope): void {
  if (!Array.isArray(prev) || !prev.every(isOpId)) fail(`"prev" must be a list of op_ids`);
  if ((prev.length === 0) !== (type === "genesis")) fail(`"prev" is empty in genesis and nowhere else`);
  if (prev.length > limits.prev) fail(`"prev" names ${prev.length} operations, over ${limits.prev}`);
  const others: readonly OpId[] = seq > 1 ? prev.slice(1) : prev;
  for (let index = 1; index < others.length; index++) {
    if ((others[index - 1] as OpId) >= (others[index] as OpId)) fail(`"prev" must be ascending and without duplicates`);
  }
  if (seq > 1 && others.includes(prev[0] as OpId)) fail(`"prev" must be without duplicates`);
}

function checkBatch(batch: unknown): void {
  if (typeof batch !== "object" || batch === null || Array.isArray(batch)) fail(`"batch" must be an object`);
  const { index, size, path, ...rest } = batch as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) fail(`unknown member ${JSON.stringify(unknown)} in "batch"`);
  checkInteger("index", index);
  checkInteger("size", size);
  if ((index as number) >= (size as number) || (size as number) > limits.batchSize)
    fail(`"batch" needs index < size ≤ ${limits.batchSize}`);
  const steps = Math.ceil(Math.log2(limits.batchSize));
  if (!Array.isArray(path) || path.length > steps || !path.every(isPathStep))
    fail(`"path" must be a list of at most ${steps} hashes of 64 lower-case hex digits`);
}

/**
 * The steps of the paths that were read last, by their place in them. Of operations that were written together each path is nearly
 * the one before, and comparing costs a fifth of the pattern.
 */
const lastSteps: unknown[] = [];

function isPathStep(step: unknown, place: number): boolean {
  if (step === lastSteps[place] && step !== undefined) return true;
  const fits = typeof step === "string" && digits64.test(step);
  if (fits) lastSteps[place] = step;
  return fits;
}

function readPayload(record: Record<string, unknown>): string | null {
  const salted = Object.hasOwn(record, "salt");
  if (salted !== Object.hasOwn(record, "payload")) fail(`"salt" and "payload" come together or not at all`);
  if (!salted) return null;
  const { salt, payload } = record;
  if (typeof salt !== "string" || !/^[0-9a-f]{32}$/.test(salt)) fail(`"salt" must be 32 lower-case hex digits`);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) fail(`"payload" must be an object`);
  return payloadTextOf(payload as JsonObject);
}

/** Canonical text of a payload within its limits (section 2); throws `PoolError("parse")` beyond them. */
export function payloadTextOf(payload: JsonObject): string {
  let text: string;
  try {
    text = canonical(payload, limits.payloadDepth);
  } catch (error) {
    if (error instanceof PoolError) fail(`the payload ${error.message}`);
    throw error;
  }
  // A UTF-16 unit is at most 3 bytes of UTF-8: only texts near the limit are measured.
  const bytes = text.length * 3 <= limits.payloadBytes ? text.length : utf8Length(text);
  if (bytes > limits.payloadBytes) fail(`the payload is ${bytes} bytes, over ${limits.payloadBytes}`);
  return text;
}

function fail(reason: string): never {
  throw new PoolError("parse", reason);
}
