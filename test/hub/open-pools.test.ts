/** What a process keeps open: a bounded number of pools, none of them closed under whoever uses it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenPools } from "../../src/hub/open-pools.ts";

/** Pools that note what becomes of them. */
function noted(kept: number, open: (pool: string) => Promise<string> = async (pool) => pool) {
  const events: string[] = [];
  const pools = new OpenPools<string>({
    kept,
    open: async (pool) => {
      events.push(`open ${pool}`);
      return open(pool);
    },
    close: async (pool) => void events.push(`close ${pool}`),
  });
  return { pools, events };
}

test("one that is open is opened once, however many ask for it at once", async () => {
  const { pools, events } = noted(9);
  const leases = await Promise.all(["a", "a", "b", "a"].map((pool) => pools.lease(pool)));
  for (const { release } of leases) release();
  assert.deepEqual([events, pools.size], [["open a", "open b"], 2]);
});

test("the least lately used goes when there are too many, and none that is in use", async () => {
  const { pools, events } = noted(2);
  const a = await pools.lease("a");
  for (const pool of ["b", "c"]) (await pools.lease(pool)).release();
  assert.equal(events.at(-1), "close b", "a is older, and in use");
  const d = await pools.lease("d");
  const e = await pools.lease("e");
  assert.deepEqual([pools.size, events.filter((event) => event.startsWith("close"))], [3, ["close b", "close c"]]);
  for (const { release } of [a, a, d, e]) release(); // twice is once
  await pools.close();
  assert.deepEqual([pools.size, events.filter((event) => event.startsWith("close")).length], [0, 5]);
});

test("one that is forgotten goes on for those who use it, and is opened anew for others", async () => {
  const { pools, events } = noted(9);
  const before = await pools.lease("a");
  pools.forget("a");
  const after = await pools.lease("a");
  assert.deepEqual(events, ["open a", "open a"]);
  before.release();
  await new Promise(setImmediate);
  assert.deepEqual(events, ["open a", "open a", "close a"]);
  let closed = false;
  const closing = pools.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  assert.equal(closed, false, "it waits for those who use it");
  after.release();
  await closing;
  assert.equal(events.at(-1), "close a");
});

test("one that can't be opened is told to all who asked, and tried again for the next", async () => {
  let broken = true;
  const { pools, events } = noted(9, async (pool) => {
    if (broken) throw new RangeError("no");
    return pool;
  });
  const asked = await Promise.allSettled([pools.lease("a"), pools.lease("a")]);
  assert.deepEqual([asked.map(({ status }) => status), pools.size], [["rejected", "rejected"], 0]);
  broken = false;
  (await pools.lease("a")).release();
  assert.deepEqual(events, ["open a", "open a"]);
  await pools.close();
});
