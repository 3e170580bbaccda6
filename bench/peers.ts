/**
 * How does FablePool do the work that other systems with a log and a sync do, in one run with them? `npm run bench -- peers`
 * W1 a bulk sync, W2 a small difference, W3 two writers, W4 opening: see the README of the comparison's folder, which is not part
 * of this project. FABLEPOOL_PEERS names it; NODE_PATH-like, FABLEPOOL_PEERS_MODULES has the others' packages installed.
 * FABLEPOOL_PEERS_RUN="fablepool cojson hypercore", _N=10000,100000, _REPS=3; FABLEPOOL_WRITE=1 keeps results and charts under docs/.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machine, median, stamp } from "./kit/machine.ts";
import { bars, figure, table } from "./kit/table.ts";

const root = join(import.meta.dirname, "..");
const folder = process.env["FABLEPOOL_PEERS"] ?? join(root, "../shared/bench/peers");
const modules = process.env["FABLEPOOL_PEERS_MODULES"];
const peers = (process.env["FABLEPOOL_PEERS_RUN"] ?? "fablepool cojson hypercore").split(" ");
const sizes = (process.env["FABLEPOOL_PEERS_N"] ?? "10000").split(",").map(Number);
const repetitions = Number(process.env["FABLEPOOL_PEERS_REPS"] ?? 3);

type Run = Readonly<Record<string, number>> & { readonly error?: string };

/** One repetition of one peer, as the comparison's own runner makes and reports it. */
function runOnce(copy: string, peer: string, size: number): Run {
  const [name = "", variant = ""] = peer.split(":");
  const out = join(copy, "one.json");
  rmSync(out, { force: true });
  const values = [
    "run.mjs",
    name,
    "--n",
    `${size}`,
    "--reps",
    "1",
    "--out",
    out,
    "--label",
    "one",
    ...(variant ? ["--variant", variant] : []),
  ];
  spawnSync(process.execPath, values, { cwd: copy, stdio: ["ignore", "ignore", "inherit"] });
  const { runs } = JSON.parse(readFileSync(out, "utf8")) as { runs: { one: Record<string, { raw: Run[] }> } };
  return runs.one[size]?.raw[0] ?? ({ error: "no result" } as unknown as Run);
}

function prepare(): string {
  const copy = mkdtempSync(join(tmpdir(), "fablepool-peers-"));
  cpSync(folder, copy, { recursive: true });
  symlinkSync(join(import.meta.dirname, "peer-fablepool.mjs"), join(copy, "peer-fablepool.mjs"));
  if (modules) symlinkSync(modules, join(copy, "node_modules"));
  return copy;
}

interface Row {
  readonly peer: string;
  readonly size: number;
  readonly reps: number;
  readonly error: string | undefined;
  readonly of: (name: string) => number;
}

/** Peers take turns, so that what else the machine does meets all of them. */
function measure(copy: string): Row[] {
  const all = new Map<string, Run[]>();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const size of sizes) {
      for (const peer of peers) {
        const run = runOnce(copy, peer, size);
        console.error(`${peer} ${size} ${repetition + 1}/${repetitions}: ${JSON.stringify(run)}`);
        const key = `${peer} ${size}`;
        all.set(key, [...(all.get(key) ?? []), run]);
      }
    }
  }
  return [...all].map(([key, runs]) => {
    const [peer = "", size = ""] = key.split(" ");
    const of = (name: string) => median(runs.flatMap((run) => (typeof run[name] === "number" ? run[name] : [])));
    return { peer, size: Number(size), reps: runs.length, error: runs.find(({ error }) => error)?.error, of };
  });
}

function report(rows: readonly Row[]): string {
  const rate = ({ size, of }: Row, name: string) => (size / of(name)) * 1_000;
  const kilo = (bytes: number) => figure(bytes / 1_000, 1);
  const w1 = rows.map((row) => {
    const { peer, size, of } = row;
    const bytes = (of("w1_up") + of("w1_down")) / size;
    const memory = `${figure(of("sync_rss_mb"))} (${figure(of("idle_rss_mb"))})`;
    return [
      peer,
      figure(size),
      figure(rate(row, "author_ms")),
      figure(rate(row, "sync_ms")),
      figure(bytes),
      memory,
      figure(of("disk_b_mb"), 1),
    ];
  });
  const rest = rows.map(({ peer, size, of }) => {
    const small = `${kilo(of("w2_down"))} + ${kilo(of("w2_up"))}`;
    return [peer, figure(size), figure(of("w2_ms"), 1), small, figure(of("w3_ms")), figure(of("w4_ms"), 1)];
  });
  const errors = rows.flatMap(({ peer, size, error }) => (error ? [`${peer} at ${size}: ${error}`] : []));
  return [
    table(["W1", "N", "author rec/s", "sync rec/s", "wire B/rec", "RSS MB (idle)", "disk MB"], w1),
    "",
    table(["W2–W4", "N", "W2 ms", "W2 kB down + up", "W3 ms", "W4 ms"], rest),
    ...(errors.length > 0 ? ["", ...errors] : []),
  ].join("\n");
}

function write(rows: readonly Row[], text: string): void {
  const to = join(root, "docs/benchmarks");
  mkdirSync(to, { recursive: true });
  const at = machine();
  writeFileSync(join(to, "peers.md"), `# Peers, in one run\n\n${stamp(at)}; medians of ${repetitions}.\n\n${text}\n`);
  const bar = (name: string, value: (row: Row) => number) =>
    rows
      .filter((row) => row.size === sizes[0])
      .map((row) => ({ name: `${row.peer}${name}`, value: value(row), ours: row.peer.startsWith("fablepool") }));
  const rate = bar("", ({ size, of }) => (size / of("sync_ms")) * 1_000);
  writeFileSync(join(to, "w1-sync.svg"), bars(`W1: records synced per second, N = ${figure(sizes[0])}`, "/s", rate, 25_000));
  const bytes = bar("", ({ size, of }) => (of("w1_up") + of("w1_down")) / size);
  writeFileSync(join(to, "w1-bytes.svg"), bars(`W1: bytes on the wire for a record, N = ${figure(sizes[0])}`, "B", bytes, 300));
}

if (!existsSync(join(folder, "run.mjs"))) {
  console.log(`peers: no comparison at ${folder}; FABLEPOOL_PEERS names its folder`);
} else {
  const copy = prepare();
  try {
    const rows = measure(copy);
    const text = report(rows);
    console.log(`${stamp(machine())}\n\n${text}`);
    if (process.env["FABLEPOOL_WRITE"]) write(rows, text);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
