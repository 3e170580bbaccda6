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
}

const columns: readonly (readonly [keyof State & string, string])[] = [
  ["generation", "generation"],
  ["operations", "operations"],
  ["lamport", "lamport"],
  ["claims", "claims"],
  ["evidence", "evidence"],
  ["searchRows", "search_rows"],
  ["searchWords", "search_words"],
  ["rejections", "rejections"],
];

export const stateColumns = `id, ${columns.map(([, column]) => column).join(", ")}`;

export function stateOf(row: Row): State {
  const numbers = Object.fromEntries(columns.map(([name, column]) => [name, row[column] as number]));
  return { ...(numbers as unknown as State), id: row["id"] as string | null };
}

export function poolOf({ id }: State): OpId | null {
  return id === null ? null : (`op:${id}` as OpId);
}

/** SQL that writes what has changed; empty when nothing has. */
export function stateUpdate(pool: number, before: State, now: State): string {
  const sets = columns.flatMap(([name, column]) => (before[name] === now[name] ? [] : [`${column} = ${Number(now[name])}`]));
  if (before.id !== now.id) sets.push(now.id === null ? "id = NULL" : `id = '\\x${Buffer.from(now.id, "hex").toString("hex")}'`);
  return sets.length === 0 ? "" : `UPDATE state SET ${sets.join(", ")} WHERE pool = ${pool};`;
}
