/**
 * `npm run prove`: the long proofs, of which `npm test` runs a small share. `npm run prove -- kill` runs one of them.
 * Each prints its seed; `FABLEPOOL_SEED` repeats it.
 */
import { faultOfNumbers } from "./asked-numbers.ts";
import { runSteps, type Step } from "./run-steps.ts";

const node = [process.execPath, "--expose-gc", "--test", "--test-timeout=3600000"] as const;

const proofs: readonly Step[] = [
  {
    name: "kill: 200 kills -9 during import and sync, both nodes",
    command: [...node, "test/e2e/kill.test.ts"],
    env: { FABLEPOOL_RUNS: "200" },
  },
  {
    name: "kill, keys: 200 kills -9 during init, backup, restore, recover, key rotate and key passphrase",
    command: [...node, "test/e2e/kill-keys.test.ts"],
    env: { FABLEPOOL_RUNS: "200" },
  },
  {
    name: "kill, pairing: 60 kills -9 of pair and of join",
    command: [...node, "test/e2e/kill-pairing.test.ts"],
    env: { FABLEPOOL_RUNS: "60" },
  },
  {
    name: "kill-all: 10,000 kills -9 over every command that writes; hours, and it goes on where it was stopped",
    command: [process.execPath, "test/kill/main.ts", "--kills", "10000", "--results", ".build/kills.json"],
  },
  { name: "scale: 50,000 operations, two processes", command: [...node, "test/e2e/scale.test.ts"], env: { FABLEPOOL_SCALE: "50000" } },
  {
    name: "convergence: 3,000 histories in random orders and batches",
    command: [...node, "test/properties/*.test.ts"],
    env: { FABLEPOOL_RUNS: "3000" },
  },
  {
    name: "view: after each of 100,000 random steps the oracle's",
    command: [...node, "test/node/view-oracle.test.ts"],
    env: { FABLEPOOL_RUNS: "334" },
  },
  {
    name: "importers: 10,000 damaged files of each format, and as many archives",
    command: [...node, "test/importers/mutated.test.ts"],
    env: { FABLEPOOL_RUNS: "250" },
  },
  {
    name: "stores: 400 kills of a writer in SQLite, 40 in PostgreSQL, 60 of its server, faults at every step",
    command: [...node, "test/store/*.test.ts"],
    env: { FABLEPOOL_RUNS: "10" },
  },
  {
    name: "hub: three processes, PostgreSQL and NATS killed at random for 10 minutes under 200 devices",
    command: [...node, "test/hub/chaos/*.test.ts"],
    env: { FABLEPOOL_MINUTES: "10" },
  },
  {
    name: "postgres, convergence: 100 histories in random orders and batches on PostgreSQL, and 50 syncs with it",
    command: [...node, "test/properties/*.test.ts"],
    env: { FABLEPOOL_RUNS: "100", FABLEPOOL_STORES: "postgres" },
  },
  {
    name: "postgres, sim: 100 simulated histories whose stores are in PostgreSQL",
    command: [process.execPath, "sim/main.ts", "--histories", "100", "--store", "postgres"],
  },
  {
    name: "messages: 10,000 hostile ones to a node and as many connections to its server, honest syncs beside them",
    command: [...node, "test/node/fuzz.test.ts", "test/server/garbage.test.ts"],
    env: { FABLEPOOL_RUNS: "7" },
  },
  {
    name: "pairing: 100,000 guesses, recordings and people in between",
    command: [...node, "test/core/pair/*.test.ts", "test/node/pair/*.test.ts", "test/e2e/pairing.test.ts", "test/e2e/two-machines.test.ts"],
    env: { FABLEPOOL_RUNS: "10" },
  },
  {
    name: "recall: 1,440 random grants, each asked before and after more was written that it does not show",
    command: [...node, "test/node/recall/recall-laws.test.ts"],
    env: { FABLEPOOL_RUNS: "40" },
  },
  {
    name: "fuzz: a million texts of most parsers' grammars, whole and damaged; 200,000 messages to /mcp each way, to /api and to a hub's operators",
    command: [...node, "test/fuzz/*.test.ts"],
    env: { FABLEPOOL_RUNS: "667" },
  },
  {
    name: "inspector: every view at both widths in both themes, in a real browser",
    command: [...node, "test/browser/*.test.ts"],
    env: { FABLEPOOL_RUNS: "4" },
  },
  {
    name: "jobs: 1,000 hosted pools with a due grant each, processes killed in the middle",
    command: [...node, "test/hub/jobs.test.ts"],
    env: { FABLEPOOL_RUNS: "100" },
  },
  { name: "sim: 10,000 histories with every fault", command: [process.execPath, "sim/main.ts", "--histories", "10000"] },
  { name: "sim: every planted bug within 500 histories", command: [process.execPath, "sim/main.ts", "--canaries"] },
  { name: "sim: 500 histories with a thief", command: [...node, "test/sim/thief.test.ts"], env: { FABLEPOOL_RUNS: "1000" } },
  { name: "sim: 1,000 histories with a delegate", command: [process.execPath, "sim/main.ts", "--histories", "1000", "--delegate"] },
  { name: "sim, model: every small history", command: [process.execPath, "sim/model/main.ts", "large"] },
  {
    name: "sim: 300 histories with real signatures",
    command: [process.execPath, "sim/main.ts", "--histories", "300", "--signatures", "real"],
  },
];

const wanted = process.argv.slice(2);
const chosen = proofs.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
const noSuch = () => `no proof begins with ${wanted.join(" or ")}: there are\n${proofs.map(({ name }) => `  ${name}`).join("\n")}`;
const fault = faultOfNumbers(process.env) ?? (chosen.length === 0 ? noSuch() : null);
if (fault === null) await runSteps(chosen);
else {
  console.error(fault);
  process.exitCode = 2;
}
