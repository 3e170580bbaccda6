import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/index.ts";
import { storeContract } from "../../src/testkit/store-contract.ts";

storeContract("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fablepool-store-"));
  const path = join(folder, "store.db");
  const store = await openSqliteStore(path);
  return {
    store,
    reopen: () => openSqliteStore(path),
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
