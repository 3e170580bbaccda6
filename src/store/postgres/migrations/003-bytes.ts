/**
 * How much a pool holds, in bytes of its envelopes (`src/store/envelope-size.ts`), counted beside its operations. `bytes_of` is how many
 * operations were counted: a program of an older schema that adds some beside leaves it behind, and the next write counts them all.
 */
import type { Migration } from "../migrate.ts";

export const countingBytes: Migration = {
  oldest: 1,
  steps: [{ sql: "ALTER TABLE state ADD COLUMN bytes bigint NOT NULL DEFAULT 0, ADD COLUMN bytes_of bigint NOT NULL DEFAULT 0" }],
};
