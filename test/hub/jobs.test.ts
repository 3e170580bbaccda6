/** The job queue of a hub: what is due is done, whoever is killed meanwhile, once in effect; and goes with its pool. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { migrateHub } from "../../src/hub/index.ts";
import { Jobs, type JobsOptions } from "../../src/hub/jobs/jobs.ts";
import { removeJobsOf } from "../../src/hub/jobs/queue.ts";
import { openRegistry, type RegistryDatabase } from "../../src/hub/registry/database.ts";
import { removeHosted, setHostedState } from "../../src/hub/registry/hosted.ts";
import type { GrantLook } from "../../src/node/index.ts";
import { openPostgres, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { runs } from "../node/replicas.ts";
import { testDatabase } from "../store/test-database.ts";
import { type DuePool, duePool, knowsGrantee } from "./jobs-of-test.ts";
import { until } from "./news-contract.ts";

const options = { timeout: 60_000 + runs(10) * 5_000 };
let database: string;
let registry: RegistryDatabase;
let pools: PostgresDatabase;
const opened: Jobs[] = [];
/** They have stopped dead, and end only when they are killed: one that is left holds up everything that waits for its output to end. */
const workers: ChildProcess[] = [];

before(async () => {
  database = (await testDatabase()).url;
  await migrateHub(database);
  registry = await openRegistry(database);
  pools = await openPostgres(database);
});
after(async () => {
  await pools.close();
  await registry.close();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map(killed));
  await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
  await registry.rows("DELETE FROM fablepool_jobs.job");
});

async function open(more: Partial<JobsOptions> = {}): Promise<Jobs> {
  const times = { pollSeconds: 0.5, superviseSeconds: 1, slotMs: 1, settleMs: 0 };
  const jobs = await Jobs.open({ database, registry, pools, clock: Date.now, ...times, ...more });
  opened.push(jobs);
  return jobs;
}

async function due(count: number, expires = Date.now() - 1_000): Promise<DuePool[]> {
  const made: DuePool[] = [];
  for (let at = 0; at < count; at++) made.push(await duePool(registry, pools, expires));
  return made;
}

const jobsIn = async (states: RegExp): Promise<number> =>
  (await registry.rows("SELECT state::text FROM fablepool_jobs.job")).filter(({ state }) => states.test(String(state))).length;

/** Until no job waits or is worked on; `pass` before each look. */
async function untilDone(pass: () => Promise<unknown> = async () => undefined): Promise<void> {
  for (let [busy, began] = [true, performance.now()]; busy; ) {
    assert.ok(performance.now() - began < options.timeout / 2, "the jobs are never done");
    await pass();
    busy = (await jobsIn(/created|retry|active/)) > 0;
  }
}

/**
 * So much time that whoever gives no sign of life is taken for gone, and what failed is tried again. For the jobs that nobody is changing just
 * now: waiting for one while holding others is how two processes end up waiting for each other.
 */
const timePasses = () =>
  registry.rows(
    "UPDATE fablepool_jobs.job SET start_after = least(start_after, now()), heartbeat_on = heartbeat_on - interval '10 s' " +
      "WHERE id IN (SELECT id FROM fablepool_jobs.job WHERE state IN ('retry', 'active') FOR UPDATE SKIP LOCKED)",
  );

test("of many pools each grant that is due is seen to once, by two processes that share the work", options, async () => {
  const made = await due(runs(10));
  const looks: GrantLook[] = [];
  const both = [await open({ onLook: (_, look) => void looks.push(look) }), await open({ onLook: (_, look) => void looks.push(look) })];
  for (const { pool } of made) for (const jobs of both) await jobs.lookAt(pool);
  await untilDone();
  for (const each of made) assert.equal(await knowsGrantee(pools, each), false);
  assert.equal(looks.filter(({ forgot }) => forgot).length, made.length);
});

test("a grant is looked at again when it says so: what is not due yet is asked for, once however often one looks", options, async () => {
  const expires = Date.now() + 40 * 86_400_000;
  const [each] = (await due(1, expires)) as [DuePool];
  const looks: GrantLook[] = [];
  const jobs = await open({ onLook: (_, look) => void looks.push(look) });
  for (let times = 0; times < 3; times++) {
    await jobs.lookAt(each.pool);
    await until(() => looks.length > times);
  }
  const waiting = () =>
    registry.rows("SELECT data, start_after AS at FROM fablepool_jobs.job WHERE name = 'look_at_grant' AND state = 'created'");
  while ((await waiting()).length === 0);
  assert.deepEqual(await waiting(), [{ data: { pool: each.pool, grant: each.grant }, at: new Date(expires) }]);
  assert.ok(await knowsGrantee(pools, each));
  await jobs.close(); // whose clock stays behind
  await registry.rows("UPDATE fablepool_jobs.job SET start_after = now() WHERE name = 'look_at_grant'"); // those days have gone by
  const late = await open({ clock: () => expires });
  await untilDone();
  assert.equal(await knowsGrantee(pools, each), false);
  await late.close();
});

for (const when of ["before", "after"] as const) {
  test(`a process is killed ${when} it did what was due: another one does the rest, and nothing twice`, options, async () => {
    const made = await due(3);
    const asking = await open({ pollSeconds: 600 });
    for (const { pool } of made) await asking.lookAt(pool);
    await asking.close();
    const worker = await stopped(when);
    const had = await Promise.all(made.map((each) => knowsGrantee(pools, each)));
    assert.equal(had.filter((known) => !known).length, when === "before" ? 0 : 1);
    await killed(worker);
    assert.ok((await jobsIn(/active/)) > 0);
    const looks: GrantLook[] = [];
    await open({ onLook: (_, look) => void looks.push(look) });
    await untilDone(timePasses);
    for (const each of made) assert.equal(await knowsGrantee(pools, each), false);
    assert.equal(looks.filter(({ forgot }) => forgot).length, when === "before" ? 3 : 2);
    assert.equal(await jobsIn(/failed/), 0);
  });
}

/** A process that has stopped in the middle of its work. */
async function stopped(when: string): Promise<ChildProcess> {
  const file = join(import.meta.dirname, "jobs-worker.ts");
  const worker = spawn(process.execPath, [file, database, when], { stdio: ["ignore", "pipe", "inherit"] });
  workers.push(worker);
  await once(worker.stdout, "data");
  return worker;
}

async function killed(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill("SIGKILL");
  await once(worker, "exit");
}

test("a push that concerns grants leaves a job before it is taken in, and one of anything else does not", options, async () => {
  const [{ pool }] = (await due(1)) as [DuePool];
  const jobs = await open({ pollSeconds: 600, slotMs: 60_000, settleMs: 240_000, clock: () => 1_790_000_010_000 });
  for (const ops of [[], [{ type: "claim" }, null, 7, { type: ["cap_grant"] }]]) await jobs.expect(pool, ops);
  assert.equal(await jobsIn(/created/), 0);
  for (const type of ["cap_grant", "cap_revoke", "device_remove", "redaction"]) await jobs.expect(pool, [{ type: "claim" }, { type }]);
  const rows = await registry.rows("SELECT data, start_after AS at FROM fablepool_jobs.job");
  assert.deepEqual(rows, [{ data: { pool }, at: new Date(1_790_000_010_000 - (1_790_000_010_000 % 60_000) + 240_000) }]);
});

test("a pool's jobs go with it, in whatever state; and who works on one meanwhile asks for none any more", options, async () => {
  const [leaves, stays] = (await due(2, Date.now() + 86_400_000)) as [DuePool, DuePool];
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow: PostgresDatabase = {
    ...pools,
    store: async (name, options) => {
      if (name === leaves.pool) {
        began.resolve();
        await goOn.promise;
      }
      return pools.store(name, options);
    },
  };
  const jobs = await open({ pools: slow });
  await jobs.lookAt(stays.pool);
  await jobs.lookAt(leaves.pool);
  await began.promise;
  await setHostedState(registry, leaves.pool, "leaving");
  assert.equal(await removeJobsOf(registry, leaves.pool), 1);
  goOn.resolve();
  await jobs.close();
  const left = (await registry.rows("SELECT data FROM fablepool_jobs.job")).map(({ data }) => (data as { pool: string }).pool);
  assert.deepEqual([...new Set(left)], [stays.pool]);
  await removeHosted(registry, leaves.pool);
});
