/** A process is ready when its database answers with its schema and it is not ending; news may be late. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type HealthOptions, opsEndpoint, readiness } from "../../../src/hub/observe/index.ts";
import { observedProcess } from "./observed-process.ts";

const well: HealthOptions = { patienceMs: 60_000, checkDatabase: async () => true, isNewsConnected: () => true, isDraining: () => false };

test("each part that is missing is named, and only the news may be", async () => {
  const cases: [Partial<HealthOptions>, Partial<Awaited<ReturnType<typeof readiness>>>][] = [
    [{}, { ready: true, database: "ok", schema: "ok", news: "ok" }],
    [{ isNewsConnected: () => false }, { ready: true, news: "degraded" }],
    [{ isDraining: () => true }, { ready: false, draining: true }],
    [{ checkDatabase: async () => false }, { ready: false, database: "ok", schema: "another version" }],
    [{ checkDatabase: () => Promise.reject(new Error("gone")) }, { ready: false, database: "no answer", schema: "unknown" }],
    [
      { checkDatabase: () => new Promise(() => {}), patienceMs: 1 },
      { ready: false, database: "no answer" },
    ],
  ];
  for (const [change, expected] of cases) {
    const is = await readiness({ ...well, ...change });
    assert.deepEqual({ ...is, ...expected }, is);
  }
});

test("alive, ready and metrics are answered, other paths are left to others, and changes are logged once", async () => {
  using seen = observedProcess();
  let draining = false;
  const ask = opsEndpoint({ observe: seen.observe, readiness: () => readiness({ ...well, isDraining: () => draining }) });
  const get = (path: string, method = "GET") => ask(new Request(`http://127.0.0.1${path}`, { method }));
  assert.equal((await get("/healthz"))?.status, 200);
  assert.equal((await get("/readyz"))?.status, 200);
  assert.equal((await get("/readyz"))?.status, 200);
  draining = true;
  assert.equal((await get("/readyz"))?.status, 503);
  assert.equal((await get("/healthz"))?.status, 200, "whoever is ending is alive");
  const metrics = (await (await get("/metrics"))?.text()) ?? "";
  assert.match(metrics, /^fablepool_hub_ready 0$/m);
  assert.equal(await get("/"), null);
  assert.equal((await get("/metrics", "POST"))?.status, 405);
  const events = seen.lines.map((line) => JSON.parse(line) as { event: string; reason?: string });
  assert.deepEqual(
    events.map(({ event, reason }) => [event, reason]),
    [
      ["ready", undefined],
      ["unready", "draining"],
    ],
  );
});
