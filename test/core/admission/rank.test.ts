/** Section 5: keys rank in one order, on every node, and their rank decides who may remove whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceView, isRemoved, roleOf } from "../../../src/core/admission/device-view.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { type ScriptedPool, scriptedNames, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** `name role`, by rank. */
async function ranksAre(pool: ScriptedPool, wanted: readonly string[]): Promise<void> {
  const { accepted, devices } = await agreed(pool);
  assert.equal(accepted.size, pool.ops.length);
  const nameOf = (did: string) => scriptedNames.find((name) => pool.key(name).did === did);
  assert.deepEqual(
    devices.ranked.map(({ key, role }) => `${nameOf(key)} ${role}`),
    wanted,
  );
}

/** An operation of `author` with a lower id than `other` at the same place, or with a higher one. */
function beside(pool: ScriptedPool, write: (n: number) => Envelope, other: Envelope, lower: boolean): Envelope {
  for (let n = 0; ; n++) {
    const op = write(n);
    if (op.op_id < other.op_id === lower) return op;
    pool.withhold(op);
  }
}

test("root ranks first, then its devices in the order in which they were added", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("root", "laptop", "full");
  pool.add("phone", "tablet", "ingest");
  await ranksAre(pool, ["root root", "phone full", "laptop full", "tablet ingest"]);
});

test("of additions that did not know of each other the lower lamport ranks first, whoever wrote it", async () => {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  const high = pool.add("root", "laptop", "full", [pool.write("root", "mood", {}, founded)]);
  pool.add("phone", "tablet", "full", founded);
  assert.equal(high.lamport, 4);
  await ranksAre(pool, ["root root", "phone full", "tablet full", "laptop full"]);
});

test("at the same lamport the lower op_id ranks first", async () => {
  for (const lower of [true, false]) {
    const pool = scriptedPool(nativeCrypto);
    const founded = [...pool.ops];
    const one = pool.add("root", "laptop", "full", founded);
    const write = () => pool.add("phone", "tablet", "full", founded);
    beside(pool, write, one, lower);
    await ranksAre(pool, ["root root", "phone full", ...(lower ? ["tablet full", "laptop full"] : ["laptop full", "tablet full"])]);
  }
});

test("a key that several added has the role that the lowest addition gives", async () => {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  pool.add("root", "tablet", "ingest", [pool.write("root", "mood", {}, founded)]);
  pool.add("phone", "tablet", "full", founded);
  await ranksAre(pool, ["root root", "phone full", "tablet full"]);
});

test("when the lowest addition is contested the next one gives rank and role", async () => {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  const laptop = pool.add("phone", "laptop", "full", founded);
  const tablet = pool.add("laptop", "tablet", "full", [laptop]);
  pool.add("phone", "watch", "full", [pool.write("phone", "mood", {}, [tablet])]);
  pool.add("phone", "tablet", "mirror", [pool.write("phone", "mood", {}, [laptop])]); // phone forks here
  await ranksAre(pool, ["root root", "phone full", "laptop full", "tablet full", "watch full"]);
  pool.remove("root", "laptop", null);
  await ranksAre(pool, ["root root", "phone full", "laptop full", "tablet mirror", "watch full"]);
});

test("a removed key keeps its rank, a key whose addition is contested has none", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  pool.add("laptop", "tablet", "full");
  pool.remove("phone", "laptop", null);
  await ranksAre(pool, ["root root", "phone full", "laptop full"]);
});

test("additions that `last` covers stand, later ones do not", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  const early = pool.add("laptop", "tablet", "full");
  pool.add("laptop", "watch", "full");
  pool.remove("phone", "laptop", early);
  await ranksAre(pool, ["root root", "phone full", "laptop full", "tablet full"]);
});

test("a void addition adds nobody: its author is not full in the view of the whole log", async () => {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  pool.add("root", "laptop", "ingest", founded);
  const higher = pool.add("phone", "laptop", "full", [pool.write("phone", "mood", {}, founded)]);
  pool.add("laptop", "tablet", "full", [higher]);
  await ranksAre(pool, ["root root", "phone full", "laptop ingest"]);
});

test("the stolen device that ranks first keeps control against all devices after it; root ends that", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  const known = [...pool.ops];
  pool.add("phone", "thief", "full", known);
  pool.remove("phone", "laptop", null);
  pool.remove("laptop", "phone", null, known);
  await ranksAre(pool, ["root root", "phone full", "laptop full", "thief full"]);
  pool.remove("root", "phone", known[2] as Envelope);
  await ranksAre(pool, ["root root", "phone full", "laptop full"]);
});

test("a chain of removals is decided from the front: what a removed remover removed stays", async () => {
  const pool = scriptedPool(nativeCrypto);
  const names = ["laptop", "tablet", "watch"] as const;
  for (const name of names) pool.add("phone", name, "full");
  const known = [...pool.ops];
  pool.remove("watch", "thief", null, known);
  pool.remove("tablet", "watch", null, known);
  pool.remove("laptop", "tablet", null, known);
  const { devices } = await agreed(pool);
  const removed = devices.removals.map(({ key }) => key).sort();
  assert.deepEqual(removed, ["tablet", "thief"].map((name) => pool.key(name).did).sort());
});

const did = (name: string) => name as Did;
const genesis = { id: "op:0", type: "genesis", author: did("root"), lamport: 1, key: did("root"), role: "", last: null, chain: 1, seq: 1 };

test("without a genesis there are no devices; the view of nothing is empty", () => {
  const view = deviceView([], new Map());
  assert.deepEqual([view.root, view.devices.size, view.adds], [null, 0, 0]);
  assert.equal(isRemoved(view, did("anyone")), false);
  assert.equal(roleOf(view, did("anyone")), null);
});

test("law: the view does not depend on the order in which control operations are listed", () => {
  const add = (n: number, author: string, key: string, lamport: number) => ({
    ...genesis,
    id: `op:${n}`,
    type: "device_add",
    author: did(author),
    key: did(key),
    role: "full",
    lamport,
    chain: n,
  });
  const controls = [genesis, add(1, "root", "a", 2), add(2, "a", "b", 3), add(3, "b", "c", 4), add(4, "root", "c", 9)] as never[];
  const seen = new Set<string>();
  for (let turn = 0; turn < controls.length; turn++) {
    const turned = [...controls.slice(turn), ...controls.slice(0, turn)];
    for (const list of [turned, turned.toReversed()]) seen.add(JSON.stringify([...deviceView(list, new Map()).devices.values()]));
  }
  assert.equal(seen.size, 1);
  assert.match([...seen][0] ?? "", /"root".*"a".*"b".*"op:3"/);
});
