/**
 * How fast does a hub on PostgreSQL take in what devices push? `npm run bench -- hub-w1`
 * A device has written FABLEPOOL_N items of evidence of about 300 bytes (a signature for each thousand), and pushes them over HTTP from
 * a process of its own; then 8 devices do, each to a pool of its own, in FABLEPOOL_HUBS processes of the hub. In turns, FABLEPOOL_ROUNDS
 * times. What is reported as taken is durable. Processor time is what the kernel counts (Linux). `chrt -r 5` before the command keeps
 * what else the machine does out of the seconds that it takes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onServer } from "../test/store/postgres-server.ts";
import { HubRun } from "./kit/hub-run.ts";
import { machine, median, stamp } from "./kit/machine.ts";
import { figure, table } from "./kit/table.ts";

const size = Number(process.env["FABLEPOOL_N"] ?? 10_000);
const rounds = Number(process.env["FABLEPOOL_ROUNDS"] ?? 3);
const hubs = Number(process.env["FABLEPOOL_HUBS"] ?? 1);
const several = 8;
/** As docs/operate.md advises: messages live for some milliseconds, and are then copied less often. */
const nodeOptions = ["--max-semi-space-size=64"];

interface Outcome {
  readonly rate: number;
  /** Processor time, µs an operation. */
  readonly hub: number;
  readonly postgres: number;
  readonly devices: number;
}

async function pushed(run: HubRun, count: number): Promise<Outcome> {
  const devices = await Promise.all(Array.from({ length: count }, (_, at) => run.device(at, size)));
  await onServer(run.server.address("postgres"), "CHECKPOINT");
  const spent = () => ({ ...run.spent(), devices: devices.reduce((sum, each) => sum + each.spent(), 0) });
  const [before, began] = [spent(), performance.now()];
  const done = await Promise.all(devices.map((each) => each.ask({ do: "sync" })));
  const [after, ms] = [spent(), performance.now() - began];
  for (const each of devices) each.end();
  const operations = done.reduce((sum, answer) => sum + Number(answer["pushed"]), 0);
  const each = (name: keyof typeof after) => (1_000 * (after[name] - before[name])) / operations;
  return { rate: (1_000 * operations) / ms, hub: each("hub"), postgres: each("postgres"), devices: each("devices") };
}

const run = await HubRun.start(hubs, nodeOptions);
try {
  await pushed(run, hubs); // a hub has run for a while: its code is compiled
  const all: [number, Outcome[]][] = [
    [1, []],
    [several, []],
  ];
  for (let round = 0; round < rounds; round++) for (const [devices, outcomes] of all) outcomes.push(await pushed(run, devices));
  const rows = all.map(([devices, outcomes]) => {
    const of = (name: keyof Outcome) => median(outcomes.map((outcome) => outcome[name]));
    const best = Math.max(...outcomes.map(({ rate }) => rate));
    return [`${devices}`, figure(of("rate")), figure(best), figure(of("hub"), 1), figure(of("postgres"), 1), figure(of("devices"), 1)];
  });
  const head = ["devices, each in its pool", "operations/s", "best", "hub, µs an operation", "PostgreSQL", "devices"];
  const what = `${figure(size)} operations each, ${hubs} process${hubs === 1 ? "" : "es"} of the hub, ${rounds} rounds, medians`;
  const text = `${what}\n\n${table(head, rows)}`;
  const at = stamp(machine());
  console.log(`${at}; ${text}`);
  if (process.env["FABLEPOOL_WRITE"]) {
    const to = join(import.meta.dirname, "../docs/benchmarks");
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "hub-w1.md"), `# W1 against a hub on PostgreSQL\n\n${at}; ${text}\n`);
  }
} finally {
  await run.end();
}
