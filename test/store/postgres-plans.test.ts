/** "Every query is led by the pool": PostgreSQL's own plan of each statement reads one partition, by an index, with the pool as its first condition. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Store } from "../../src/store/index.ts";
import { planning, types } from "../../src/store/postgres/connections.ts";
import { openPostgres } from "../../src/store/postgres/index.ts";
import { type Row, Session } from "../../src/store/postgres/session.ts";
import { stateColumns, stateOf } from "../../src/store/postgres/state.ts";
import { PostgresTransactor } from "../../src/store/postgres/transactor.ts";
import { SampleLog, sha256Hex } from "../../src/testkit/store-contract-samples.ts";
import { onServer } from "./postgres-server.ts";
import { testDatabase } from "./test-database.ts";
import { calls } from "./transactor-calls.ts";

/** What is read whole for a pool, since all of it is asked for, and it is as large as the number of writers. */
const whole = /^(chain|head|past|control)_\d\d$/;
/** For a person who looks. */
const counting = /GROUP BY predicate, status$/;

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Plan[];
}

interface Statement {
  readonly name: string;
  readonly sql: string;
  readonly types: readonly string[];
}

let client: pg.Client;
let unbound: string;
let pool: number;
let statements: Statement[];

/**
 * Pools enough that each partition has several, and one that has grown since the server counted its rows; and every statement of
 * the store, prepared on a connection as the stores have it.
 */
before(async () => {
  const made = await testDatabase();
  const { url } = made;
  unbound = made.unbound;
  const database = await openPostgres(url, { scratch: true });
  for (let index = 0; index < 24; index++) {
    await fill(await database.store(`plans ${index}`), 20);
  }
  await onServer(unbound, "ANALYZE");
  const log = await fill(await database.store("plans"), 400);
  await database.close();
  const rows = await onServer(unbound, "SELECT n::int FROM fablepool.pool WHERE name = 'plans'");
  pool = rows[0]?.["n"] as number;
  client = new pg.Client({ connectionString: url, options: `-c search_path=fablepool ${planning}`, types });
  client.on("error", () => undefined); // the database may be dropped before this connection ends
  await client.connect();
  await client.query(`BEGIN; SET LOCAL fablepool.pool = '${pool}'`);
  await prepareAll(log, log.inOrder()[9]?.id as OpId);
});

after(() => client.end());

/** Rows in every table, as many as make one index better than another. */
async function fill(store: Store, operations: number): Promise<SampleLog> {
  const log = new SampleLog();
  for (let op = 0; op < operations; op++)
    log.write(`author${op % 3}`, { payload: op % 9 === 0 ? null : { op }, type: op % 2 ? "song" : "note" });
  await log.keep(store, log.inOrder());
  const ops = log.inOrder();
  const words = (n: number) => ({ title: [`t${n}`], people: [], place: [], text: [`w${n % 5}`, `v${n}`], dates: [], kind: ["song"] });
  await store.write(async (tx) => {
    await tx.addRefs(ops.map(({ id }, at) => ({ from: id, kind: "derives", to: ops[at >> 1]?.id ?? id })));
    await tx.putClaims(ops.map(({ id, lamport, author }, at) => ({ id, lamport, author, ...claimWords(at), status: "active" })));
    await tx.putEvidence(ops.map(({ id, lamport }, at) => ({ id, lamport, source: sha256Hex(`source ${at >> 1}`) })));
    await tx.putGrantees(ops.map(({ id, author }) => ({ id, grantee: author, expires: 1 })));
    await tx.putSearchRows(ops.map(({ id }, at) => ({ id, at, words: words(at) })));
    await tx.reject(ops.map(({ id }) => ({ op: id, reason: "why" })));
    for (const at of ops.keys()) await tx.setLocal(`name ${at}`, "value");
  });
  return log;
}

function claimWords(at: number) {
  const [statement, topic] = [sha256Hex(`statement ${at >> 1}`), sha256Hex(`topic ${at >> 2}`)];
  return { statement, topic, predicate: `p${at >> 1}`, underived: true, from: null, until: null, corrects: null, object: "" };
}

async function prepareAll(log: SampleLog, id: OpId): Promise<void> {
  const state = (await client.query(`SELECT ${stateColumns} FROM state WHERE pool = ${pool}`)).rows[0] as Row;
  const tx = new PostgresTransactor(new Session(client, pool, "here"), stateOf(state));
  for (const name of Object.keys(calls)) await calls[name as keyof typeof calls](tx, log, id);
  await tx.erase([id]);
  await tx.putSearchRows([]);
  const prepared = await client.query("SELECT name, statement AS sql, parameter_types::text[] AS types FROM pg_prepared_statements");
  statements = prepared.rows as Statement[];
}

const samples: Readonly<Record<string, string>> = {
  bigint: "1",
  integer: "1",
  smallint: "1",
  text: "'a'",
  bytea: "'\\x61'",
  boolean: "true",
  "double precision": "1",
};

function sampleOf(type: string, keys: number): string | undefined {
  if (!type.endsWith("[]")) return samples[type];
  const element = type.slice(0, -2);
  const each = element === "text" ? "'k' || n" : element === "bytea" ? "sha256(n::text::bytea)" : element === "boolean" ? "true" : "n";
  return element in samples ? `ARRAY(SELECT (${each})::${element} FROM generate_series(1, ${keys}) AS n)` : undefined;
}

/** The plan of a statement that is given so many keys. */
async function planOf({ name, types }: Statement, keys: number): Promise<Plan> {
  const values: string[] = [];
  for (const [at, type] of types.entries()) {
    const sample = at === 0 ? String(pool) : sampleOf(type, keys);
    assert.ok(sample !== undefined, `no sample of ${type}`);
    const { rows } = await client.query(`SELECT (${sample})::${type}::text AS value`);
    values.push(pg.escapeLiteral((rows[0] as { value: string }).value));
  }
  const { rows } = await client.query(`EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE ${name} (${values.join(", ")})`);
  return (rows[0] as { "QUERY PLAN": [{ Plan: Plan }] })["QUERY PLAN"][0].Plan;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** How many scans by an index there were. */
async function checkPlans(keys: number): Promise<number> {
  let scans = 0;
  for (const statement of statements) {
    const nodes = nodesOf(await planOf(statement, keys));
    for (const node of nodes) {
      const type = node["Node Type"];
      assert.ok(!/Seq Scan|Hash Join|Merge Join/.test(type), `${type}: ${statement.sql}`);
      if (!/^(Index|Index Only|Bitmap Index) Scan$/.test(type)) continue;
      scans++;
      const condition = node["Index Cond"] ?? "";
      assert.match(condition, new RegExp(`\\(pool = '?${pool}'?(::bigint)?\\)`), `${type} of ${node["Index Name"]}: ${statement.sql}`);
      const all = condition.split(" AND ").length === 1 && !counting.test(statement.sql);
      assert.ok(!all || whole.test(node["Relation Name"] ?? ""), `all of a pool is read of ${node["Index Name"]}: ${statement.sql}`);
    }
    const read = nodes.flatMap((node) => /_(\d\d)$/.exec(node["Relation Name"] ?? "")?.[1] ?? []);
    assert.ok(new Set(read).size <= 1, `partitions ${read}: ${statement.sql}`);
    assert.match(statement.sql, /pool = \$1|\(pool,/, "led by the pool");
  }
  return scans;
}

test("every statement of the store reads rows of one pool alone, by an index that its number leads; by keys, however many there are", async () => {
  assert.ok(statements.length > 45, `only ${statements.length} statements`);
  await onServer(unbound, crowd);
  for (const keys of [2, 500]) assert.ok((await checkPlans(keys)) > 40, "too few scans");
});

/** Lets the server think that a partition has a hundred times its rows, and none of them counted by pool, until it ends. */
const crowd = `DO $$
DECLARE part regclass;
BEGIN
  FOR part IN SELECT oid FROM pg_class WHERE relnamespace = 'fablepool'::regnamespace AND relkind = 'r' AND relispartition LOOP
    EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', part);
    UPDATE pg_class SET reltuples = 100 * greatest(reltuples, 1) WHERE oid = part;
  END LOOP;
END $$`;
