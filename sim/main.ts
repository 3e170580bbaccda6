/**
 * The simulator's command line: many histories from seeds, or one replayed from a file.
 *
 *   node sim/main.ts --histories 1000 --seed 1 --nodes 4
 *   node sim/main.ts --replay sim/regressions/NAME.json
 *   node sim/main.ts --canaries
 *
 * Exit code 1 when a check failed; what failed is shrunk and written to a file that replays it.
 */
import { parseArgs } from "node:util";
import { huntAll } from "./canaries/index.ts";
import { replayFile } from "./replay.ts";
import { runMany } from "./run-many.ts";

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
  },
});

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const ok = values.replay
  ? await replayFile(values.replay)
  : values.canaries
    ? await huntAll(Number(values.seed))
    : await runMany({
        histories: Number(values.histories),
        seed: Number(values.seed),
        nodes: number(values.nodes),
        actions: number(values.actions),
        delegate: values.delegate,
        real: values.signatures === "real",
      });
process.exitCode = ok ? 0 : 1;
