/**
 * Reading a run: operations that one author wrote one after the other under one signature, each as the JSON text that this implementation
 * sends. Of the next one nearly all is known beforehand: what is known is compared where it stands, and only its words, its salt and a step
 * or two of its proof are read. What is not exactly so, another writer's text say, is for `readEnvelope`.
 */

import { unescapeString } from "../codec/json-string.ts";
import { parseAsCanonical } from "../codec/parse.ts";
import { PoolError } from "../errors.ts";
import type { Crypto, JsonObject } from "../ports.ts";
import { opIdOf, payloadHashOf } from "./header.ts";
import type { BatchProof, Envelope } from "./operation.ts";
import { payloadTextOf, type Shaped } from "./shape.ts";

type Batched = Envelope & { readonly batch: BatchProof };

export class RunReader {
  readonly #crypto: Crypto;
  #last: Batched | null = null;
  /** What stands before the last operation's sequence number, between `prev` and the payload's hash, and before its place in the batch. */
  #begins = "";
  #said = "";
  #signed = "";
  /** Text that ends with its path. */
  #ends = "";

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Goes on from an operation whose shape and hashes hold. */
  follow(envelope: Envelope): void {
    const { batch, pool, author, ts, type, sig, payload } = envelope;
    this.#last = null;
    if (batch === undefined || pool === null || payload === undefined) return;
    this.#last = envelope as Batched;
    this.#begins = `","v":1,"pool":"${pool}","author":"${author}","seq":`;
    this.#said = `"],"ts":${ts},"type":"${type}","payload_hash":"sha256:`;
    this.#ends = `"${batch.path.join('","')}"]}}`;
    this.#signed = `,"sig":"${sig}","batch":{"index":`;
  }

  /** The operation after the last one, if this is its text: well-shaped, and its hashes match. Null for all else. */
  next(text: string): Shaped | null {
    const last = this.#last;
    if (last === null || last.batch.index + 1 >= last.batch.size) return null;
    const shaped = this.#read(text, last);
    if (shaped === null) return null;
    this.#last = shaped.envelope as Batched;
    this.#ends = text;
    return shaped;
  }

  #read(text: string, last: Batched): Shaped | null {
    const [seq, lamport, index] = [last.seq + 1, last.lamport + 1, last.batch.index + 1];
    const { size } = last.batch;
    const idAt = opening.length;
    const place = `${seq},"lamport":${lamport},"prev":["`;
    const placeAt = idAt + 64 + this.#begins.length;
    const prevAt = placeAt + place.length;
    const hashAt = prevAt + 67 + this.#said.length;
    const saltAt = hashAt + 64 + salted.length;
    const payloadAt = saltAt + 32 + worded.length;
    const steps = stepsOf(index, size);
    const proof = `${index},"size":${size},"path":[`;
    const pathAt = text.length - (67 * steps + 2);
    const payloadEnd = pathAt - proof.length - this.#signed.length;
    const fits =
      payloadEnd > payloadAt &&
      stands(opening, text, 0) &&
      stands(this.#begins, text, idAt + 64) &&
      stands(place, text, placeAt) &&
      stands(last.op_id, text, prevAt) &&
      stands(this.#said, text, prevAt + 67) &&
      stands(salted, text, hashAt + 64) &&
      stands(worded, text, saltAt + 32) &&
      stands(this.#signed, text, payloadEnd) &&
      stands(proof, text, pathAt - proof.length);
    if (!fits) return null;
    const path = this.#readPath(text, pathAt, steps, last.batch);
    const salt = unescapeString(text.slice(saltAt - 1, saltAt + 33));
    if (path === null || salt === null || !digits32.test(salt)) return null;
    const said = readPayload(text.slice(payloadAt, payloadEnd));
    if (said === null) return null;
    const { sha256Hex } = this.#crypto;
    const payload_hash = payloadHashOf(sha256Hex, salt, said.text);
    if (!stands(payload_hash, text, hashAt - 7)) return null;
    const { pool, author, ts, type, sig } = last;
    const header = { v: 1, pool, author, seq, lamport, prev: [last.op_id], ts, type, payload_hash } as const;
    const op_id = opIdOf(sha256Hex, header);
    if (!stands(op_id, text, idAt - 3)) return null;
    const envelope: Envelope = { op_id, ...header, salt, payload: said.payload, sig, batch: { index, size, path } };
    return { envelope, payloadText: said.text };
  }

  /** The path that stands at `at`. Where it meets the last one it is that, on to the root. Null when it is another. */
  #readPath(text: string, at: number, steps: number, { index, size, path: last }: BatchProof): string[] | null {
    const own = stepsOf(index + 1, size, index);
    const shared = steps - own;
    if (shared > last.length || !stands(this.#ends.slice(this.#ends.length - 67 * shared - 2), text, at + 67 * own)) return null;
    const path: string[] = [];
    for (let step = 0, from = at; step < own; step++, from += 67) {
      const separated = text.charCodeAt(from + 66) === (step + 1 < steps ? comma : bracket);
      const read = separated ? unescapeString(text.slice(from, from + 66)) : null;
      if (read === null || !digits64.test(read)) return null;
      path.push(read);
    }
    for (let step = last.length - shared; step < last.length; step++) path.push(last[step] as string);
    return path;
  }
}

const opening = '{"op_id":"op:';
const salted = '","salt":"';
const worded = '","payload":';
const digits32 = /^[0-9a-f]{32}$/;
const digits64 = /^[0-9a-f]{64}$/;

/** Null unless the text is the canonical one of an object within the limits. */
function readPayload(text: string): { readonly payload: JsonObject; readonly text: string } | null {
  const payload = parseAsCanonical(text);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  try {
    const said = payloadTextOf(payload as JsonObject);
    return said === text ? { payload: payload as JsonObject, text: said } : null;
  } catch (error) {
    if (error instanceof PoolError) return null;
    throw error;
  }
}

/**
 * Steps that the path of a leaf has (RFC 9162, 2.1.3.1), before it meets the path of leaf `other`, or in all: the last of an odd number of
 * nodes rises without one.
 */
function stepsOf(index: number, size: number, other = -1): number {
  let steps = 0;
  let beside = other;
  for (let position = index, last = size - 1; last > 0 && position !== beside; position >>>= 1, last >>>= 1, beside >>= 1) {
    if (position < last || position % 2 === 1) steps++;
  }
  return steps;
}

/** As `startsWith` tells it, which compares a character at a time. */
function stands(what: string, text: string, at: number): boolean {
  return text.slice(at, at + what.length) === what;
}

const comma = 0x2c;
const bracket = 0x5d;
