/** Claims as people list them: by status and predicate, in the order of the log. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { ClaimCount, ClaimListQuery, ClaimRow } from "../store.ts";
import { bytesArray, smallintArray } from "./arrays.ts";
import { claimColumns, claimOf, digits, utf8Hex, utf8Text } from "./rows.ts";
import { bytes, type Query, type Row } from "./session.ts";

/** Bytes of a predicate that stand in the index: `predicate_start` of the first migration. */
export const startBytes = 128;

/** Reads the pool's claims, for a person who looks. */
export async function countClaims(query: Query): Promise<ClaimCount[]> {
  const rows = await query.all("SELECT predicate, status, count(*) AS count FROM claim WHERE pool = $1 GROUP BY predicate, status");
  return rows.map((row) => ({
    predicate: utf8Text(row["predicate"]),
    status: claimStatuses[row["status"] as number] as ClaimStatus,
    count: row["count"] as number,
  }));
}

/**
 * Each status, of each predicate, is a range of an index that is in order by itself: of each range the next claims after the place
 * `$3`, `$4`, and of these the first. `$2` are statuses; `$6` and `$7` the predicates that go with them.
 */
function listSql(ofPredicates: boolean, oldestFirst: boolean): string {
  const [beyond, direction] = oldestFirst ? [">", "ASC"] : ["<", "DESC"];
  const part = ofPredicates
    ? "unnest($2::smallint[], $6::bytea[], $7::bytea[]) AS part (status, start, predicate)"
    : "unnest($2::smallint[]) AS part (status)";
  const ofPart = ofPredicates ? "AND predicate_start = part.start AND claim.predicate = part.predicate" : "";
  const order = `ORDER BY lamport ${direction}, id ${direction} LIMIT $5`;
  return (
    `SELECT claim.* FROM ${part} CROSS JOIN LATERAL (SELECT ${claimColumns} FROM claim WHERE pool = $1 AND claim.status = part.status ` +
    `${ofPart} AND (lamport, id) ${beyond} ($3, $4) ${order}) AS claim ${order}`
  );
}

export async function listClaims(
  query: Query,
  { statuses, predicates, after, oldestFirst = false, limit }: ClaimListQuery,
): Promise<ClaimRow[]> {
  const numbers = [...new Set(statuses)].map((status) => claimStatuses.indexOf(status));
  const place = [after?.lamport ?? (oldestFirst ? -1 : Number.MAX_SAFE_INTEGER), bytes(after ? digits(after.id) : ""), limit] as const;
  const sql = listSql(predicates !== undefined, oldestFirst);
  if (predicates === undefined) return (await query.all(sql, smallintArray(numbers), ...place)).map(claimOf);
  const ranges = [...new Set(predicates)].flatMap((predicate) => numbers.map((status) => ({ status, predicate: utf8Hex(predicate) })));
  const rows: Row[] = await query.all(
    sql,
    smallintArray(ranges.map(({ status }) => status)),
    ...place,
    bytesArray(ranges.map(({ predicate }) => predicate.slice(0, 2 * startBytes))),
    bytesArray(ranges.map(({ predicate }) => predicate)),
  );
  return rows.map(claimOf);
}
