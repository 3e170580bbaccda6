/** How long a pool that is deleted keeps its row, by which devices are told of it: null while it is not leaving. */
import type { Migration } from "../../../store/postgres/index.ts";

export const leaving: Migration = { oldest: 1, steps: [{ sql: "ALTER TABLE hosted ADD COLUMN told_until bigint" }] };
