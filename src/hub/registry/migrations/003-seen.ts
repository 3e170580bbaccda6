/** When each device was answered last, to the minute (HOS-10): so an owner sees that all of them have found the hub. */
import type { Migration } from "../../../store/postgres/index.ts";

export const seen: Migration = {
  oldest: 1,
  steps: [
    {
      sql: `CREATE TABLE seen (
  pool text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (pool, device)
)`,
    },
  ],
};
