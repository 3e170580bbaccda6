/**
 * A process that works on jobs, and stops dead in the middle of its first one: before anything of it was done, or after.
 * `node jobs-worker.ts <database> before|after`; it says so as it stops, and waits to be killed.
 */
import { writeSync } from "node:fs";
import { Jobs } from "../../src/hub/jobs/jobs.ts";
import { openRegistry } from "../../src/hub/registry/database.ts";
import { openPostgres } from "../../src/store/postgres/index.ts";

const [database = "", when = ""] = process.argv.slice(2);

/** At once, in the middle of whatever this thread does: not even a sign of life leaves this process any more. */
function stop(): never {
  writeSync(1, "stopped\n");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const registry = await openRegistry(database);
const pools = await openPostgres(database);
await Jobs.open({
  database,
  registry,
  pools: when === "before" ? { ...pools, store: stop } : pools,
  clock: Date.now,
  ...(when === "after" ? { onLook: stop } : {}),
  pollSeconds: 0.5,
});
