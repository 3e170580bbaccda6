/** An honest phone that is served on a real socket, and the laptop that syncs with it: who is attacked in this folder. */
import assert from "node:assert/strict";
import { nativeCrypto, type Replica, system } from "../../src/node/index.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { startServer } from "../../src/server/index.ts";
import { type HttpTransport, openHttpTransport } from "../../src/transport/index.ts";
import { addDevice, assertConverged, assertSound, claims, idsOf, logOf, newPool, type Pool, replicaOf } from "../node/replicas.ts";

export interface ServedPool {
  readonly pool: Pool;
  readonly url: string;
  /** `host:port` of the phone's server. */
  readonly authority: string;
  readonly laptop: Replica;
  /** A client of the laptop's key at this address. */
  open(url: string, timeoutMs?: number): HttpTransport;
  /** Nothing came of it: both are sound, the phone holds what it held and at most what the laptop wrote, and an honest sync makes them equal. */
  assertUnharmed(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `relays`: other names that the phone is reached by. */
export async function servedPool(relays: readonly string[] = [], clock = system.clock): Promise<ServedPool> {
  const pool = await newPool();
  const key = await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(25));
  const laptop = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 12));
  const server = await startServer({
    handler: (message, from) => answer(pool.replica, { did: pool.phone.did }, message, from),
    knows: async (did) => did === key.did || did === pool.phone.did,
    self: pool.phone,
    crypto: nativeCrypto,
    ...system,
    clock,
    host: "127.0.0.1",
    port: 0,
    authorities: relays,
  });
  await writeDrafts(laptop, key, claims(3, 900));
  const before = new Set(await idsOf(pool.replica));
  const own = new Set((await logOf(laptop)).map(({ op_id }) => op_id));
  const open = (url: string, timeoutMs = 10_000) =>
    openHttpTransport({ url, node: pool.phone.did, key, crypto: nativeCrypto, ...system, timeoutMs });
  return {
    pool,
    laptop,
    url: server.url,
    authority: `127.0.0.1:${server.port}`,
    open,
    async assertUnharmed() {
      await assertSound(laptop);
      await assertSound(pool.replica);
      const now = await idsOf(pool.replica);
      assert.ok(
        now.every((id) => before.has(id) || own.has(id)),
        "the phone holds what nobody of the pool wrote",
      );
      const transport = open(server.url);
      await syncWith(laptop, transport).finally(() => transport.close());
      await assertConverged(laptop, pool.replica);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
