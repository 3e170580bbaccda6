/** The capacity model: its page is what it prints, and it grows as what it is about does. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Measured, needOf } from "../bench/kit/capacity-model.ts";
import { intoPage, poolCounts } from "../bench/kit/capacity-page.ts";

const read = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8");
const { figures } = JSON.parse(read("benchmarks/capacity.json")) as { figures: Measured };

test("docs/capacity.md is what the model makes of the figures that were kept", () => {
  const page = read("capacity.md");
  assert.equal(intoPage(page, figures), page, "FABLEPOOL_MEASURED=1 FABLEPOOL_WRITE=1 npm run bench -- capacity");
});

test("more pools never need less, and nothing more for each of them", () => {
  const needs = poolCounts.map((pools) => needOf(pools, figures));
  for (const [at, need] of needs.entries()) {
    const before = needs[at - 1];
    if (before === undefined) continue;
    for (const name of ["processes", "postgresServers", "natsServers", "databaseGiB", "memoryGiB", "monthly"] as const) {
      assert.ok(need[name] >= before[name], `${name} at ${need.pools}`);
    }
    assert.ok(need.monthly / need.pools <= (1.001 * before.monthly) / before.pools, `a pool's price at ${need.pools}`);
  }
});

test("what is doubled doubles what it is a part of, and no other need", () => {
  const need = needOf(10_000_000, figures);
  const slower = needOf(10_000_000, {
    ...figures,
    hubOpUs: 2 * figures.hubOpUs,
    hubSyncMs: 2 * figures.hubSyncMs,
    hubLookMs: 2 * figures.hubLookMs,
  });
  assert.ok(Math.abs(slower.hubProcessors / need.hubProcessors - 2) < 1e-9);
  assert.deepEqual([slower.postgresProcessors, slower.databaseGiB], [need.postgresProcessors, need.databaseGiB]);
  const larger = needOf(10_000_000, { ...figures, opBytes: 2 * figures.opBytes, payloadBytes: 2 * figures.payloadBytes });
  assert.ok(Math.abs(larger.databaseGiB / need.databaseGiB - 2) < 1e-9);
});
