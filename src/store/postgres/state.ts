/** A pool's row in `state`: what is counted, read when a transaction begins and written when it ends. */
import type { OpId } from "../../core/op/operation.ts";
import type { Row } from "./session.ts";

export interface State {
  /** 64 hex digits; null before it is told. */
  id: string | null;
  generation: number;
  operations: number;
  lamport: number;
  claims: number;
  evidence: number;
  searchRows: number;
  /** Words in all search rows together. */
  searchWords: number;
  rejections: number;
  /** Bytes of all envelopes (`envelopeSize`); null when an older program has added some that it did not count. */
  bytes: number | null;
}

const columns: readonly (readonly [Exclude<keyof State, "id" | "bytes">, string])[] = [
  ["generation", "generation"],
  ["operations", "operations"],
  ["lamport", "lamport"],
  ["claims", "claims"],
  ["evidence", "evidence"],
  ["searchRows", "search_rows"],
  ["searchWords", "search_words"],
  ["rejections", "rejections"],
];

const known = "CASE WHEN bytes_of = operations THEN bytes END AS bytes";

export const stateColumns = `id, ${known}, ${columns.map(([, column]) => column).join(", ")}`;

/** Counts what the row does not tell: `envelopeSize` of each operation. */
export const bytesOfAll =
  "SELECT coalesce(sum(720 + 70 * (octet_length(prev) / 32) + coalesce(67 * ((octet_length(batch) - 4) / 32), 0) + " +
  "coalesce(octet_length(payload), 0)), 0)::bigint AS bytes FROM op WHERE pool = $1";

export function stateOf(row: Row): State {
  const numbers = Object.fromEntries(columns.map(([name, column]) => [name, row[column] as number]));
  return { ...(numbers as unknown as State), id: row["id"] as string | null, bytes: row["bytes"] as number | null };
}

export function poolOf({ id }: State): OpId | null {
  return id === null ? null : (`op:${id}` as OpId);
}

/** SQL that writes what has changed; empty when nothing has. */
export function stateUpdate(pool: number, before: State, now: State): string {
  const sets = columns.flatMap(([name, column]) => (before[name] === now[name] ? [] : [`${column} = ${Number(now[name])}`]));
  if (now.bytes !== null && (before.bytes !== now.bytes || before.operations !== now.operations)) {
    sets.push(`bytes = ${Number(now.bytes)}, bytes_of = ${Number(now.operations)}`);
  }
  if (before.id !== now.id) sets.push(now.id === null ? "id = NULL" : `id = '\\x${Buffer.from(now.id, "hex").toString("hex")}'`);
  return sets.length === 0 ? "" : `UPDATE state SET ${sets.join(", ")} WHERE pool = ${pool};`;
}
