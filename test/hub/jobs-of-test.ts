/** Hosted pools with grants of which something is due, on a real database with a real queue. */
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { RegistryDatabase } from "../../src/hub/registry/database.ts";
import { addHosted } from "../../src/hub/registry/hosted.ts";
import { foundPool } from "../../src/node/found-pool.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import type { PostgresDatabase } from "../../src/store/postgres/index.ts";
import { logOf, take } from "../node/replicas.ts";
import { newKey, random } from "./hub-of-test.ts";

export interface DuePool {
  readonly pool: OpId;
  readonly grant: OpId;
}

/** A hosted pool with a redacted grant that expires at `expires`: from then on its grantee is to be forgotten. */
export async function duePool(registry: RegistryDatabase, database: PostgresDatabase, expires: number): Promise<DuePool> {
  const clock = () => expires - 60_000;
  const [root, device] = [newKey(), newKey()].map(({ did, seed }) => ({ did: did as Did, seed, clock, random })) as [Writer, Writer];
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  const pool = await foundPool(replica, root, { key: device.did, role: "full" });
  const payload = { grantee: newKey().did, selector: { predicates: ["*"] }, purpose: "a test", expires_at: expires };
  const [grant] = (await writeDrafts(replica, device, [{ type: "cap_grant", payload }])) as [OpId];
  const store = await database.store(pool);
  await store.write((tx) => tx.setPool(pool));
  const hosted = new Replica(store, nativeCrypto);
  await take(hosted, await logOf(replica)); // it knew the grant before it was redacted
  await writeDrafts(replica, device, [{ type: "redaction", payload: { targets: [grant], suppress: [] } }]);
  await take(hosted, await logOf(replica));
  await store.close();
  const quota = { operations: null, bytes: null };
  const did = newKey().did as Did;
  await addHosted(registry, { pool, did, role: "mirror", state: "active", registrant: device.did, label: "", quota, since: 0, notice: "" });
  return { pool, grant };
}

/** Whether the grantee is still known. */
export async function knowsGrantee(database: PostgresDatabase, { pool, grant }: DuePool): Promise<boolean> {
  const store = await database.store(pool);
  const rows = await store.read((reader) => reader.grantees([grant]));
  await store.close();
  return rows.length > 0;
}
