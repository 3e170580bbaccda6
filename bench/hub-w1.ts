/**
 * How fast does a hub on PostgreSQL take in what devices push? `npm run bench -- hub-w1`
 * A device writes FABLEPOOL_N items of evidence of about 300 bytes (a signature for each thousand), and pushes them over HTTP from a
 * process of its own; then 8 devices do, each to a pool of its own, in FABLEPOOL_HUBS processes. In turns, FABLEPOOL_ROUNDS times. What is
 * reported as taken is durable: PostgreSQL syncs its disk before it answers. Processor time is what the kernel counts (Linux).
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { onServer, PostgresServer } from "../test/store/postgres-server.ts";
import { machine, median, stamp } from "./kit/machine.ts";
import { figure, table } from "./kit/table.ts";

const size = Number(process.env["FABLEPOOL_N"] ?? 10_000);
const rounds = Number(process.env["FABLEPOOL_ROUNDS"] ?? 3);
const hubs = Number(process.env["FABLEPOOL_HUBS"] ?? availableParallelism());
const several = 8;

function start(...values: string[]): ChildProcess {
  return fork(join(import.meta.dirname, "kit/hub-step.ts"), values, {
    execArgv: (values[0] === "hub" ? process.env["FABLEPOOL_HUB_OPTIONS"] : undefined)?.split(" ") ?? [],
  });
}

function told(child: ChildProcess): Promise<Record<string, never>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process ended with code ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as Record<string, never>);
    });
  });
}

function ask(child: ChildProcess, message: object): Promise<Record<string, never>> {
  const answer = told(child);
  child.send(message);
  return answer;
}

/** Processor time of a process, or of it and of all its children, those that ended among them, ms. */
function spent(pid: number, withChildren = false): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0; // a child that ended between two looks
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  const own = [11, 12, ...(withChildren ? [13, 14] : [])].reduce((sum, at) => sum + Number(fields[at]), 0) * 10;
  if (!withChildren) return own;
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .split("\n")
    .map(Number)
    .filter(Boolean);
  return children.reduce((sum, child) => sum + spent(child), own);
}

interface Outcome {
  readonly rate: number;
  /** Processor time, µs an operation. */
  readonly hub: number;
  readonly postgres: number;
  readonly devices: number;
}

/** A hub's process, and the key that it serves under. */
interface Hub {
  readonly process: ChildProcess;
  readonly did: string;
}

async function startHub(url: string): Promise<Hub> {
  const process = start("hub", url);
  return { process, did: String((await told(process))["did"]) };
}

let pools = 0;

async function pushed(server: PostgresServer, all: readonly Hub[], devices: number): Promise<Outcome> {
  const hubOf = (at: number) => all[at % all.length] as Hub;
  const made = Array.from({ length: devices }, (_, at) => start("device", `pool ${pools++}`, hubOf(at).did, String(size)));
  const founded = await Promise.all(made.map(told));
  const places: { url: string; node: string }[] = [];
  for (const [at, pool] of founded.entries()) {
    const { url } = await ask(hubOf(at).process, { serve: pool });
    places.push({ url: String(url), node: hubOf(at).did });
  }
  await onServer(server.address("postgres"), "CHECKPOINT");
  const parties = () => {
    const sum = (processes: readonly ChildProcess[]) => processes.reduce((total, { pid }) => total + spent(pid as number), 0);
    return [sum(all.map(({ process }) => process)), spent(server.process, true), sum(made)];
  };
  const before = parties();
  const began = performance.now();
  const done = await Promise.all(made.map((device, at) => ask(device, { push: places[at] })));
  const ms = performance.now() - began;
  const after = parties();
  const operations = done.reduce((sum, { pushed: count }) => sum + Number(count), 0);
  const [hub = 0, postgres = 0, device = 0] = after.map((each, at) => (1_000 * (each - (before[at] ?? 0))) / operations);
  for (const each of made) each.disconnect();
  return { rate: (1_000 * operations) / ms, hub, postgres, devices: device };
}

const server = await PostgresServer.start(mkdtempSync(join(tmpdir(), "fablepool-bench-postgres-")));
try {
  const { url } = await server.database("bench");
  const all: [number, Outcome[]][] = [
    [1, []],
    [several, []],
  ];
  const running = await Promise.all(Array.from({ length: hubs }, () => startHub(url)));
  await pushed(server, running, hubs); // a hub has run for a while: its code is compiled
  for (let round = 0; round < rounds; round++) for (const [devices, outcomes] of all) outcomes.push(await pushed(server, running, devices));
  for (const { process } of running) process.disconnect();
  const rows = all.map(([devices, outcomes]) => {
    const of = (name: keyof Outcome) => median(outcomes.map((outcome) => outcome[name]));
    const best = Math.max(...outcomes.map(({ rate }) => rate));
    return [`${devices}`, figure(of("rate")), figure(best), figure(of("hub"), 1), figure(of("postgres"), 1), figure(of("devices"), 1)];
  });
  const head = ["devices, each in its pool", "operations/s", "best", "hub, µs an operation", "PostgreSQL", "devices"];
  console.log(`${stamp(machine())}\n\n${figure(size)} each, ${hubs} processes\n\n${table(head, rows)}`);
} finally {
  await server.stop();
}
