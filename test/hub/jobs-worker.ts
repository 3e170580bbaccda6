/**
 * A process that works on jobs, and stops dead in the middle of its first one: before anything of it was done, or after.
 * `node jobs-worker.ts <database> before|after`; it sends a message when it has stopped, and waits to be killed.
 */
import { Jobs } from "../../src/hub/jobs/jobs.ts";
import { openRegistry } from "../../src/hub/registry/database.ts";
import { openPostgres } from "../../src/store/postgres/index.ts";

const [database = "", when = ""] = process.argv.slice(2);

/** Not even a sign of life leaves this process any more. */
function stop(): void {
  const word = new Int32Array(new SharedArrayBuffer(4));
  process.send?.("stopped", () => Atomics.wait(word, 0, 0));
}

let stopping = false;
const stopOnce = () => {
  if (!stopping) stop();
  stopping = true;
};

const registry = await openRegistry(database);
const forever = new Promise<never>(() => undefined);
const pools = await openPostgres(database);
await Jobs.open({
  database,
  registry,
  pools:
    when === "before"
      ? {
          ...pools,
          store: () => {
            stopOnce();
            return forever;
          },
        }
      : pools,
  clock: Date.now,
  ...(when === "after" ? { onLook: stopOnce } : {}),
  pollSeconds: 0.5,
});
