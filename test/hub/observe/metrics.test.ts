/** The metrics are those that docs/metrics.md lists, and as many whoever asks. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openMemoryStore } from "../../../src/store/index.ts";
import { documented, observedProcess, opId } from "./observed-process.ts";

const page = readFileSync("docs/metrics.md", "utf8");

test("what the registry exposes is what the page lists, with the same labels", async () => {
  using seen = observedProcess();
  const exposed = await seen.observe.metrics.registry.getMetricsAsJSON();
  assert.deepEqual(exposed.map(({ name }) => name).sort(), documented(page, "Metrics"));
  for (const { name } of exposed) {
    const labels = (seen.observe.metrics.registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] }).labelNames;
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
    const said = row.split("|")[3]?.trim() ?? "";
    assert.equal(said, labels.map((label) => `\`${label}\``).join(", "), name);
    assert.ok(!labels.includes("pool"), name);
  }
});

test("whoever asks makes no new series: unknown types are one", async () => {
  using seen = observedProcess();
  const { observe } = seen;
  const series = async () => (await observe.metrics.registry.metrics()).split("\n").filter((line) => !line.startsWith("#")).length;
  const ask = (type: string, at: number) => observe.request({ type, status: 200, code: null, ms: 1, received: 5, sent: 7 }, opId(at));
  ask("first", 1);
  const before = await series();
  for (let at = 0; at < 500; at++) ask(`type${at}`, at);
  assert.equal(await series(), before);
  const text = await observe.metrics.registry.metrics();
  assert.match(text, /^fablepool_hub_requests_total\{type="other",status="200",code="none"\} 501$/m);
  assert.match(text, /^fablepool_hub_sent_bytes_total 3507$/m);
});

test("transactions are timed and the handler's operations are counted", async () => {
  using seen = observedProcess();
  const { observe } = seen;
  const store = observe.store(openMemoryStore());
  await store.read(async () => undefined);
  await store.write(async () => undefined);
  const handler = observe.handler(async () => ({ type: "push_result", accepted: ["a", "b"], rejected: [{}], deferred: [] }), opId(1));
  await handler({ type: "push", ops: [] }, null);
  observe.job("purge", "done", 12);
  observe.queueFailed(new Error("marked"));
  const text = await observe.metrics.registry.metrics();
  for (const line of [
    'fablepool_hub_store_seconds_count{kind="write"} 1',
    'fablepool_hub_store_seconds_count{kind="read"} 1',
    'fablepool_hub_operations_total{outcome="accepted"} 2',
    'fablepool_hub_operations_total{outcome="rejected"} 1',
    'fablepool_hub_jobs_total{job="purge",outcome="done"} 1',
    'fablepool_hub_store_failures_total{kind="queue"} 1',
    "fablepool_hub_open_pools 3",
  ])
    assert.ok(text.includes(`\n${line}\n`), line);
});
