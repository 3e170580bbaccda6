/**
 * What PostgreSQL counts for its planner holds values of rows, and stays when they go: of what names a pool or a person nothing is
 * counted. Each of these columns is found by an index that is led by it.
 */
import type { Migration } from "../../../store/postgres/index.ts";

const columns: Readonly<Record<string, readonly string[]>> = {
  hosted: ["pool", "did", "registrant", "label", "notice"],
  invitation: ["token", "label", "pool"],
  nonce: ["pool", "hash"],
  seen: ["pool", "device"],
};

const alter = ([table, names]: [string, readonly string[]]) =>
  `ALTER TABLE ${table} ${names.map((name) => `ALTER ${name} SET STATISTICS 0`).join(", ")};`;

export const uncounted: Migration = { oldest: 1, steps: [{ sql: Object.entries(columns).map(alter).join("\n") }] };
