/** Founding a pool: the genesis by root, and the first device. */
import type { Did } from "../core/crypto/did-key.ts";
import { writeOps } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Replica } from "./replica.ts";
import type { Writer } from "./write.ts";

/** Writes `genesis` and the `device_add` of the first device, both by root, and makes the pool this store's. */
export async function foundPool(replica: Replica, root: Writer, device: { readonly key: Did; readonly role: string }): Promise<OpId> {
  const pen = { author: root.did, seed: root.seed, heads: [], now: root.clock(), salt: () => root.random(16) };
  const [genesis] = writeOps(replica.crypto, { ...pen, pool: null, own: null, lamport: 0 }, [
    { type: "genesis", payload: { owner: root.did } },
  ]);
  if (genesis === undefined) throw new RangeError("one draft makes one operation");
  const pool = genesis.envelope.op_id;
  const place = { pool, own: { id: pool, seq: 1 }, lamport: 1 };
  const [add] = writeOps(replica.crypto, { ...pen, ...place }, [{ type: "device_add", payload: { key: device.key, role: device.role } }]);
  await replica.commit(async (tx) => {
    await tx.setPool(pool);
    return add ? [genesis, add] : [genesis];
  });
  return pool;
}
