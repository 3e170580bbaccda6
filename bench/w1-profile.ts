/**
 * Where does the time of a bulk sync go (W1: an empty device pulls N records)? `npm run bench -- w1-profile`
 * FABLEPOOL_N operations; a sampling profile of the pulling process, each sample counted where its innermost known place is.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeAt, nativeCrypto, openNode, syncWith } from "../src/node/index.ts";
import { openHttpTransport } from "../src/transport/index.ts";
import { machine, stamp } from "./kit/machine.ts";
import { runStep } from "./kit/run-step.ts";
import { figure, table } from "./kit/table.ts";

const size = Number(process.env["FABLEPOOL_N"] ?? 30_000);

/** The first that a frame of the sample's stack fits, from the innermost outwards, names the sample. */
const places: readonly (readonly [name: string, fits: RegExp])[] = [
  ["nothing: waiting for the other side, or the disk", /^\(idle\)/],
  ["garbage collection", /^\(garbage collector\)/],
  ["the profiler itself", /^post node:inspector/],
  ["SQLite: commit, with its fsync", /sqlite-store\.ts.*|^exec /],
  ["SQLite: rows of the log", /^(append|#addBody|opValues) .*transactor\.ts|rows\.ts|^(insert) /],
  ["SQLite: look-ups", /log-reader\.ts|view-reader\.ts/],
  ["view: references, rows of evidence", /view\/|payload-form\.ts|transactor\.ts/],
  ["admission", /admission\//],
  ["batch proofs and signatures", /merkle\.ts|identity\.ts|signature\.ts|ed25519/],
  ["hashes of headers and payloads", /native-crypto\.ts|header\.ts/],
  ["form and canonical text", /shape\.ts|canonical\.ts|did-key\.ts/],
  ["JSON: text to values, strictly", /codec\//],
  ["HTTP: digest, decompression, signatures of messages", /transport\/|node:(zlib|net|_http|stream|internal\/stream)/],
  ["ingest and session", /src\/(node|core)\//],
];

function placesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName} ${callFrame.url}`]));
  const names = new Map<number, string>();
  const nameOf = (id: number | undefined): string => {
    if (id === undefined) return "the rest: event loop, start-up of code";
    const known = names.get(id);
    if (known !== undefined) return known;
    const own = places.find(([, fits]) => fits.test(frames.get(id) ?? ""))?.[0] ?? nameOf(parents.get(id));
    names.set(id, own);
    return own;
  };
  const found = new Map<string, number>();
  for (const [index, id] of samples.entries()) found.set(nameOf(id), (found.get(nameOf(id)) ?? 0) + (timeDeltas[index] ?? 0));
  return found;
}

async function profiled(folder: string): Promise<{ ms: number; profile: Profiler.Profile }> {
  const [home, other] = [join(folder, "home"), join(folder, "other")];
  await runStep({ do: "author", home, other, size }).result;
  const serving = runStep({ do: "serve", home });
  const { url = "", node: peer = "", pool = "" } = await serving.result;
  const node = await openNode(homeAt(other), async () => null);
  await node.replica.store.write((tx) => tx.setPool(pool as Parameters<typeof tx.setPool>[0]));
  const { did, seed, clock, random } = node.writer;
  const wire = openHttpTransport({ url, node: peer, key: { did, seed }, crypto: nativeCrypto, clock, random, compress: true });
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 250 });
  await session.post("Profiler.start");
  const began = performance.now();
  await syncWith(node.replica, wire, { node: peer });
  const ms = performance.now() - began;
  const { profile } = await session.post("Profiler.stop");
  await wire.close();
  await node.close();
  serving.end();
  return { ms, profile };
}

const folder = mkdtempSync(join(tmpdir(), "fablepool-profile-"));
try {
  const { ms, profile } = await profiled(folder);
  const found = [...placesOf(profile)].filter(([name]) => name !== "the profiler itself").sort((left, right) => right[1] - left[1]);
  const whole = found.reduce((sum, [, us]) => sum + us, 0);
  const rows = found.map(([name, us]) => [name, figure(us / size, 1), `${figure((100 * us) / whole, 1)} %`]);
  const text = `${figure(size)} operations in ${figure(ms)} ms\n\n${table(["where", "µs an operation", "share"], rows)}`;
  const at = stamp(machine());
  console.log(`${at}; ${text}`);
  if (process.env["FABLEPOOL_WRITE"]) {
    const to = join(import.meta.dirname, "../docs/benchmarks");
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "w1-profile.md"), `# Profile of W1, the pulling side\n\n${at}; ${text}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
