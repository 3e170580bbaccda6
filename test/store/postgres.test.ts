import { after } from "node:test";
import { openPostgres, openPostgresStore, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { storeContract } from "../../src/testkit/store-contract.ts";
import { testDatabase } from "./test-database.ts";

let database: Promise<PostgresDatabase> | null = null;
let pools = 0;

storeContract("postgres", async () => {
  const { url } = await testDatabase();
  database ??= openPostgres(url);
  const name = `contract ${pools++}`;
  const store = await (await database).store(name);
  return {
    store,
    // As another process would.
    reopen: () => openPostgresStore(url, name),
    dispose: () => store.close(),
  };
});

after(async () => (await database)?.close());
