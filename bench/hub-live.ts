/**
 * How long until what one device wrote is in the view of others that are connected to another process of the hub? `npm run bench -- hub-live`
 * Two processes of the hub on one PostgreSQL, once with NATS between them and once without. A device follows one of them, ten others the
 * other, each with a store on disk. The first writes a claim; timed is when each of the ten answers for it with the status `active`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDevice, homeAt, initNode, type Node, newDevice } from "../src/node/index.ts";
import { NatsServer } from "../test/hub/nats-server.ts";
import { type Follower, follow, timeArrivals } from "./kit/followers.ts";
import { hosted } from "./kit/hosted.ts";
import { HubRun } from "./kit/hub-run.ts";
import { machine, quantile, stamp } from "./kit/machine.ts";
import { figure, table } from "./kit/table.ts";

const followers = 10;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 40);

async function measured(folder: string, nats: string | undefined): Promise<number[]> {
  const run = await HubRun.start(2, [], nats);
  const end = new AbortController();
  const all: Follower[] = [];
  try {
    const [here, there] = [await run.place(0), await run.place(1)];
    const { node: writer, pool } = await initNode(homeAt(join(folder, "writer")), { name: "writer", passphrase: null });
    const nodes: Node[] = [];
    for (let at = 0; at < followers; at++) {
      const node = await newDevice(homeAt(join(folder, String(at))), { name: `${at}`, passphrase: null });
      await addDevice(writer, { key: node.writer.did, role: "full", name: `${at}` });
      await node.replica.store.write((tx) => tx.setPool(pool));
      nodes.push(node);
    }
    const hubKey = await hosted(writer, here);
    const writing = await follow(writer, here.url, hubKey, end.signal);
    for (const node of nodes) all.push(await follow(node, there.url, hubKey, end.signal));
    const times: number[] = [];
    for (let round = -5; round < rounds; round++) {
      const found = await timeArrivals(writer, all, round);
      if (round >= 0) times.push(...found); // before that code is run for the first time
      await new Promise((resolve) => setTimeout(resolve, 50)); // a person's pace: one after the other
    }
    all.push(writing);
    return times;
  } finally {
    end.abort();
    for (const { node, admissions, ended } of all) {
      await ended;
      await admissions.close();
      await node.close();
    }
    await run.end();
  }
}

const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-live-"));
const nats = await NatsServer.start();
try {
  const rows: string[][] = [];
  for (const [name, url] of [["NATS", nats.url] as const, ["LISTEN and NOTIFY", undefined] as const]) {
    const times = await measured(join(folder, name), url);
    rows.push([name, String(times.length), ...[0.5, 0.9, 0.99].map((share) => figure(quantile(times, share), 1))]);
  }
  console.log(
    `${stamp(machine())}; ms, ${followers} devices at another process\n\n${table(["between the processes", "arrivals", "median", "90 %", "99 %"], rows)}`,
  );
} finally {
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
}
