/** The log in (lamport, op_id) order, by merging chains: along a chain the lamport only grows. */

import { sizeOfRow } from "../envelope-row.ts";
import type { OrderedQuery } from "../store.ts";
import { bigintArray, integerArray } from "./arrays.ts";
import { envelopeColumns } from "./rows.ts";
import { bytes, type Query, type Row } from "./session.ts";

/** Rows that are fetched in one go: what the limit of bytes leaves over is read in vain. */
const fetched = 200;

/** Of each part its next keys, from where the chain passes `after`; of these the first; of these the envelopes. */
const select = `
SELECT ${envelopeColumns} FROM (
  SELECT key.n FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS part (chain, after, up_to)
  CROSS JOIN LATERAL (
    SELECT seq FROM op WHERE pool = $1 AND op.chain = part.chain AND lamport >= $5::bigint ORDER BY lamport LIMIT 1
  ) AS first
  CROSS JOIN LATERAL (
    SELECT n, lamport, id FROM op WHERE pool = $1 AND op.chain = part.chain
      AND op.seq > part.after AND op.seq >= first.seq AND op.seq <= part.up_to AND (lamport > $5::bigint OR id > $6)
    ORDER BY op.seq LIMIT $7
  ) AS key
  ORDER BY key.lamport, key.id LIMIT $7
) AS given
CROSS JOIN LATERAL (SELECT * FROM op WHERE pool = $1 AND op.n = given.n LIMIT 1) AS op
ORDER BY op.lamport, op.id`;

/** The rows in order, up to both limits, as `envelopeOf` and `envelopeJson` take them. */
export async function readOrdered(
  query: Query,
  { after, limit, bytes: room = Number.POSITIVE_INFINITY, parts }: OrderedQuery,
): Promise<Row[]> {
  const asked = parts ?? (await wholeChains(query));
  const chains = integerArray(asked.map(({ chain }) => chain));
  const afters = bigintArray(asked.map((part) => part.after));
  const ends = bigintArray(asked.map(({ upTo }) => upTo));
  const found: Row[] = [];
  let [lamport, id] = after ? [after.lamport, after.id.slice(3)] : [-1, ""];
  for (let size = 0; found.length < limit; ) {
    const count = Math.min(limit - found.length, fetched);
    const rows = await query.all(select, chains, afters, ends, lamport, bytes(id), count);
    for (const row of rows) {
      size += sizeOfRow(row);
      if (found.length > 0 && size > room) return found;
      found.push(row);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < count) break;
    [lamport, id] = [last["lamport"] as number, (last["digits"] as string).slice(0, 64)];
  }
  return found;
}

async function wholeChains(query: Query) {
  const rows = await query.all("SELECT n, tip_seq FROM chain WHERE pool = $1");
  return rows.map((row) => ({ chain: row["n"] as number, after: 0, upTo: row["tip_seq"] as number }));
}
