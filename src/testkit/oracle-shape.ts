/**
 * The oracle's reading of protocol sections 2 and 3: which values are well-shaped envelopes, and which of those have an
 * identity. Written from the page, on purpose without `core/op`: only codec and cryptography are shared.
 */
import { fromHex } from "../core/bytes.ts";
import { canonical } from "../core/codec/canonical.ts";
import { decodeDidKey } from "../core/crypto/did-key.ts";
import { rootFromPath } from "../core/crypto/merkle.ts";
import { batchSigningInput, opSigningInput, verifyStrict } from "../core/crypto/signature.ts";
import type { Envelope } from "../core/op/operation.ts";
import type { Crypto, JsonObject } from "../core/ports.ts";

const headerMembers = ["v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "payload_hash"] as const;
const allMembers = new Set<string>(["op_id", ...headerMembers, "salt", "payload", "sig", "batch"]);

export function isWellShaped(value: unknown): value is Envelope {
  if (!isRecord(value)) return false;
  if (!["op_id", ...headerMembers, "sig"].every((name) => name in value)) return false;
  if (!Object.keys(value).every((name) => allMembers.has(name))) return false;
  const { op_id, v, pool, author, seq, lamport, prev, ts, type, payload_hash, sig } = value;
  if (!isId(op_id) || v !== 1 || !isDid(author) || !matches(payload_hash, /^sha256:[0-9a-f]{64}$/) || !isHex(sig, 128)) return false;
  if (!isCount(seq) || !isCount(lamport) || !isCount(ts) || !matches(type, /^[a-z0-9_]{1,64}$/)) return false;
  if (type === "genesis" ? pool !== null : !isId(pool)) return false;
  if (!isPrev(prev, seq as number, type === "genesis") || !("batch" in value ? isBatch(value["batch"]) : true)) return false;
  return utf8Bytes(canonical(headerOf(value as unknown as Envelope))) <= 4_096 && hasSoundPayload(value);
}

function isPrev(prev: unknown, seq: number, genesis: boolean): boolean {
  if (!Array.isArray(prev) || !prev.every(isId) || prev.length > 32 || (prev.length === 0) !== genesis) return false;
  const others = seq > 1 ? prev.slice(1) : prev;
  return new Set(prev).size === prev.length && others.join() === [...others].sort().join();
}

function isBatch(batch: unknown): boolean {
  if (!isRecord(batch) || Object.keys(batch).sort().join() !== "index,path,size") return false;
  const { index, size, path } = batch;
  if (!isCount(index) || !isCount(size) || (size as number) > 1_024 || (index as number) >= (size as number)) return false;
  return Array.isArray(path) && path.every((step) => isHex(step, 64));
}

function hasSoundPayload(value: Readonly<Record<string, unknown>>): boolean {
  if (!("salt" in value) && !("payload" in value)) return true;
  if (!isHex(value["salt"], 32) || !isRecord(value["payload"])) return false;
  try {
    return utf8Bytes(canonical(value["payload"], 32)) <= 57_344;
  } catch {
    return false;
  }
}

/** Section 4, "identity", but for the signature: `op_id` is the header's hash, `payload_hash` the payload's if there is one. */
export function hashesHold({ sha256Hex }: Crypto, envelope: Envelope): boolean {
  if (envelope.op_id !== `op:${sha256Hex(canonical(headerOf(envelope)))}`) return false;
  if (envelope.payload === undefined) return true;
  const salt = fromHex(envelope.salt ?? "") ?? new Uint8Array();
  return envelope.payload_hash === `sha256:${sha256Hex(salt, canonical(envelope.payload))}`;
}

export function isSigned(crypto: Crypto, envelope: Envelope): boolean {
  const key = decodeDidKey(envelope.author) ?? new Uint8Array();
  const signature = fromHex(envelope.sig) ?? new Uint8Array();
  if (envelope.batch === undefined) return verifyStrict(crypto.ed25519, key, opSigningInput(envelope.op_id), signature);
  const { index, size, path } = envelope.batch;
  const leaf = fromHex(envelope.op_id.slice(3)) ?? new Uint8Array();
  const root = rootFromPath(crypto.sha256Hex, leaf, index, size, path);
  return root !== null && verifyStrict(crypto.ed25519, key, batchSigningInput(size, root), signature);
}

function headerOf(envelope: Envelope): JsonObject {
  return Object.fromEntries(headerMembers.map((name) => [name, envelope[name]])) as JsonObject;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isId(value: unknown): boolean {
  return matches(value, /^op:[0-9a-f]{64}$/);
}

export function isDid(value: unknown): value is string {
  return typeof value === "string" && decodeDidKey(value) !== null;
}

export function isHex(value: unknown, digits: number): boolean {
  return typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 2 ** 53 - 1;
}

function matches(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
