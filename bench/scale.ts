/**
 * Does a home of a million operations cost more to open, to ask, to write to and to sync than one of ten thousand?
 * `npm run bench -- scale` (FABLEPOOL_SCALE=1000000: the largest home; FABLEPOOL_WRITE=1 keeps the table under docs/).
 * Each step runs in a process of its own: what it prints is its time and the most memory that it held.
 */
import { closeSync, copyFileSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machine, stamp } from "./kit/machine.ts";
import { runStep } from "./kit/run-step.ts";
import { figure, table } from "./kit/table.ts";

const largest = Number(process.env["FABLEPOOL_SCALE"] ?? 100_000);
const sizes = [10_000, 100_000, 1_000_000].filter((size) => size <= largest);

/** Waits for the disk: else the next sync to it, of whatever file, would wait for all of this. */
function settle(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

/** A home of `size` operations and, beside it, another device's replica of the same log. */
async function measure(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-scale-"));
  const [home, other] = [join(folder, "home"), join(folder, "other")];
  try {
    const authored = await runStep({ do: "author", home, other, size }).result;
    const disk = statSync(join(home, "pool.db")).size;
    copyFileSync(join(home, "pool.db"), join(other, "pool.db"));
    for (const each of [home, other]) settle(join(each, "pool.db"));
    const asked = await runStep({ do: "ask", home }).result;
    await runStep({ do: "author", home, other, size: 10 }).result;
    const serving = runStep({ do: "serve", home });
    const { url = "", node = "" } = await serving.result;
    const small = await runStep({ do: "sync", home: other, url, node }).result;
    const again = await runStep({ do: "sync", home: other, url, node }).result;
    serving.end();
    return { size, disk, authored, asked, small, again };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = Awaited<ReturnType<typeof measure>>;
const lines: readonly (readonly [string, (of: Measured) => string])[] = [
  ["author, operations/s", ({ size, authored }) => figure((size / (authored.ms ?? 0)) * 1_000)],
  ["  most memory, MiB", ({ authored }) => figure(authored.rss)],
  ["disk, bytes an operation", ({ size, disk }) => figure(disk / size)],
  ["open the home, ms", ({ asked }) => figure(asked.open, 1)],
  ["read the latest record, ms", ({ asked }) => figure(asked.read, 1)],
  ["look one up by its id, ms", ({ asked }) => figure(asked.show, 1)],
  ["write one, ms", ({ asked }) => figure(asked.write, 1)],
  ["status, ms", ({ asked }) => figure(asked.status, 1)],
  ["  most memory, MiB", ({ asked }) => figure(asked.rss)],
  ["sync 10 new, ms", ({ small }) => figure(small.ms, 1)],
  ["  round trips", ({ small }) => figure(small.rounds)],
  ["  bytes on the wire", ({ small }) => figure(small.bytes)],
  ["find out that nothing is new, ms", ({ again }) => figure(again.ms, 1)],
  ["  round trips", ({ again }) => figure(again.rounds)],
  ["  bytes on the wire", ({ again }) => figure(again.bytes)],
  ["  most memory, MiB", ({ again }) => figure(again.rss)],
];

const all: Measured[] = [];
for (const size of sizes) all.push(await measure(size));
const text = table(
  ["operations in the home", ...all.map(({ size }) => figure(size))],
  lines.map(([name, value]) => [name, ...all.map(value)]),
);
const at = stamp(machine());
console.log(`${at}\n\n${text}`);
if (process.env["FABLEPOOL_WRITE"]) {
  const to = join(import.meta.dirname, "../docs/benchmarks");
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, "scale.md"), `# Scale\n\n${at}\n\n${text}\n`);
}
