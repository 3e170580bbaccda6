/**
 * The simulator's command line: many histories from seeds, or one replayed from a file.
 *
 *   node sim/main.ts --histories 1000 --seed 1 --nodes 4
 *   node sim/main.ts --replay sim/regressions/NAME.json
 *   node sim/main.ts --canaries
 *   node sim/main.ts --histories 50 --store postgres      (starts a server of its own)
 *
 * Exit code 1 when a check failed; what failed is shrunk and written to a file that replays it.
 */
import { parseArgs } from "node:util";
import { huntAll } from "./canaries/index.ts";
import { replayFile } from "./replay.ts";
import { type Many, runMany } from "./run-many.ts";

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "1000" },
    seed: { type: "string", default: process.env["FABLEPOOL_SEED"] ?? "1" },
    nodes: { type: "string" },
    actions: { type: "string" },
    replay: { type: "string" },
    delegate: { type: "boolean", default: false },
    canaries: { type: "boolean", default: false },
    signatures: { type: "string", default: "simulated" },
    store: { type: "string", default: "memory" },
  },
});

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const ok = values.replay
  ? await replayFile(values.replay)
  : values.canaries
    ? await huntAll(Number(values.seed))
    : await runOn(values.store, {
        histories: Number(values.histories),
        seed: Number(values.seed),
        nodes: number(values.nodes),
        actions: number(values.actions),
        delegate: values.delegate,
        real: values.signatures === "real",
      });
process.exitCode = ok ? 0 : 1;

/** `memory` or `postgres`, which is loaded only then. */
async function runOn(store: string, many: Many): Promise<boolean> {
  if (store === "memory") return runMany(many);
  const { PostgresServer } = await import("../test/store/postgres-server.ts");
  const { runOnPostgres } = await import("./on-postgres.ts");
  const server = await PostgresServer.start();
  try {
    const database = await server.database("sim");
    return await runMany({ ...many, store, run: (script, options) => runOnPostgres(script, database, options) });
  } finally {
    await server.stop();
  }
}
