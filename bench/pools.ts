/**
 * Does one pool pay for the others in its database? Ten pools of FABLEPOOL_N operations, and 2,000 of them in another database: one
 * is opened, asked as a look at it asks, and synced over HTTP with a device that has ten operations more. In turns.
 * `npm run bench -- pools`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Did } from "../src/core/crypto/did-key.ts";
import type { OpId } from "../src/core/op/operation.ts";
import type { Json } from "../src/core/ports.ts";
import {
  addDevice,
  homeAt,
  ingestOps,
  initNode,
  type Node,
  nativeCrypto,
  openAdmissions,
  Replica,
  syncWith,
  system,
} from "../src/node/index.ts";
import { makeKey } from "../src/node/key-file.ts";
import { nodeOver } from "../src/node/open-node.ts";
import { serviceOptionsOf, startServer } from "../src/server/index.ts";
import { openPostgres, type PostgresDatabase } from "../src/store/postgres/index.ts";
import { openHttpTransport } from "../src/transport/index.ts";
import { copyPool } from "../test/store/copy-pool.ts";
import { onServer, PostgresServer } from "../test/store/postgres-server.ts";
import { machine, median, stamp } from "./kit/machine.ts";
import { evidenceDraft } from "./kit/records.ts";
import { figure, table } from "./kit/table.ts";

const size = Number(process.env["FABLEPOOL_N"] ?? 1_000);
const pools = Number(process.env["FABLEPOOL_POOLS"] ?? 2_000);
const few = 10;
/** How often each of nine pools is asked in both databases; before each round the device writes ten operations more. */
const rounds = Number(process.env["FABLEPOOL_ROUNDS"] ?? 10);

type Phase = "open" | "ask" | "sync";

interface Made {
  readonly name: string;
  readonly database: PostgresDatabase;
  readonly times: Readonly<Record<Phase, number[]>>;
}

const key = makeKey(system.random);
const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-pools-"));

/** A device, and its log as it is in every pool. */
async function device(): Promise<{ node: Node; ops: readonly Json[]; pool: OpId }> {
  const { node, pool } = await initNode(homeAt(join(folder, "home")), { name: "bench", passphrase: null });
  await addDevice(node, { key: key.did, role: "mirror", name: "hub" });
  await node.write(Array.from({ length: size }, (_, index) => evidenceDraft(index)));
  const ops = (await node.replica.store.read((reader) => reader.ordered({ limit: size + 10 }))) as unknown as Json[];
  return { node, ops, pool };
}

async function filled(server: PostgresServer, count: number, ops: readonly Json[], pool: OpId): Promise<Made> {
  const { url, unbound } = await server.database(`pools_${count}`);
  const database = await openPostgres(url);
  const replica = new Replica(await database.store("first"), nativeCrypto);
  await replica.store.write((tx) => tx.setPool(pool));
  await ingestOps(replica, ops);
  const names = Array.from({ length: count - 1 }, (_, at) => `pool ${at}`);
  for (let at = 0; at < names.length; at += 100) await copyPool(unbound, "first", names.slice(at, at + 100));
  await onServer(unbound, "VACUUM ANALYZE", "CHECKPOINT"); // so that the server does it neither meanwhile nor in one of them alone
  return { name: figure(count), database, times: { open: [], ask: [], sync: [] } };
}

async function timed<Result>(into: number[], work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  into.push(performance.now() - began);
  return result;
}

async function look({ database, times }: Made, name: string, { writer, replica: mine }: Node): Promise<void> {
  const store = await timed(times.open, () => database.store(name));
  const replica = new Replica(store, nativeCrypto);
  const ids = await store.read((reader) => reader.idsAfter(null, 20));
  await timed(times.ask, () =>
    store.read(async (reader) => {
      await replica.controlLog(reader);
      await reader.heads();
      await reader.known(ids);
      await reader.newest({ type: "evidence", limit: 20 });
      await reader.evidence(ids);
      await reader.refsTo(ids);
    }),
  );
  const node = nodeOver(homeAt(join(folder, "none")), { ...system, ...key }, replica);
  const admissions = await openAdmissions(replica);
  const server = await startServer({ ...serviceOptionsOf(node, admissions, { host: "127.0.0.1" }), host: "127.0.0.1", port: 0 });
  const { did, seed, clock, random } = writer;
  const transport = { url: server.url, node: key.did as Did, key: { did, seed }, crypto: nativeCrypto, clock, random };
  const wire = openHttpTransport(transport);
  const { pushed } = await timed(times.sync, () => syncWith(mine, wire, { node: key.did }));
  if (pushed !== 10) throw new Error(`${pushed} operations pushed, not 10`);
  await wire.close();
  await server.close();
  await admissions.close();
  await store.close();
}

const server = await PostgresServer.start(mkdtempSync(join(tmpdir(), "fablepool-bench-postgres-")));
try {
  const { node, ops, pool } = await device();
  const made = [await filled(server, few, ops, pool), await filled(server, pools, ops, pool)];
  for (let round = 0; round < rounds; round++) {
    await node.write(Array.from({ length: 10 }, (_, index) => evidenceDraft(size + 10 * round + index)));
    for (let at = 0; at < few - 1; at++) for (const each of made) await look(each, `pool ${at}`, node);
  }
  const phases: readonly Phase[] = ["open", "ask", "sync"];
  const of = ({ times }: Made, phase: Phase) => median(times[phase]);
  const [small, large] = made as [Made, Made];
  const rows = phases.map((phase) => [
    phase,
    figure(of(small, phase), 2),
    figure(of(large, phase), 2),
    figure(of(large, phase) / of(small, phase), 2),
  ]);
  const head = ["one pool, ms, median", `among ${small.name}`, `among ${large.name}`, "ratio"];
  console.log(`${stamp(machine())}; ${figure(size)} operations in each pool, ${rounds * (few - 1)} looks\n\n${table(head, rows)}`);
  for (const { database } of made) await database.close();
  await node.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
