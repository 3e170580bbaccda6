/** Commands of a hub's operator, and of an owner who brings a pool there and takes it back: over a PostgreSQL of this run, and a hub in this process. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  invitations,
  makeHubSecret,
  makeInvitation,
  migrateHub,
  openOperator,
  type RunningHub,
  readHubSecret,
  readHubSettings,
  readOperatorSettings,
  resumePool,
  showPool,
  startHub,
  suspendPool,
} from "../../src/hub/index.ts";
import { homeAt, initNode, system } from "../../src/node/index.ts";
import { hostedDevice, state, sync, type TestDevice } from "../hub/hub-of-test.ts";
import { claims, idsOf } from "../node/replicas.ts";
import { PostgresServer } from "../store/postgres-server.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { clockFrom, runStruck, type Struck, start, underStrike } from "./strike.ts";
import { checkWhole, idsIn } from "./whole.ts";

interface Scene {
  readonly folder: string;
  readonly server: PostgresServer;
  readonly database: string;
  readonly secret: string;
  readonly hub: RunningHub;
  readonly operated: Awaited<ReturnType<typeof openOperator>>;
  /** What PostgreSQL writes first, whatever changes. */
  readonly wal: string;
  device: TestDevice;
  made: number;
}

let scene: Promise<Scene> | null = null;

/** Ends the hub and its PostgreSQL. */
export async function endHub(): Promise<void> {
  const on = await scene;
  scene = null;
  if (on === null) return;
  await on.operated.close();
  await on.hub.close();
  await on.server.stop();
}

function sceneOf(bench: Bench): Promise<Scene> {
  scene ??= make(bench);
  return scene;
}

async function make(bench: Bench): Promise<Scene> {
  const folder = bench.folder();
  const server = await PostgresServer.start();
  const { url: database } = await server.database("hub");
  const secret = join(folder, "secret");
  makeHubSecret(secret, system.random);
  await migrateHub(database);
  const hub = await startHub(readHubSettings({ database, secret, listen: "127.0.0.1:0", connections: "2", log: "silent" }));
  const operated = await openOperator(readOperatorSettings({ database }));
  return {
    folder,
    server,
    database,
    secret,
    hub,
    operated,
    wal: join(server.folder, "data", "pg_wal"),
    device: await hostedDevice(hub),
    made: 0,
  };
}

function invite({ operated, hub }: Scene) {
  const terms = { label: "kills", role: "mirror" as const, quota: { operations: null, bytes: null }, forMs: 3_600_000 };
  return makeInvitation(operated, { url: hub.url, front: hub.front as never }, terms);
}

interface Operators {
  readonly name: string;
  readonly weight: number;
  args(on: Scene, bench: Bench): Promise<readonly string[]>;
  /** What must be so, killed or not; `said`: it ended and said that it was done. */
  check(on: Scene, said: boolean, stdout: string): Promise<void>;
}

let subject = "";
let device: TestDevice | null = null;
const count = (list: readonly unknown[]) => list.length;
let before = 0;
const fileOf = (on: Scene) => join(on.folder, "pool.jsonl");
const stateOf = async ({ operated }: Scene) => (await showPool(operated, subject)).state;

const operators: readonly Operators[] = [
  {
    name: "hub invite",
    weight: 2,
    async args(on) {
      before = count(await invitations(on.operated));
      return ["invite", "--secret", on.secret, "--url", on.hub.url];
    },
    async check({ operated }, said) {
      const grown = count(await invitations(operated)) - before;
      assert.ok(said ? grown === 1 : grown <= 1, `${grown} invitations`);
    },
  },
  {
    name: "hub invitations --revoke",
    weight: 2,
    async args(on) {
      subject = (await invite(on)).id;
      return ["invitations", "--revoke", subject];
    },
    async check({ operated }, said) {
      const found = (await invitations(operated)).find(({ id }) => id === subject);
      assert.ok(!said || found === undefined || found.state !== "open", `it is ${found?.state}`);
    },
  },
  {
    name: "hub suspend",
    weight: 2,
    async args(on) {
      subject = on.device.pool;
      return ["suspend", subject, "--notice", "for a while"];
    },
    async check(on, said) {
      const is = await stateOf(on);
      assert.ok(is === "suspended" || (is === "active" && !said), is);
      if (is === "suspended") await resumePool(on.operated, subject);
    },
  },
  {
    name: "hub resume",
    weight: 2,
    async args(on) {
      subject = on.device.pool;
      await suspendPool(on.operated, subject, "for a while");
      return ["resume", subject];
    },
    async check(on, said) {
      const is = await stateOf(on);
      assert.ok(is === "active" || (is === "suspended" && !said), is);
      if (is === "suspended") await resumePool(on.operated, subject);
    },
  },
  {
    name: "hub quota",
    weight: 2,
    async args(on) {
      subject = on.device.pool;
      before = 1_000_000 + on.made++;
      return ["quota", subject, "--operations", String(before), "--bytes", "none"];
    },
    async check({ operated }, said) {
      const { quota } = await showPool(operated, subject);
      assert.ok(!said || (quota.operations === before && quota.bytes === null), JSON.stringify(quota));
    },
  },
  {
    name: "hub export",
    weight: 2,
    async args(on) {
      subject = on.device.pool;
      for (let left = 0; left < 20; left++) await state(on.device);
      await sync(on.device, on.hub);
      return ["export", subject, fileOf(on), "--force"];
    },
    async check(on, said) {
      assert.ok(existsSync(fileOf(on)) || !said, "the pool was exported");
      if (!existsSync(fileOf(on))) return;
      const lines = readFileSync(fileOf(on), "utf8").split("\n");
      assert.equal(lines.pop(), "", "the file ends with a whole line");
      const ids = new Set(lines.map((line) => (JSON.parse(line) as { op_id: string }).op_id));
      if (said) for (const id of await idsOf(on.device.replica)) assert.ok(ids.has(id), `${id} is not in the file`);
    },
  },
  {
    name: "hub delete",
    weight: 2,
    async args(on) {
      device = await hostedDevice(on.hub);
      subject = device.pool;
      return ["delete", subject, "--yes"];
    },
    async check({ operated }, said) {
      const is = await showPool(operated, subject).then(
        (shown) => shown.state,
        () => "gone",
      );
      assert.ok(!said || is === "gone" || is === "leaving", is);
    },
  },
  {
    name: "hub restored",
    weight: 2,
    args: async () => ["restored", "--none-newer"],
    async check(on) {
      await state(on.device);
      await sync(on.device, on.hub);
    },
  },
];

async function operate(command: Operators, bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  const chosen = await command.args(on, bench);
  const args = ["--json", "hub", ...chosen, "--database", on.database];
  const struck = await runStruck(bench.program, args, { watched: [on.wal], afterMs: bench.afterMs });
  assert.ok(struck.killed || struck.code === 0, struck.stderr);
  await command.check(on, struck.code === 0, struck.stdout);
  if (struck.killed && bench.random.once(2) && command.name !== "hub invitations --revoke") {
    const again = await runStruck(bench.program, args, { watched: [], afterMs: null });
    assert.equal(again.code, 0, `run again: ${again.stderr}`);
    if (command.name !== "hub invite") await command.check(on, true, again.stdout);
  }
  return { struck, midway: struck.killed };
}

/** A hub is begun, or its tables brought to this version, in a database of its own. */
async function strikeMaking(name: "init" | "migrate", bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  const folder = bench.folder();
  const { url: database } = await on.server.database(`made_${on.made++}`, false);
  const secret = join(folder, "secret");
  const args = ["--json", "hub", name, "--database", database, ...(name === "init" ? ["--secret", secret] : [])];
  const struck = await runStruck(bench.program, args, { watched: [folder, on.wal], afterMs: bench.afterMs });
  assert.ok(struck.killed || struck.code === 0, struck.stderr);
  const kept = existsSync(secret) ? readHubSecret(secret) : null;
  const again = await runStruck(bench.program, args, { watched: [], afterMs: null });
  assert.equal(again.code, 0, `run again: ${again.stderr}`);
  if (kept !== null) assert.deepEqual(readHubSecret(secret), kept, "a secret that was made stays");
  const operated = await openOperator(readOperatorSettings({ database }));
  assert.deepEqual(await invitations(operated), []);
  await operated.close();
  rmSync(folder, { recursive: true, force: true });
  return { struck, midway: struck.killed };
}

/** A pool is brought to the hub, moved there, or taken back; whoever is interrupted does the same again. */
async function strikeOwner(name: "host" | "move" | "move --back", bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  const folder = bench.folder();
  const home = homeAt(join(folder, "home"));
  const { node } = await initNode(home, { name: "phone", passphrase: null });
  await node.write(claims(30));
  const ids: readonly OpId[] = await idsOf(node.replica);
  await node.close();
  const { invitation } = await invite(on);
  const told = ["--home", home.folder, "--json"];
  const run = (args: readonly string[]) => runStruck(bench.program, args, { watched: [], afterMs: null });
  if (name === "move --back") {
    const hosted = await run([...told, "host", invitation]);
    assert.equal(hosted.code, 0, hosted.stderr);
  }
  const args = [
    ...told,
    ...{ host: ["host", invitation], move: ["move", invitation, "--now"], "move --back": ["move", "--back", "--yes"] }[name],
  ];
  const struck = await runStruck(bench.program, args, { watched: [home.folder], afterMs: bench.afterMs });
  assert.ok(struck.killed || struck.code === 0, struck.stderr);
  const accepted = [...ids, ...idsIn(struck.stdout).filter((id) => ids.includes(id as OpId))];
  await checkWhole(home, { accepted, writes: bench.random.once(2) });
  if (struck.killed && bench.random.once(2)) {
    const again = await run(args);
    const isOver = name === "move --back" && /your pool is at no hub/.test(again.stderr);
    assert.ok(again.code === 0 || isOver, `run again: ${again.stderr}`);
    await checkWhole(home, { accepted });
  }
  rmSync(folder, { recursive: true, force: true });
  return { struck, midway: struck.killed };
}

/** A process of the hub is killed among what it takes in; another one has all that it had accepted. */
async function strikeServing(bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  for (let left = 0; left < 30; left++) await state(on.device);
  const args = ["--json", "hub", "serve", "--database", on.database, "--secret", on.secret, "--listen", "127.0.0.1:0", "--log", "silent"];
  const started = start(bench.program, args);
  const [, url = ""] = await started.says(/"url":"([^"]+)"/);
  const clock = clockFrom([on.wal]);
  if (bench.afterMs !== null) clock.after(bench.afterMs, () => started.child.kill("SIGKILL"));
  const taken = await sync(on.device, { url }).catch(() => null);
  const workedMs = clock.stop();
  if (!started.child.killed) started.child.kill("SIGTERM");
  const { killed, ...came }: Struck = await underStrike(started, clock, null);
  const left = await sync(on.device, on.hub);
  if (taken !== null) assert.equal(left.pushed, 0, "what one process accepted another has");
  return { struck: { ...came, killed, workedMs }, midway: killed && left.pushed > 0 };
}

export const hubCommands: readonly WritingCommand[] = [
  ...operators.map((command) => ({ name: command.name, weight: command.weight, strike: (bench: Bench) => operate(command, bench) })),
  { name: "hub init", weight: 1, strike: (bench) => strikeMaking("init", bench) },
  { name: "hub migrate", weight: 1, strike: (bench) => strikeMaking("migrate", bench) },
  { name: "hub serve", weight: 3, strike: strikeServing },
  { name: "host", weight: 3, strike: (bench) => strikeOwner("host", bench) },
  { name: "move", weight: 3, strike: (bench) => strikeOwner("move", bench) },
  { name: "move --back", weight: 3, strike: (bench) => strikeOwner("move --back", bench) },
];
