/** What a delegate takes as proof of a grantor's and an issuer's right (section 8; spec DEL-9): control operations of form, and no more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Authority } from "../../../src/core/capability/authority.ts";
import { limits } from "../../../src/core/limits.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const plain = (ops: readonly Envelope[]) => JSON.parse(JSON.stringify(ops)) as Json[];

function refused(genesis: Envelope, ops: readonly Envelope[], why: RegExp): void {
  const add = () => new Authority(genesis.op_id).add(nativeCrypto, plain(ops));
  assert.throws(add, { name: "PoolError", code: "peer", message: why });
}

test("a control operation whose payload does not fit is refused", () => {
  const pool = scriptedPool(nativeCrypto);
  const add = pool.write("root", "device_add", { key: pool.key("laptop").did, role: 5 });
  refused(pool.genesis, [pool.genesis, add], /holds a device_add that does not fit/);
});

test("a genesis that names another owner than its author is refused", () => {
  const pool = scriptedPool(nativeCrypto);
  const written = pool.write("thief", "genesis", { owner: pool.key("root").did });
  const stolen = pool.altered(written, { pool: null, prev: [], seq: 1, lamport: 1 });
  refused(stolen, [stolen], /not its owner's/);
});

test("no more operations are taken than the limit: in one reply, and over several", () => {
  const pool = scriptedPool(nativeCrypto);
  refused(pool.genesis, Array(limits.authorityOps + 1).fill(pool.genesis), /holds over/);
  const draft = { type: "device_add", payload: { key: pool.key("laptop").did, role: "full" } };
  const some = (count: number) => pool.writeBatch("root", Array(count).fill(draft));
  const authority = new Authority(pool.id);
  authority.add(nativeCrypto, plain([pool.genesis]));
  for (let taken = 1; taken < limits.authorityOps; ) {
    const ops = some(Math.min(limits.batchSize, limits.authorityOps - taken));
    authority.add(nativeCrypto, plain(ops));
    taken += ops.length;
  }
  assert.throws(() => authority.add(nativeCrypto, plain(some(1))), { code: "peer", message: /grows over/ });
});

test("a removal whose `last` is another key's reads as null: nothing of the removed key counts (section 5)", () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  pool.add("laptop", "tablet", "full");
  const phones = pool.add("phone", "watch", "full");
  pool.remove("root", "laptop", phones);
  const authority = new Authority(pool.id);
  authority.add(nativeCrypto, plain(pool.ops));
  assert.ok(authority.mayIssue(pool.key("watch").did));
  assert.ok(!authority.mayIssue(pool.key("tablet").did));
});
