/**
 * Of the inclusion path of an operation that was signed together with others a row keeps only the steps that the row before does not have
 * (`../paths.ts`): two instead of ten, and a quarter less to write. `stem` is the number of the row, at or before it, that keeps a whole path
 * and after which each row goes on from the one before it; NULL where the row keeps all of its own path, as all did that are older.
 */
export const ownSteps = `
ALTER TABLE op ADD COLUMN stem INTEGER;
DROP TRIGGER op_fixed;
CREATE TRIGGER op_fixed BEFORE UPDATE ON op
WHEN NOT (
  new.n = old.n AND new.id = old.id AND new.author = old.author AND new.chain = old.chain AND new.seq = old.seq
  AND new.lamport = old.lamport AND new.past = old.past AND new.ts = old.ts AND new.type = old.type
  AND new.prev = old.prev AND new.payload_hash = old.payload_hash AND new.sig = old.sig AND new.batch IS old.batch
  AND new.stem IS old.stem
  AND (
    (old.body IS NULL AND new.body IS NOT NULL) OR (old.body > 0 AND new.body IS 0) OR (old.body IS 0 AND new.body IS NULL)
  )
)
BEGIN SELECT RAISE(ABORT, 'operations never change'); END;
`;
