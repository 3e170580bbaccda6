/**
 * Grammar-based fuzzing: texts of each parser's own grammar, whole and damaged. None may throw anything but `PoolError`, break its law, take
 * seconds, or keep memory. What ever failed is in `regressions.json` and runs first. `npm run prove -- fuzz` runs a million of most
 * parsers.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { damaged } from "../../src/testkit/grammar.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { runs } from "../node/replicas.ts";
import { parsers } from "./parsers.ts";

const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_126);
const inputs = runs(1_500);
/** Of processor time, which a busy machine does not stretch: a thousand times what any of them took. */
const msMax = 5_000;

const regressions = JSON.parse(readFileSync(new URL("regressions.json", import.meta.url), "utf8")) as { parser: string; input: string }[];

async function tryInput(name: string, read: (input: string) => unknown, input: string): Promise<boolean> {
  const began = process.cpuUsage();
  try {
    await read(input);
    return true;
  } catch (error) {
    const about = `${name}: ${JSON.stringify(input.slice(0, 500))}`;
    assert.equal((error as { name?: string }).name, "PoolError", `${about}: ${(error as Error).stack ?? error}`);
    return false;
  } finally {
    const { user, system } = process.cpuUsage(began);
    const ms = (user + system) / 1_000;
    assert.ok(ms < msMax, `${name} took ${Math.round(ms)} ms for ${JSON.stringify(input.slice(0, 500))}`);
  }
}

suite("what once failed", () => {
  for (const [at, { parser, input }] of regressions.entries()) {
    test(`${parser}, ${at}`, async () => {
      const found = parsers.find(({ name }) => name === parser);
      assert.ok(found, `there is a parser called ${parser}`);
      await tryInput(parser, found.read, input);
    });
  }
});

suite(`${inputs} inputs each, fewer where one takes its time (FABLEPOOL_SEED=${seed})`, () => {
  for (const { name, grammar, oneIn = 1, read } of parsers) {
    test(name, async (t) => {
      const random = seededRandom(seed);
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const wanted = Math.ceil(inputs / oneIn);
      let taken = 0;
      for (let count = 0; count < wanted; count++) {
        const whole = grammar(random);
        const input = random.once(4) ? whole : damaged(random, whole, grammar(random));
        if (await tryInput(name, read, input)) taken++;
      }
      globalThis.gc?.();
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 100e6, `${Math.round(grown / 1e6)} MB stay`);
      t.diagnostic(`${taken} of ${wanted} were taken`);
    });
  }
});
