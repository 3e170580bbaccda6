/** A pool's rows under other numbers, as a backup that is put back, or a disk that is copied, brings them. As a superuser, whom no policy binds. */
import { tableNames } from "../../src/store/postgres/migrations/001-init.ts";
import { onServer } from "./postgres-server.ts";

/** Copies the pool named `from` to each of `names`, which are not there. */
export async function copyPool(unbound: string, from: string, names: readonly string[]): Promise<void> {
  const [source] = await onServer(unbound, `SELECT n FROM fablepool.pool WHERE name = '${from}'`);
  const list = names.map((name) => `'${name}'`).join(", ");
  await onServer(
    unbound,
    `INSERT INTO fablepool.pool (name) SELECT unnest(ARRAY[${list}])`,
    ...tableNames.map((table) => copySql(table, Number(source?.["n"]), list)),
  );
}

function copySql(table: string, source: number, list: string): string {
  return `DO $$
    DECLARE columns text;
    BEGIN
      SELECT string_agg('source.' || attname, ', ') INTO columns FROM pg_attribute
        WHERE attrelid = 'fablepool.${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'pool';
      EXECUTE 'INSERT INTO fablepool.${table} (pool, ' || replace(columns, 'source.', '') || ') SELECT pool.n, ' || columns ||
        ' FROM fablepool.${table} AS source CROSS JOIN (SELECT n FROM fablepool.pool WHERE name IN (${list.replaceAll("'", "''")})) AS pool (n) ' ||
        'WHERE source.pool = ${source}';
    END $$`;
}
