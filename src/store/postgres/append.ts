/** Adding operations: a statement for each thousand of them. */
import type { Admitted } from "../../core/admission/admit.ts";
import type { OpId } from "../../core/op/operation.ts";
import { batchDigits } from "../envelope-row.ts";
import { envelopeSize } from "../envelope-size.ts";
import { bigintArray, bytesArray, integerArray, smallintArray, textArray } from "./arrays.ts";
import { digits, idArray } from "./rows.ts";
import type { Query } from "./session.ts";
import type { State } from "./state.ts";

/** Operations in one statement: of ordinary ones a megabyte, of the largest 60. */
const portion = 1_000;

const [lacking, there, erased] = [0, 1, 2];

const insertOps = `
WITH added AS (
  INSERT INTO op (pool, n, id, author, chain, seq, lamport, past, ts, type, prev, payload_hash, sig, batch, body, salt, payload)
  SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::text[], $5::integer[], $6::bigint[], $7::bigint[], $8::integer[], $9::bigint[],
    $10::text[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::smallint[], $16::bytea[], $17::text[])
),
covered AS (DELETE FROM head WHERE pool = $1 AND id = ANY ($18::bytea[]))
INSERT INTO head (pool, id, lamport) SELECT $1, * FROM unnest($19::bytea[], $20::bigint[])`;

export function appendOps(query: Query, state: State, ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId>): void {
  for (let from = 0; from < ops.length; from += portion) {
    const part = ops.slice(from, from + portion);
    query.later(insertOps, [...valuesOf(part, state.operations, withoutPayload), ...headsOf(part)]);
    state.operations += part.length;
    if (state.bytes !== null) state.bytes += sizeOfOps(part, withoutPayload);
  }
}

/** Bytes of their envelopes as they are kept. */
export function sizeOfOps(ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId> = new Set()): number {
  return ops.reduce((sum, { id, shaped: { envelope, payloadText } }) => {
    const kept = withoutPayload.has(id) || envelope.salt === undefined ? null : payloadText;
    return sum + envelopeSize(envelope.prev.length, envelope.batch?.path.length ?? 0, kept);
  }, 0);
}

function valuesOf(ops: readonly Admitted[], before: number, withoutPayload: ReadonlySet<OpId>): Buffer[] {
  const envelopes = ops.map(({ shaped }) => shaped.envelope);
  const bodies = ops.map(({ id, shaped: { envelope, payloadText } }) => {
    if (withoutPayload.has(id)) return { body: erased, salt: null, payload: null };
    const { salt } = envelope;
    return salt === undefined || payloadText === null
      ? { body: lacking, salt: null, payload: null }
      : { body: there, salt, payload: payloadText };
  });
  return [
    bigintArray(ops.map((_, index) => before + 1 + index)),
    idArray(ops.map(({ id }) => id)),
    textArray(ops.map(({ author }) => author)),
    integerArray(ops.map(({ chain }) => chain)),
    bigintArray(ops.map(({ seq }) => seq)),
    bigintArray(ops.map(({ lamport }) => lamport)),
    integerArray(ops.map(({ past }) => past)),
    bigintArray(envelopes.map(({ ts }) => ts)),
    textArray(envelopes.map(({ type }) => type)),
    bytesArray(envelopes.map(({ prev }) => prev.map(digits).join(""))),
    bytesArray(envelopes.map(({ payload_hash }) => payload_hash.slice(7))),
    bytesArray(envelopes.map(({ sig }) => sig)),
    bytesArray(envelopes.map(({ batch }) => (batch ? batchDigits(batch) : null))),
    smallintArray(bodies.map(({ body }) => body)),
    bytesArray(bodies.map(({ salt }) => salt)),
    textArray(bodies.map(({ payload }) => payload)),
  ];
}

/** Heads within the portion are settled here: what it covers in the store, and what it leaves. */
function headsOf(ops: readonly Admitted[]): Buffer[] {
  const heads = new Map<OpId, number>();
  const covered = new Set<OpId>();
  for (const { id, lamport, shaped } of ops) {
    for (const prev of shaped.envelope.prev) if (!heads.delete(prev)) covered.add(prev);
    heads.set(id, lamport);
  }
  return [idArray([...covered]), idArray([...heads.keys()]), bigintArray([...heads.values()])];
}
