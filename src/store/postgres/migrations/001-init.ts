/**
 * The first schema. Every table is led by `pool`, the number that a database gives a pool (8 bytes instead of 32 in every row
 * and index), and hashed by it into partitions. Numbers of operations, `n`, count from 1 in each pool, without gaps.
 *
 * - **Row-level security** on every table and every partition, for the owner too: a transaction sees the rows of the pool that
 *   it named in `fablepool.pool`, and none without. Operators in conditions are leakproof ones (integers, bytes, text in "C"),
 *   since others may not use an index below a policy: this is why words, predicates and reasons are bytes, and why the
 *   search is a table of words and no `tsvector`. Bytes also hold U+0000, which PostgreSQL's text does not.
 * - **Append-only** by triggers: an operation's payload arrives (`body` 0 to 1), goes (to 2) and may come again (2 to 0).
 * - `state` has one row for each pool: what is counted, and the lock that writers take.
 */
import type { Migration } from "../migrate.ts";

/**
 * Partitions of each table. One has a sixteenth of the rows: vacuum, reindexing and a copy go a sixteenth at a time, and with
 * the hundred million rows that a partition should stay below a database holds some 1,500 million operations. More would cost
 * every statement that PostgreSQL plans without knowing the pool (docs/adr/0009-postgresql.md has the measurement).
 */
const partitions = 16;

const tables: Readonly<Record<string, string>> = {
  state: `
    pool bigint PRIMARY KEY, id bytea, generation bigint NOT NULL DEFAULT 0, operations bigint NOT NULL DEFAULT 0,
    lamport bigint NOT NULL DEFAULT 0, claims bigint NOT NULL DEFAULT 0, evidence bigint NOT NULL DEFAULT 0,
    search_rows bigint NOT NULL DEFAULT 0, search_words bigint NOT NULL DEFAULT 0, rejections bigint NOT NULL DEFAULT 0`,
  local: `pool bigint NOT NULL, name text COLLATE "C" NOT NULL, value bytea NOT NULL, PRIMARY KEY (pool, name)`,
  op: `
    pool bigint NOT NULL, n bigint NOT NULL, seq bigint NOT NULL, lamport bigint NOT NULL, ts bigint NOT NULL,
    chain integer NOT NULL, past integer NOT NULL, body smallint NOT NULL, id bytea NOT NULL,
    author text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL, prev bytea NOT NULL, payload_hash bytea NOT NULL,
    sig bytea NOT NULL, batch bytea, salt bytea, payload text COLLATE "C",
    PRIMARY KEY (pool, id),
    CHECK (body IN (0, 1, 2) AND (body = 1) = (payload IS NOT NULL) AND (body = 1) = (salt IS NOT NULL))`,
  head: `pool bigint NOT NULL, lamport bigint NOT NULL, id bytea NOT NULL, PRIMARY KEY (pool, id)`,
  chain: `
    pool bigint NOT NULL, n integer NOT NULL, author text COLLATE "C" NOT NULL, parent integer NOT NULL, parent_seq bigint NOT NULL,
    tip bytea NOT NULL, tip_seq bigint NOT NULL, tip_lamport bigint NOT NULL, PRIMARY KEY (pool, n)`,
  past: `pool bigint NOT NULL, n integer NOT NULL, bases text COLLATE "C" NOT NULL, added bytea NOT NULL, PRIMARY KEY (pool, n)`,
  control: `
    pool bigint NOT NULL, id bytea NOT NULL, type text COLLATE "C" NOT NULL, author text COLLATE "C" NOT NULL, seq bigint NOT NULL,
    lamport bigint NOT NULL, chain integer NOT NULL, key text COLLATE "C" NOT NULL, role bytea NOT NULL, last_chain integer,
    last_seq bigint, PRIMARY KEY (pool, id)`,
  ref: `pool bigint NOT NULL, kind smallint NOT NULL, source bytea NOT NULL, target bytea NOT NULL`,
  claim: `
    pool bigint NOT NULL, lamport bigint NOT NULL, valid_from bigint, valid_until bigint, status smallint NOT NULL,
    underived boolean NOT NULL, id bytea NOT NULL, author text COLLATE "C" NOT NULL, statement bytea NOT NULL, topic bytea NOT NULL,
    predicate bytea NOT NULL, corrects bytea, object bytea NOT NULL,
    -- An index takes no key over 2,704 bytes; a predicate may be longer. As a column, since a policy keeps expressions from indexes.
    predicate_start bytea GENERATED ALWAYS AS (substring(predicate FROM 1 FOR 128)) STORED,
    PRIMARY KEY (pool, id)`,
  evidence: `pool bigint NOT NULL, lamport bigint NOT NULL, id bytea NOT NULL, source bytea NOT NULL, PRIMARY KEY (pool, id)`,
  grantee: `
    pool bigint NOT NULL, expires bigint NOT NULL, id bytea NOT NULL, did text COLLATE "C" NOT NULL,
    PRIMARY KEY (pool, id)`,
  search_row: `
    pool bigint NOT NULL, op bigint NOT NULL, at bigint, length integer NOT NULL, id bytea NOT NULL, words text COLLATE "C" NOT NULL,
    PRIMARY KEY (pool, op)`,
  search_word: `
    pool bigint NOT NULL, op bigint NOT NULL, title smallint NOT NULL, people smallint NOT NULL, place smallint NOT NULL,
    text smallint NOT NULL, dates smallint NOT NULL, kind smallint NOT NULL, word bytea NOT NULL, PRIMARY KEY (pool, word, op)`,
  rejected: `pool bigint NOT NULL, n bigint NOT NULL, id bytea NOT NULL, reason bytea NOT NULL, PRIMARY KEY (pool, id)`,
};

/** Those that `pool` leads. */
export const tableNames: readonly string[] = Object.keys(tables);

const indexes = `
CREATE UNIQUE INDEX op_n ON op (pool, n);
CREATE UNIQUE INDEX op_chain ON op (pool, chain, seq);
CREATE INDEX op_chain_lamport ON op (pool, chain, lamport);
CREATE INDEX op_type ON op (pool, type, lamport, id);
CREATE INDEX op_incomplete ON op (pool, id) WHERE body = 0;
CREATE INDEX ref_target ON ref (pool, target, kind, source);
CREATE INDEX ref_source ON ref (pool, source);
CREATE INDEX claim_statement ON claim (pool, statement);
CREATE INDEX claim_topic ON claim (pool, topic);
CREATE INDEX claim_predicate ON claim (pool, predicate_start, status, lamport, id);
CREATE INDEX claim_status ON claim (pool, status, lamport, id);
CREATE INDEX evidence_source ON evidence (pool, source, lamport, id);
CREATE INDEX grantee_did ON grantee (pool, did);
CREATE INDEX search_row_at ON search_row (pool, at DESC NULLS LAST, id);
CREATE UNIQUE INDEX rejected_n ON rejected (pool, n);
`;

/** The one table without `pool`: which name has which number. A transaction sees the name that it says it opens. */
const registry = `
CREATE TABLE pool (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
ALTER TABLE pool ENABLE ROW LEVEL SECURITY;
ALTER TABLE pool FORCE ROW LEVEL SECURITY;
CREATE POLICY by_name ON pool USING (name = current_setting('fablepool.name', true));
`;

const keepOp = `
CREATE FUNCTION keep_op() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND
    (new.pool, new.n, new.seq, new.lamport, new.ts, new.chain, new.past, new.id, new.author, new.type, new.prev, new.payload_hash, new.sig)
    = (old.pool, old.n, old.seq, old.lamport, old.ts, old.chain, old.past, old.id, old.author, old.type, old.prev, old.payload_hash, old.sig)
    AND new.batch IS NOT DISTINCT FROM old.batch
    AND (old.body, new.body) IN ((0, 1), (0, 2), (1, 2), (2, 0))
  THEN RETURN new; END IF;
  RAISE EXCEPTION 'operations never change and are never deleted';
END $$;
`;

const appendOnly = `
CREATE TRIGGER op_fixed BEFORE UPDATE OR DELETE ON op FOR EACH ROW EXECUTE FUNCTION keep_op();
CREATE TRIGGER op_kept BEFORE TRUNCATE ON op FOR EACH STATEMENT EXECUTE FUNCTION keep_op();
`;

function tableSql(name: string): string {
  const visible = `pool = nullif(current_setting('fablepool.pool', true), '')::bigint`;
  const parts = Array.from({ length: partitions }, (_, at) => `${name}_${String(at).padStart(2, "0")}`);
  const secured = [name, ...parts].map(
    (each) =>
      `ALTER TABLE ${each} ENABLE ROW LEVEL SECURITY; ALTER TABLE ${each} FORCE ROW LEVEL SECURITY;` +
      `CREATE POLICY own_pool ON ${each} USING (${visible});`,
  );
  return [
    `CREATE TABLE ${name} (${tables[name]}) PARTITION BY HASH (pool);`,
    ...parts.map(
      (part, at) => `CREATE TABLE ${part} PARTITION OF ${name} FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${at})${storage(name)};`,
    ),
    ...secured,
    ...(name === "op"
      ? parts.map((part) => `CREATE TRIGGER op_kept BEFORE TRUNCATE ON ${part} FOR EACH STATEMENT EXECUTE FUNCTION keep_op();`)
      : []),
  ].join("\n");
}

/** Room in each page for the next version of rows that change often: then no index is written. */
function storage(name: string): string {
  return name === "state" || name === "chain" ? " WITH (fillfactor = 50)" : "";
}

export const init: Migration = {
  oldest: 1,
  steps: [{ sql: [registry, keepOp, ...tableNames.map(tableSql), indexes, appendOnly].join("\n") }],
};
