/** Sections 3 and 6: an unknown type is admitted, stored, and has no effect, whatever it is called and whatever it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, targets } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** Allowed by section 3, and every one a member of some JavaScript object. */
const treacherous = ["constructor", "__proto__", "__definegetter__", "tostring", "valueof", "length", "then", "0"];

for (const type of ["a_type_of_the_future", "refutations", "_", ...treacherous]) {
  test(`an operation of type ${type} is kept and moves nothing`, async () => {
    const pool = scriptedPool(nativeCrypto);
    const stated = pool.write("phone", "claim", claim());
    const odd = [
      pool.write("phone", type, targets(stated)),
      pool.write("phone", type, {}),
      pool.write("phone", type, claim({ object: "elsewhere" })),
    ];
    const { accepted, payloads, statuses } = await agreed(pool);
    for (const { op_id } of odd) assert.ok(accepted.has(op_id) && payloads.has(op_id));
    assert.deepEqual([...statuses], [[stated.op_id, "active"]]);
  });
}

test("roles, predicates and members with such names are names like any other", async () => {
  const pool = scriptedPool(nativeCrypto);
  for (const [n, name] of treacherous.entries()) {
    pool.add("phone", ["laptop", "tablet", "watch", "importer", "agent", "mirror", "gardener", "thief"][n] as string, name);
    pool.write("phone", "predicate", { name, cardinality: "many", sensitivity: "personal", template: "" });
    pool.write("phone", "claim", claim({ predicate: name, object: 1, [name]: { [name]: 2 } }));
    pool.write("phone", "claim", claim({ predicate: name, object: JSON.parse(`{"${name}": 3}`) }));
  }
  pool.write("laptop", "claim", claim());
  const { statuses } = await agreed(pool);
  const counts = [...statuses.values()].filter((status) => status === "active").length;
  assert.deepEqual([counts, statuses.size], [2 * treacherous.length, 2 * treacherous.length + 1]);
});
