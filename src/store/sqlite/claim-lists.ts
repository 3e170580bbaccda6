/** Claims as people list them: by status and predicate, in the order of the log. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import { comparePlaces } from "../../core/op/operation.ts";
import type { ClaimCount, ClaimListQuery, ClaimRow } from "../store.ts";
import type { Driver, Value } from "./driver.ts";
import { atMost, claimColumns, claimOf } from "./rows.ts";

export function countClaims(driver: Driver): ClaimCount[] {
  const rows = driver.all("SELECT predicate, status, count(*) AS count FROM claim GROUP BY predicate, status");
  return rows.map((row) => ({
    predicate: row["predicate"] as string,
    status: claimStatuses[row["status"] as number] as ClaimStatus,
    count: row["count"] as number,
  }));
}

/**
 * Each status, of each predicate, is a range of an index that is in order by itself. First the ranges tell, by the index alone, how far
 * the page reaches; then what lies so far is read. Claims of the same lamport are few.
 */
export function listClaims(driver: Driver, { statuses, predicates, after, oldestFirst = false, limit }: ClaimListQuery): ClaimRow[] {
  const ranges = rangesOf(statuses, predicates);
  const [beyond, direction] = oldestFirst ? [">", "ASC"] : ["<", "DESC"];
  const from = after?.lamport ?? (oldestFirst ? -1 : Number.MAX_SAFE_INTEGER);
  const lamports = ranges.flatMap(({ where, values }) => {
    const sql = `SELECT lamport FROM claim WHERE ${where} AND lamport ${beyond} ? ORDER BY lamport ${direction} ${atMost}`;
    return driver.all(sql, ...values, from, limit).map((row) => row["lamport"] as number);
  });
  lamports.sort((left, right) => (oldestFirst ? left - right : right - left));
  const end = lamports[Math.min(limit, lamports.length) - 1] ?? from;
  const rows = ranges.flatMap(({ where, values }) => {
    const sql = `SELECT ${claimColumns} FROM claim WHERE ${where} AND lamport BETWEEN ? AND ?`;
    return driver.all(sql, ...values, Math.min(from, end), Math.max(from, end)).map(claimOf);
  });
  const ascending = (left: ClaimRow, right: ClaimRow) => comparePlaces(left, right);
  const inOrder = rows.sort(oldestFirst ? ascending : (left, right) => ascending(right, left));
  const isAfter = (row: ClaimRow) => after === undefined || (oldestFirst ? comparePlaces(row, after) > 0 : comparePlaces(row, after) < 0);
  return inOrder.filter(isAfter).slice(0, limit);
}

interface Range {
  readonly where: string;
  readonly values: readonly Value[];
}

function rangesOf(statuses: readonly ClaimStatus[], predicates: readonly string[] | undefined): Range[] {
  const numbers = [...new Set(statuses)].map((status) => claimStatuses.indexOf(status));
  if (predicates === undefined) return numbers.map((status) => ({ where: "status = ?", values: [status] }));
  return [...new Set(predicates)].flatMap((predicate) =>
    numbers.map((status) => ({ where: "predicate = ? AND status = ?", values: [predicate, status] })),
  );
}
