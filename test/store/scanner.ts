/**
 * Looks for what must be nowhere: every table and partition of every schema of a database, those of PostgreSQL itself too, row by row as
 * text. What its planner counted (`pg_statistic`) holds values of rows, which is why none is left out.
 */
import pg from "pg";
import { onServer } from "./postgres-server.ts";

/** The tables that hold one of these texts, as `table: text`. `unbound` is the address of a role that no policy binds. */
export async function tablesWith(unbound: string, texts: readonly string[]): Promise<string[]> {
  const needles = `(VALUES ${texts.map((text) => `(${pg.escapeLiteral(text)})`).join(", ")}) AS needle (sought)`;
  const tables = await onServer(unbound, "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'm') ORDER BY 1");
  const looks = tables.map(
    ({ name }) =>
      `SELECT '${name}: ' || sought AS found FROM ${needles} WHERE EXISTS (SELECT FROM ${name} AS line WHERE strpos(line::text, sought) > 0)`,
  );
  return (await onServer(unbound, looks.join(" UNION ALL "))).map(({ found }) => found as string);
}
