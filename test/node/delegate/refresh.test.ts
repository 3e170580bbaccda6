/** A delegate that runs: what it does by itself, and when. Time moves only when the test says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { listGrants } from "../../../src/node/delegate/accept.ts";
import { purgeGrant } from "../../../src/node/delegate/purge.ts";
import { type RefreshEvent, type Refreshing, retryMs, startRefreshing, type Timer } from "../../../src/node/delegate/refresh.ts";
import { accept, day, inWorld, piecesIn, type World } from "./grantor.ts";

const minute = 60_000;

interface Running {
  readonly events: RefreshEvent[];
  readonly refreshing: Refreshing;
  /** Lets time pass, a wake-up at a time, and all that is due happen. */
  pass(ms: number): Promise<void>;
  /** Milliseconds of the longest sleep that was asked for. */
  longest: number;
}

/** Runs a delegate under a timer by hand. */
async function running(world: World, work: (running: Running) => Promise<void>): Promise<void> {
  let waiting: { at: number; run: () => void } | null = null;
  let time = 0; // what a timer goes by; clocks may be set
  const { clock, grantor } = world;
  const timer: Timer = (ms, run) => {
    const entry = { at: time + ms, run };
    state.longest = Math.max(state.longest, ms);
    waiting = entry;
    return () => {
      if (waiting === entry) waiting = null;
    };
  };
  const settled = async () => {
    for (let idle = 0; idle < 8; idle = waiting === null ? 0 : idle + 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const events: RefreshEvent[] = [];
  const refreshing = startRefreshing(world.delegate, { connect: grantor.connect, timer, onEvent: (event) => events.push(event) });
  const state: Running = {
    events,
    refreshing,
    longest: 0,
    async pass(ms) {
      const end = time + ms;
      const moveTo = (at: number) => {
        for (const each of [clock, grantor.clock]) each.advance(at - time);
        time = at;
      };
      for (await settled(); waiting !== null && waiting.at <= end; await settled()) {
        const { at, run } = waiting as { at: number; run: () => void };
        waiting = null;
        moveTo(at);
        run();
      }
      moveTo(end);
    },
  };
  try {
    await work(state);
  } finally {
    await refreshing.stop();
  }
}

const kinds = (events: readonly RefreshEvent[]) => events.map(({ kind }) => kind);
const stateOf = async ({ delegate }: World, grant: OpId) =>
  (await listGrants(delegate)).find(({ record }) => record.id === grant)?.record.state;

test("it pulls what was accepted, often enough that a withdrawal arrives before the slice would be stale", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant({ refresh_ms: 4 * minute });
    const [wrong] = [grantor.claim([grant]), grantor.claim([grant])];
    await accept(world, grant);
    await running(world, async ({ pass, events }) => {
      await pass(1);
      assert.deepEqual(kinds(events), ["pulled"]);
      grantor.of(grant).claims.shift();
      await pass(2 * minute);
      assert.deepEqual(piecesIn(world.folder, wrong as never), []);
      await pass(2 * 3_600_000);
      assert.deepEqual([...new Set(kinds(events))], ["pulled"], "it never went stale");
    });
  }));

test("revoked: it purges at the next pull, sends the receipt, and pulls no more", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    const op = grantor.claim([grant]);
    await accept(world, grant);
    await running(world, async ({ pass, events }) => {
      await pass(minute);
      grantor.revoke(grant);
      await pass(day / 2);
      assert.deepEqual(piecesIn(world.folder, op), []);
      assert.deepEqual(kinds(events), ["pulled", "pulled", "receipt"]);
      assert.equal(grantor.receipts.length, 1);
      await pass(day);
      assert.equal(events.length, 3);
    });
  }));

test("it purges in the millisecond in which a grant expires, and a slice goes stale, though nobody answers", () =>
  inWorld(async (world) => {
    const { grantor, clock } = world;
    const [expires, stales] = [grantor.grant({ expires_at: clock.now() + day + 1 }), grantor.grant({ refresh_ms: day })];
    const claims = [grantor.claim([expires]), grantor.claim([stales])];
    await accept(world, expires);
    await accept(world, stales);
    await running(world, async ({ pass, events }) => {
      await pass(0);
      grantor.online = false;
      await pass(day);
      for (const op of claims) assert.ok(piecesIn(world.folder, op).length > 0);
      await pass(1);
      await pass(0);
      for (const op of claims) assert.deepEqual(piecesIn(world.folder, op), []);
      const purged = events.flatMap((event) => (event.kind === "purged" ? [event.purged.cause] : []));
      assert.deepEqual(purged.sort(), ["expired", "stale"]);
    });
  }));

test("a purge waits for no pull that hangs", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant({ refresh_ms: 4 * minute });
    const op = grantor.claim([grant]);
    await accept(world, grant);
    const waiting: (() => void)[] = [];
    await running(world, async ({ pass }) => {
      await pass(0);
      grantor.hold = () =>
        new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      await pass(4 * minute + 1);
      await pass(0);
      const left = piecesIn(world.folder, op);
      for (const release of waiting) release();
      grantor.hold = async () => {};
      assert.deepEqual([left, waiting.length > 0], [[], true]);
    });
  }));

test("a receipt is tried again and again, less often each time, until a grantor that was away for days is back", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant();
    await accept(world, grant);
    await running(world, async ({ pass, events }) => {
      await pass(0);
      await purgeGrant(world.delegate, grant);
      grantor.online = false;
      await pass(3 * day);
      const tries = events.filter(({ kind }) => kind === "receipt").length;
      assert.ok(tries > 3 * 18 && tries < 3 * 40, `${tries} tries in three days, at first quickly, then about hourly`);
      grantor.online = true;
      await pass(75 * minute);
      assert.equal(grantor.receipts.length, 1);
      const before = events.length;
      await pass(day / 2);
      assert.equal(events.length, before, "acknowledged: it is not sent again, and what its person purged is not pulled again");
    });
  }));

test("a grantor that is back is pulled from again after a slice went stale", () =>
  inWorld(async (world) => {
    const { grantor } = world;
    const grant = grantor.grant({ refresh_ms: day });
    grantor.claim([grant]);
    await accept(world, grant);
    await running(world, async ({ pass }) => {
      await pass(0);
      grantor.online = false;
      await pass(3 * day);
      assert.equal(await stateOf(world, grant), "ended");
      grantor.online = true;
      await pass(75 * minute);
      assert.equal(await stateOf(world, grant), "held");
    });
  }));

test("it never sleeps for more than a minute, and a clock that is set back stops nothing", () =>
  inWorld(async (world) => {
    const { grantor, clock } = world;
    const grant = grantor.grant({ refresh_ms: 4 * day });
    await accept(world, grant);
    await running(world, async (state) => {
      await state.pass(minute);
      clock.advance(-200 * day);
      await state.pass(8 * 3_600_000);
      assert.ok(state.events.filter(({ kind }) => kind === "pulled").length >= 2);
      assert.ok(state.longest <= minute);
    });
  }));

test("retries double, up to an hour, and leave several tries before a slice is stale", () => {
  const week = 7 * day;
  assert.deepEqual(
    [1, 2, 3, 8, 50].map((failures) => retryMs(failures, week)),
    [30_000, 60_000, 120_000, 3_600_000, 3_600_000],
  );
  for (const refreshMs of [0, 1_000, minute, 3_600_000, day]) {
    assert.ok(retryMs(50, refreshMs) <= Math.max(1_000, refreshMs / 8), `${refreshMs}`);
  }
});
