/**
 * Rows by many keys, by going down an index once for each. With `column = ANY (…)` it is PostgreSQL's choice to read all of a pool
 * and compare every row with every key, which it makes where its statistics are older than most of the pool: a push of 200 operations
 * then costs what the pool holds. A row that several keys would find is found by each: keys are given once.
 */

/** `column` is `bytea`, and `$2` the keys. */
export function byKeys(columns: string, table: string, column: string, also = ""): string {
  return `SELECT found.* FROM ${found(columns, table, column, "$2::bytea[]", also)}`;
}

/**
 * What follows WHERE in a statement that changes or deletes the rows; `keys` is the parameter that has them. In a partition of
 * few thousand rows PostgreSQL may read all of a pool instead.
 */
export function atKeys(table: string, column: string, also = "", keys = "$2"): string {
  return `pool = $1 AND ctid = ANY (ARRAY(SELECT found.ctid FROM ${found("ctid", table, column, `${keys}::bytea[]`, also)}))`;
}

/** `OFFSET 0` keeps PostgreSQL from making a join of it that it could turn around. */
function found(columns: string, table: string, column: string, keys: string, also = ""): string {
  return (
    `unnest(${keys}) AS given (key) CROSS JOIN LATERAL ` +
    `(SELECT ${columns} FROM ${table} WHERE pool = $1 AND ${table}.${column} = given.key ${also} OFFSET 0) AS found`
  );
}
