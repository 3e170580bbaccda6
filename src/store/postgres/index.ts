/** The PostgreSQL store, apart from the others: who keeps a pool in SQLite never loads `pg`. */
export { sizeOfOps } from "./append.ts";
export type { Admits, Growth, Held } from "./growth.ts";
export { type MigrateOptions, type Migration, migratePostgres } from "./migrate.ts";
export { openPostgres, openPostgresStore, type PostgresDatabase, type PostgresOptions, type StoreOptions } from "./open.ts";
export type { RemoveOptions } from "./remove.ts";
