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
let pool: number;
let statements: Statement[];

/** Pools enough that each partition has several; and every statement of the store, prepared on a connection as the stores have it. */
before(async () => {
  const { url, unbound } = await testDatabase();
  const database = await openPostgres(url, { scratch: true });
  for (let index = 0; index < 48; index++) {
    await fill(await database.store(`plans ${index}`), 20);
  }
  const log = await fill(await database.store("plans"), 400);
  await database.close();
  await onServer(unbound, "ANALYZE");
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
  "bytea[]": `ARRAY['\\x61', '\\x62']::bytea[]`,
  "bigint[]": "ARRAY[1, 2]::bigint[]",
  "integer[]": "ARRAY[1, 2]::integer[]",
  "smallint[]": "ARRAY[1, 2]::smallint[]",
  "text[]": "ARRAY['a', 'b']",
  "boolean[]": "ARRAY[true, false]",
};

async function planOf({ name, types }: Statement): Promise<Plan> {
  const values = types.map((type, at) => (at === 0 ? String(pool) : samples[type]));
  assert.ok(!values.includes(undefined), `no sample of ${types}`);
  const { rows } = await client.query(`EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE ${name} (${values.join(", ")})`);
  return (rows[0] as { "QUERY PLAN": [{ Plan: Plan }] })["QUERY PLAN"][0].Plan;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

test("every statement of the store reads rows of one pool alone, by an index that its number leads", async () => {
  assert.ok(statements.length > 45, `only ${statements.length} statements`);
  let scans = 0;
  for (const statement of statements) {
    const nodes = nodesOf(await planOf(statement));
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
  assert.ok(scans > 40, `only ${scans} scans`);
});
