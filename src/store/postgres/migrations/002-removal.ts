/**
 * Removing a whole pool: the one way by which operations go. `begin_removal` takes the pool's name and its row of `state` away, so
 * that from then on nobody opens, reads or writes it, and notes its number in `removal`; `continue_removal` deletes a bounded number of rows of
 * such a pool, whatever tables there are, until none is left. Only of a pool that is noted there does `keep_op` let operations go.
 *
 * Both run as the owner of the tables, who is bound by the policies of the one pool that they name themselves. A program of schema 1
 * runs on beside: of a pool that was removed its statements find no row.
 *
 * What PostgreSQL counted for its planner holds values of rows (`pg_statistic`): tables that were ever analysed are analysed again.
 */
import type { Migration } from "../migrate.ts";

/** As in `001-init.ts`. */
const partitions = 16;

const removal = `
CREATE TABLE removal (pool bigint PRIMARY KEY, name text COLLATE "C" NOT NULL, analysed text COLLATE "C" NOT NULL DEFAULT '');
CREATE INDEX removal_name ON removal (name);
ALTER TABLE removal ENABLE ROW LEVEL SECURITY;
ALTER TABLE removal FORCE ROW LEVEL SECURITY;
CREATE POLICY own_pool ON removal USING (
  name = current_setting('fablepool.name', true) OR pool = nullif(current_setting('fablepool.pool', true), '')::bigint
);
`;

const keepOp = `
CREATE OR REPLACE FUNCTION keep_op() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND
    (new.pool, new.n, new.seq, new.lamport, new.ts, new.chain, new.past, new.id, new.author, new.type, new.prev, new.payload_hash, new.sig)
    = (old.pool, old.n, old.seq, old.lamport, old.ts, old.chain, old.past, old.id, old.author, old.type, old.prev, old.payload_hash, old.sig)
    AND new.batch IS NOT DISTINCT FROM old.batch
    AND (old.body, new.body) IN ((0, 1), (0, 2), (1, 2), (2, 0))
  THEN RETURN new; END IF;
  IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM fablepool.removal WHERE pool = old.pool) THEN RETURN old; END IF;
  RAISE EXCEPTION 'operations never change and are never deleted';
END $$;
`;

/**
 * Nothing is counted of columns that a condition never needs it for: all of somebody's words, and names, of which each is there once.
 * That a column is given the type that it has drops what was counted before.
 */
const uncounted = `
DROP POLICY by_name ON pool;
ALTER TABLE pool ALTER n TYPE bigint, ALTER name TYPE text COLLATE "C";
CREATE POLICY by_name ON pool USING (name = current_setting('fablepool.name', true));
ALTER TABLE pool ALTER n SET STATISTICS 0, ALTER name SET STATISTICS 0;
ALTER TABLE removal ALTER pool SET STATISTICS 0, ALTER name SET STATISTICS 0;
ALTER TABLE op ALTER payload SET STATISTICS 0;
ALTER TABLE search_row ALTER words SET STATISTICS 0;
ALTER TABLE local ALTER value SET STATISTICS 0;
`;

/** Writers hold the row of `state`: who writes now is waited for, and who waits for it finds it gone. */
const beginRemoval = `
CREATE FUNCTION begin_removal(given text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = fablepool, pg_temp AS $$
DECLARE
  number bigint;
BEGIN
  PERFORM set_config('fablepool.name', given, true);
  SELECT n INTO number FROM pool WHERE name = given FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM set_config('fablepool.pool', number::text, true);
  PERFORM FROM state WHERE pool = number FOR UPDATE;
  INSERT INTO removal (pool, name) VALUES (number, given);
  DELETE FROM state WHERE pool = number;
  DELETE FROM pool WHERE n = number;
END $$;
`;

/**
 * At most `most` rows in one call, or one table analysed; true when nothing is left. Two callers take turns. Partitions are named
 * by their remainder. What was counted of a table that is now empty would be kept, so that a row of nobody is there meanwhile.
 */
const continueRemoval = `
CREATE FUNCTION continue_removal(given text, most integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = fablepool, pg_temp AS $$
DECLARE
  number bigint;
  upto text;
  place record;
  part record;
  gone bigint;
  nobody bigint;
  empty record;
BEGIN
  PERFORM set_config('fablepool.name', given, true);
  SELECT pool, analysed INTO number, upto FROM removal WHERE name = given ORDER BY pool LIMIT 1 FOR UPDATE;
  IF NOT FOUND THEN RETURN true; END IF;
  PERFORM set_config('fablepool.pool', number::text, true);
  FOR place IN SELECT oid::regclass AS id FROM pg_class WHERE relnamespace = 'fablepool'::regnamespace AND relkind = 'p' LOOP
    EXECUTE format('DELETE FROM %s WHERE pool = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE pool = $1 LIMIT $2))', place.id, place.id)
      USING number, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    most := most - gone;
    IF most <= 0 THEN RETURN false; END IF;
  END LOOP;
  FOR place IN
    SELECT oid::regclass AS id, relname, reltuples FROM pg_class
    WHERE relnamespace = 'fablepool'::regnamespace AND relkind = 'p' AND relname > upto COLLATE "C" ORDER BY relname COLLATE "C"
  LOOP
    SELECT inhrelid::regclass AS id, reltuples, right(pg_class.relname, 2)::integer AS remainder INTO part
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = place.id AND satisfies_hash_partition(place.id, ${partitions}, right(pg_class.relname, 2)::integer, number);
    CONTINUE WHEN place.reltuples < 0 AND part.reltuples < 0;
    SELECT -n INTO nobody FROM generate_series(1, 10000) AS n
    WHERE satisfies_hash_partition(place.id, ${partitions}, part.remainder, -n::bigint) LIMIT 1;
    PERFORM set_config('fablepool.pool', nobody::text, true);
    INSERT INTO removal (pool, name) VALUES (nobody, given);
    SELECT string_agg(quote_ident(attname), ', ') AS names, string_agg(CASE attname WHEN 'pool' THEN '$1' ELSE '''0''' END, ', ') AS values
    INTO empty FROM pg_attribute WHERE attrelid = place.id AND attnum > 0 AND attnotnull AND attgenerated = '';
    EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', place.id, empty.names, empty.values) USING nobody;
    EXECUTE format('ANALYZE %s', CASE WHEN place.reltuples < 0 THEN part.id ELSE place.id END);
    EXECUTE format('DELETE FROM %s WHERE pool = $1', place.id) USING nobody;
    DELETE FROM removal WHERE pool = nobody;
    PERFORM set_config('fablepool.pool', number::text, true);
    UPDATE removal SET analysed = place.relname WHERE pool = number;
    RETURN false;
  END LOOP;
  DELETE FROM removal WHERE pool = number;
  RETURN false;
END $$;
`;

/** Who serves is allowed these two by `migratePostgres`; PostgreSQL would allow them to everybody. */
const noneElse = "REVOKE ALL ON FUNCTION begin_removal(text), continue_removal(text, integer) FROM PUBLIC;";

export const removing: Migration = {
  oldest: 1,
  steps: [{ sql: [removal, uncounted, keepOp, beginRemoval, continueRemoval, noneElse].join("\n") }],
};
