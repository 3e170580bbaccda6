/**
 * Simulated histories on PostgreSQL: what the devices' stores are asked there is answered as in memory, crashes and all; so the
 * histories are the same. FABLEPOOL_RUNS / 100 histories, from seed FABLEPOOL_SEED on; `npm run prove -- postgres` runs more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistory } from "../../sim/history.ts";
import { makeScript } from "../../sim/make-script.ts";
import { runOnPostgres } from "../../sim/on-postgres.ts";
import { testDatabase } from "../store/test-database.ts";

const runs = Math.ceil(Number(process.env["FABLEPOOL_RUNS"] ?? 100) / 100);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

test(`law: devices whose stores are in PostgreSQL have the same histories, and every check holds (${runs})`, async () => {
  const server = await testDatabase();
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const script = makeScript(seed, { nodes: 3, actions: 25 });
    const { findings, digest, calls } = await runOnPostgres(script, server);
    assert.deepEqual(findings, [], `node sim/main.ts --histories 1 --seed ${seed} --nodes 3 --actions 25 --store postgres`);
    assert.ok(calls > 200, `only ${calls} calls`);
    assert.equal((await runHistory(script)).digest, digest, "listening changed the history");
  }
});
