/**
 * Three processes, PostgreSQL and NATS, killed (-9) at random while devices write and sync through a load balancer:
 * nothing that was accepted is lost, nothing of another pool is read, and all devices agree in the end.
 *
 * `npm test` kills each of the five once under 9 devices. `npm run prove -- hub` goes on for FABLEPOOL_MINUTES under 200.
 */
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PoolError } from "../../../src/core/errors.ts";
import { openAdmissions } from "../../../src/node/admissions.ts";
import { syncLive } from "../../../src/node/live-sync.ts";
import { type SeededRandom, seededRandom } from "../../../src/testkit/seeded-random.ts";
import { writerOf } from "../hub-of-test.ts";
import type { ChaosDevice } from "./device.ts";
import { Latencies } from "./latencies.ts";
import { assertConverged, hubCount, openWorld, type World } from "./world.ts";

const minutes = Number(process.env["FABLEPOOL_MINUTES"] ?? 0);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? Date.now() % 1_000_000);
const size =
  minutes > 0
    ? { pools: 50, devicesEach: 4, calmMs: minutes * 12_000, stormMs: minutes * 60_000, pauseMs: 12_000, betweenMs: 4_000 }
    : { pools: 3, devicesEach: 3, calmMs: 1_000, stormMs: 0, pauseMs: 300, betweenMs: 500 };

/** What happens while devices sync: one phase with nothing else, one with killing. */
class Phase {
  /** One attempt that succeeded. */
  readonly syncs = new Latencies();
  /** From the wish to sync until it was done, however often it was tried. */
  readonly waits = new Latencies();
}

/** Killed in this order first, then at random; the database's turn comes less often, since all wait for it. */
type Victim = number | "nats" | "postgres";
const victims: readonly Victim[] = [0, "nats", 1, "postgres", 2];

test(`hub: killed at random under ${size.pools * size.devicesEach} devices (seed ${seed})`, {
  timeout: minutes > 0 ? 3_600_000 : 900_000,
}, async (t) => {
  const random = seededRandom(seed);
  await using world = await openWorld(size.pools, size.devicesEach, () => random.below(1_000));
  const all = world.pools.flat();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each device waits for it
  let phase = new Phase();
  const lives = world.pools.map((devices) => follow(devices.at(-1) as ChaosDevice, world.url, stop.signal));
  const loops = all.map((device) => work(device, world, random, () => phase, stop.signal));
  const working = Promise.all([...loops, ...lives]);
  working.catch(() => stop.abort());
  const calm = phase;
  await pause(size.calmMs, stop.signal);
  phase = new Phase();
  const kills = await storm(world, random, all, stop.signal);
  stop.abort();
  await working;
  await whole(world);
  await nothingLost(world);
  await allAgree(world);
  t.diagnostic(`without killing: a sync ${calm.syncs}`);
  t.diagnostic(`with killing:    a sync ${phase.syncs}`);
  t.diagnostic(`with killing:    until it was done ${phase.waits}`);
  const failures = all.reduce((sum, { failures: own }) => sum + [...own.values()].reduce((left, right) => left + right, 0), 0);
  const acknowledged = all.reduce((sum, { acknowledged: own }) => sum + own.size, 0);
  t.diagnostic(`${kills} kills, ${failures} attempts failed and were made again, ${acknowledged} operations acknowledged, none lost`);
});

/** A device writes, syncs until it is done, and rests. */
async function work(device: ChaosDevice, world: World, random: SeededRandom, phase: () => Phase, signal: AbortSignal): Promise<void> {
  await pause(random.below(size.pauseMs), signal);
  while (!signal.aborted) {
    await device.write();
    const wished = performance.now();
    for (let waitMs = 50; !signal.aborted; waitMs = Math.min(2 * waitMs, 2_000)) {
      const now = phase();
      const began = performance.now();
      if (await device.sync()) {
        now.syncs.add(performance.now() - began);
        now.waits.add(performance.now() - wished);
        break;
      }
      await pause(random.below(waitMs), signal);
    }
    const other = random.pick(random.pick(world.pools));
    if (random.once(10) && other.device.pool !== device.device.pool) await device.trespass(other.device);
    await pause(random.below(2 * size.pauseMs), signal);
  }
}

/** A device stays in sync over a connection that it keeps, as `fablepool sync --live` does. */
async function follow({ device }: ChaosDevice, url: string, signal: AbortSignal): Promise<void> {
  const { replica, key, hub: node } = device;
  const admissions = await openAdmissions(replica, { pollMs: 1_000 });
  const options = { url, node, signal, onState: () => undefined, onReport: () => undefined };
  while (!signal.aborted) {
    try {
      await syncLive({ replica, writer: writerOf(key) }, admissions, options);
    } catch (error) {
      assert.ok(error instanceof PoolError && ["network", "storage"].includes(String(error.details["code"] ?? error.code)), String(error));
      await pause(200, signal);
    }
  }
  await admissions.close();
}

/** Resolves with the number of kills. */
async function storm(world: World, random: SeededRandom, all: readonly ChaosDevice[], signal: AbortSignal): Promise<number> {
  const until = performance.now() + size.stormMs;
  let kills = 0;
  for (; !signal.aborted && (kills < victims.length || performance.now() < until); kills++) {
    const often = random.once(8) ? "postgres" : random.once(5) ? "nats" : random.below(hubCount);
    await kill(world, victims[kills] ?? often);
    await pause(random.below(size.betweenMs), signal);
    if (kills < victims.length) await everybodyOnce(all, signal);
  }
  return kills;
}

async function kill({ hubs, nats, postgres }: World, victim: Victim): Promise<void> {
  if (typeof victim === "number") return hubs.kill(victim);
  const server = victim === "nats" ? nats : postgres;
  await server.kill();
  await server.restart();
}

/** Each device has had another sync acknowledged since. */
async function everybodyOnce(all: readonly ChaosDevice[], signal: AbortSignal): Promise<void> {
  const before = all.map(({ acknowledged }) => acknowledged.size);
  while (!signal.aborted && all.some(({ acknowledged }, index) => acknowledged.size === before[index])) await sleep(20);
}

/** All processes serve again. */
async function whole({ hubs }: World): Promise<void> {
  while (hubs.ports.length < hubCount) await sleep(20);
}

/** Before any device could bring it again: what the hub said it took is there. */
async function nothingLost(world: World): Promise<void> {
  for (const devices of world.pools) {
    const [{ device }] = devices as [ChaosDevice];
    const stored = await world.stored(device.pool);
    for (const { acknowledged } of devices) {
      for (const id of acknowledged) assert.ok(stored.has(id), `${id} was accepted and is gone`);
    }
  }
}

async function allAgree(world: World): Promise<void> {
  for (const devices of world.pools) {
    for (const device of [...devices, ...devices]) while (!(await device.sync())) await sleep(100);
    const [{ device }] = devices as [ChaosDevice];
    await assertConverged(devices, await world.stored(device.pool));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
