/** Promise 7, "cost follows what is returned": SQLite's own plan of every statement goes by an index, never through a table. */
import assert from "node:assert/strict";
import { constants, DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { type Driver, nodeSqlite, openSqliteStore, type Transactor } from "../../src/store/index.ts";
import { SqliteTransactor } from "../../src/store/sqlite/transactor.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { inFolder } from "./folders.ts";
import { calls } from "./transactor-calls.ts";

/** Where the whole of something is what is asked for, or what is read is small whatever the store holds. */
const intended: readonly { readonly sql: RegExp; readonly step: RegExp; readonly why: string }[] = [
  { sql: /FROM evidence\) AS evidence/, step: /^SCAN evidence/, why: "counts, for a person who asks" },
  { sql: /GROUP BY predicate, status/, step: /^SCAN claim USING COVERING INDEX/, why: "counts, for a person who looks: 10 bytes a claim" },
  { sql: /FROM chain/, step: /^SCAN chain$/, why: "as many chains as writers" },
  { sql: /FROM past/, step: /^SCAN past$/, why: "the control log, whole" },
  { sql: /FROM control/, step: /^SCAN control$/, why: "the control log, whole" },
  { sql: /FROM head/, step: /^SCAN head$/, why: "as many heads as writers" },
  { sql: /FROM head/, step: /^USE TEMP B-TREE FOR ORDER BY$/, why: "as many heads as writers" },
  { sql: /WHERE substr\(evidence.source/, step: /^USE TEMP B-TREE FOR ORDER BY$/, why: "versions of one item" },
  { sql: /WHERE op.type = \?/, step: /^USE TEMP B-TREE FOR LAST TERM OF ORDER BY$/, why: "of equal lamport there are few" },
  {
    sql: /SELECT id FROM op WHERE substr/,
    step: /^USE TEMP B-TREE FOR LAST TERM OF ORDER BY$/,
    why: "of ids that begin alike there are few",
  },
  { sql: /FROM sqlite_schema LIMIT 1/, step: /^SCAN sqlite_schema$/, why: "one row, at opening" },
  { sql: /FROM local LIMIT 1/, step: /^SCAN local$/, why: "one row, to take a snapshot" },
  { sql: /MATCH \?/, step: /^SCAN search VIRTUAL TABLE INDEX \d+:M\d/, why: "FTS5's own index, by the words" },
  { sql: /MATCH .* ORDER BY search_row.at/, step: /^USE TEMP B-TREE FOR ORDER BY$/, why: "marked rows by time: as many as bear the mark" },
  { sql: /FROM search_word WHERE/, step: /^SCAN search_word VIRTUAL TABLE INDEX [1-9]/, why: "FTS5's own index, by the word" },
  { sql: /FROM search_idx/, step: /^SCAN search_idx$/, why: "one row for 4 kB of the index, when words were taken away" },
  { sql: /FROM search_(data|idx) ORDER BY/, step: /^SCAN search_(data|idx)$/, why: "written anew, whole, when something was erased" },
  { sql: /count\(\*\) AS rows FROM search_row/, step: /^SCAN search_row/, why: "counting, once a search: 8 bytes a row" },
  { sql: /ORDER BY search_row.at/, step: /^USE TEMP B-TREE FOR LAST TERM OF ORDER BY$/, why: "of equal times there are few" },
  { sql: /./, step: /^SCAN CONSTANT ROW$/, why: "nothing is read" },
];

function recording(seen: Set<string>): (path: string) => Driver {
  return (path) => {
    const driver = nodeSqlite(path);
    const noting =
      <Result>(call: (sql: string, ...values: never[]) => Result) =>
      (sql: string, ...values: never[]) => {
        if (!sql.startsWith("PRAGMA")) seen.add(sql);
        return call(sql, ...values);
      };
    return { ...driver, run: noting(driver.run), insert: noting(driver.insert), get: noting(driver.get), all: noting(driver.all) };
  };
}

/** All that the store ever asks of a store at `path`, which it makes. */
async function statementsTo(path: string): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const store = await openSqliteStore(path, { driver: recording(seen) });
  const log = new SampleLog();
  await log.keep(store, log.inOrder());
  await store.write(async (tx) => {
    const { id } = log.write("ann");
    await log.keepIn(tx, [...log.ops.values()].slice(-1));
    for (const name of Object.keys(calls)) await calls[name as keyof Transactor](tx, log, id);
  });
  await store.close();
  const methods = [SqliteTransactor.prototype, Object.getPrototypeOf(SqliteTransactor.prototype)].flatMap(Object.getOwnPropertyNames);
  for (const method of methods) assert.ok(method === "constructor" || Object.hasOwn(calls, method), `${method} is not called here`);
  assert.ok(seen.size > 35, `only ${seen.size} statements`);
  return seen;
}

/** Of a statement's values, each once. */
function placesOf(sql: string): (string | number)[] {
  return [...new Set(Array.from(sql.matchAll(/\?(\d*)/g), ([, number], at) => number || at))];
}

test("every statement of the store goes by an index", () =>
  inFolder(async (folder) => {
    const seen = await statementsTo(`${folder}/store.db`);
    const driver = nodeSqlite(`${folder}/store.db`);
    for (const sql of seen) {
      for (const row of driver.all(`EXPLAIN QUERY PLAN ${sql}`, ...placesOf(sql).map(() => null))) {
        const step = String(row["detail"]);
        // The keys that a caller gave are a list, and gone through.
        if (step.startsWith("SCAN json_each ")) continue;
        const through = /^SCAN|TEMP B-TREE|AUTOMATIC/.test(step) && !/^SCAN .* USING (INTEGER PRIMARY KEY|INDEX)/.test(step);
        const known = intended.some((each) => each.sql.test(sql) && each.step.test(step));
        assert.ok(!through || known, `${step}: ${sql}`);
      }
    }
    driver.close();
  }));

test("every statement that reads is planned once, whatever its values", () =>
  inFolder(async (folder) => {
    const seen = await statementsTo(`${folder}/store.db`);
    const database = new DatabaseSync(`${folder}/store.db`);
    let planned = 0;
    database.setAuthorizer(() => {
      planned++;
      return constants.SQLITE_OK;
    });
    for (const sql of seen) {
      // FTS5 plans statements of its own for each question.
      if (!/^(SELECT|WITH .* SELECT)/.test(sql) || /MATCH|FROM search_word /.test(sql)) continue;
      const statement = database.prepare(sql);
      const counts = [1n, 2n, 3n].map((value) => {
        planned = 0;
        statement.all(...placesOf(sql).map(() => value));
        return planned;
      });
      assert.equal(counts[2], 0, `planned anew at each call: ${sql}`);
    }
    database.close();
  }));

test("one page costs as much in a large store as in a small one", () =>
  inFolder(async (folder) => {
    const rowsRead = async (operations: number) => {
      let rows = 0;
      const counting = (path: string): Driver => {
        const driver = nodeSqlite(path);
        const all: Driver["all"] = (sql, ...values) => {
          const found = driver.all(sql, ...values);
          rows += found.length;
          return found;
        };
        return { ...driver, all };
      };
      const store = await openSqliteStore(`${folder}/${operations}.db`, { driver: counting });
      const log = new SampleLog();
      for (let index = 1; index < operations; index++) log.write(`author${index % 4}`, { payload: index % 2 ? {} : null });
      await log.keep(store, log.inOrder());
      await store.write((tx) =>
        tx.erase(
          log
            .inOrder()
            .slice(operations / 4, -operations / 4)
            .map(({ id }) => id),
        ),
      );
      const middle = log.inOrder()[operations / 2];
      rows = 0;
      await store.read(async (reader) => {
        await reader.ordered({ after: middle, limit: 10 });
        await reader.ordered({ after: middle, limit: 10, parts: [{ chain: 2, after: 0, upTo: 99_999 }] });
        await reader.idsAfter(middle?.id ?? null, 10);
        await reader.incomplete(middle?.id ?? null, 10);
        await reader.newest({ type: "song", before: middle, limit: 10 });
        await reader.latest(10);
        await reader.heads();
      });
      await store.close();
      return rows;
    };
    const [small, large] = [await rowsRead(400), await rowsRead(4_000)];
    assert.ok(large <= small + 10, `${small} rows are read of a small store, ${large} of a large one`);
  }));
