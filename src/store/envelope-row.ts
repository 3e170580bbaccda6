/** What the stores in SQL make of an envelope's row alike. */
import { parseJson } from "../core/codec/parse.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { limits } from "../core/limits.ts";
import type { BatchProof, Envelope, OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import { envelopeSize } from "./envelope-size.ts";

/** A row as it is selected: `digits` is all that is hex, in the order id, payload_hash, sig, salt where there is one, prev, batch. */
export type Row = Readonly<Record<string, unknown>>;

export interface EnvelopeRow {
  /** Hex digits, without the `op:` of an id. */
  readonly id: string;
  readonly pool: OpId | null;
  readonly payloadHash: string;
  readonly sig: string;
  readonly salt: string;
  readonly prev: readonly string[];
  readonly batch: { readonly index: number; readonly size: number; readonly path: readonly string[] } | null;
  readonly payload: string | null;
}

export function cut(row: Row, pool: OpId | null): EnvelopeRow {
  const digits = row["digits"] as string;
  const payload = row["payload"] as string | null;
  const [prevAt, batchAt] = [prevBegins(row), batchBegins(row)];
  const id = digits.slice(0, 64);
  return {
    id,
    pool: pool?.endsWith(id) ? null : pool,
    payloadHash: digits.slice(64, 128),
    sig: digits.slice(128, 256),
    salt: digits.slice(256, prevAt),
    prev: pieces(digits, prevAt, batchAt),
    batch:
      batchAt === digits.length
        ? null
        : {
            index: Number.parseInt(digits.slice(batchAt, batchAt + 4), 16),
            size: Number.parseInt(digits.slice(batchAt + 4, batchAt + 8), 16),
            path: pieces(digits, batchAt + 8, digits.length),
          },
    payload,
  };
}

function prevBegins(row: Row): number {
  return row["payload"] === null ? 256 : 288;
}

/** Where in a row's digits its batch proof begins: `index` and `size`, in 4 digits each, and the path. */
export function batchBegins(row: Row): number {
  return prevBegins(row) + 64 * (row["prevs"] as number);
}

/** The hashes that these digits are. */
export function pieces(digits: string, from: number, to: number): string[] {
  const found: string[] = [];
  for (let at = from; at < to; at += 64) found.push(digits.slice(at, at + 64));
  return found;
}

export function envelopeOf(row: Row, ofPool: OpId | null): Envelope {
  const { id, pool, payloadHash, sig, salt, prev, batch, payload } = cut(row, ofPool);
  return {
    op_id: `op:${id}` as OpId,
    v: 1,
    pool,
    author: row["did"] as Did,
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
    prev: prev.map((each) => `op:${each}` as OpId),
    ts: row["ts"] as number,
    type: row["type"] as string,
    payload_hash: `sha256:${payloadHash}`,
    ...(payload === null ? {} : { salt, payload: readPayload(payload) }),
    sig,
    ...(batch === null ? {} : { batch }),
  };
}

/**
 * What `JSON.stringify` makes of `envelopeOf`, but for the order of a payload's members: nothing in it but the payload needs escapes. Joined,
 * since a sum of parts holds on to the row until it is written.
 */
export function envelopeJson(row: Row, ofPool: OpId | null): string {
  const { id, pool, payloadHash, sig, salt, prev, batch, payload } = cut(row, ofPool);
  const parts = ['{"op_id":"op:', id, '","v":1,"pool":', pool === null ? "null" : `"${pool}"`, ',"author":"', row["did"] as string];
  parts.push(`","seq":${row["seq"]},"lamport":${row["lamport"]},"prev":[`);
  if (prev.length > 0) parts.push('"op:', prev.join('","op:'), '"');
  parts.push(`],"ts":${row["ts"]},"type":"${row["type"]}","payload_hash":"sha256:`, payloadHash);
  if (payload !== null) parts.push('","salt":"', salt, '","payload":', payload, ',"sig":"', sig);
  else parts.push('","sig":"', sig);
  if (batch === null) parts.push('"}');
  else {
    parts.push(`","batch":{"index":${batch.index},"size":${batch.size},"path":[`);
    if (batch.path.length > 0) parts.push('"', batch.path.join('","'), '"');
    parts.push("]}}");
  }
  return parts.join("");
}

/** At most a few hundred bytes too many, never too few. */
export function sizeOfRow(row: Row): number {
  const payload = row["payload"] as string | null;
  const steps = Math.floor(((row["digits"] as string).length - batchBegins(row)) / 64); // beside the steps there are index and size
  return envelopeSize(row["prevs"] as number, Math.max(0, steps), payload);
}

/** Not by `JSON.parse`: V8 mixes up keys with escapes (see `core/codec/parse.ts`). */
function readPayload(text: string): JsonObject {
  return parseJson(text, { maxDepth: limits.payloadDepth }) as JsonObject;
}

/** Index and size in 2 bytes each, then the path. */
export function batchDigits({ index, size, path }: BatchProof): string {
  let digits = ((index << 16) | size).toString(16).padStart(8, "0");
  for (const step of path) digits += step;
  return digits;
}
