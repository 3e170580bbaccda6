export { openMemoryStore } from "./memory/memory-store.ts";
export { copyTables, emptyTables, type Tables } from "./memory/tables.ts";
export { type Driver, nodeSqlite, type OpenDriver } from "./sqlite/driver.ts";
export { openSqliteStore, type SqliteOptions, storeVersion } from "./sqlite/open.ts";
export type * from "./store.ts";
export { checkWritable } from "./writable.ts";
