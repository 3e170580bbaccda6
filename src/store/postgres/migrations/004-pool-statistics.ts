/**
 * The server keeps no statistics about `pool`. With them it takes a pool that it has not counted yet for one row, and then any index
 * that the pool leads is as good to it as the one that has the key, too: each of the 200 look-ups of a push read the whole pool. Without
 * them it takes every pool for a two-hundredth of its partition, and the key always wins.
 */
import type { Migration } from "../migrate.ts";
import { tableNames } from "./001-init.ts";

export const poolStatistics: Migration = {
  oldest: 1,
  steps: [{ sql: tableNames.map((name) => `ALTER TABLE ${name} ALTER COLUMN pool SET STATISTICS 0;`).join("\n") }],
};
