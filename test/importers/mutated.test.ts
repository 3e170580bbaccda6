/**
 * Whatever damage a file has: no importer throws, none takes long, what comes out keeps the contract, and a file that was cut short
 * gives no half of an item without saying so. FABLEPOOL_RUNS times 40 damaged files for each made sample, from seed FABLEPOOL_SEED on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesIn } from "../../src/importers/archive/archive.ts";
import { importerFor, importers } from "../../src/importers/recognise.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { runs } from "../node/replicas.ts";
import { cutShort, damaged } from "./damage.ts";
import { assertRules } from "./draft-rules.ts";
import { type Imported, importAllInTime, sourceOf } from "./import-all.ts";
import { type MadeSample, madeArchive, madeSamples } from "./made-samples.ts";
import { withoutPointer } from "./messages-checks.ts";
import { withinSecondsInTime } from "./within-seconds.ts";

const count = runs(40);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

/** What the sample's own importer makes of these bytes, and that what recognises them says of itself. */
async function read({ importer: name, name: file }: MadeSample, bytes: Uint8Array): Promise<Imported> {
  const importer = importers.find((each) => each.name === name);
  assert.ok(importer, `there is an importer ${name}`);
  const source = sourceOf(file, bytes);
  importerFor(source);
  const { drafts, problems } = await importAllInTime(importer, source);
  assertRules({ problems, drafts: drafts.map((draft) => ({ ...draft, source: withoutPointer(draft.source) })) });
  return { drafts, problems };
}

const itemsOf = ({ drafts }: Imported) => drafts.map(({ kind, observed_at, content }) => JSON.stringify([kind, observed_at, content]));

test("every importer has a made sample that it reads whole", async () => {
  assert.deepEqual(new Set(madeSamples.map(({ importer }) => importer)), new Set(importers.map(({ name }) => name)));
  for (const sample of madeSamples) {
    assert.equal(importerFor(sourceOf(sample.name, sample.bytes))?.name, sample.importer);
    const { drafts, problems } = await read(sample, sample.bytes);
    assert.ok(drafts.length > 0 && problems.length === 0, `${sample.name}: ${JSON.stringify(problems)}`);
  }
});

for (const sample of madeSamples) {
  test(`${count} damaged files of ${sample.importer} (${sample.name}) keep the contract`, async () => {
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const bytes = damaged(seededRandom(seed), sample.bytes);
      await withinSecondsInTime(`seed ${seed}`, () => read(sample, bytes)).catch((error) => {
        throw new Error(`seed ${seed}: ${JSON.stringify(Buffer.from(bytes.subarray(0, 4_000)).toString("latin1"))}`, { cause: error });
      });
    }
  });

  if (sample.endless === undefined) {
    test(`${sample.importer} (${sample.name}) cut short anywhere gives whole items, or says that something is missing`, async () => {
      const whole = new Set(itemsOf(await read(sample, sample.bytes)));
      for (const bytes of cutShort(sample.bytes)) {
        const imported = await read(sample, bytes);
        const half = itemsOf(imported).filter((item) => !whole.has(item));
        assert.ok(half.length === 0 || imported.problems.length > 0, `cut at ${bytes.length}: ${half[0]}`);
        const isWhole = imported.drafts.length === whole.size || sample.isSequence;
        assert.ok(isWhole || imported.problems.length > 0, `cut at ${bytes.length}: items are missing`);
      }
    });
  }
}

test(`${count} damaged archives of all of them keep the contract`, async () => {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const bytes = damaged(seededRandom(seed), madeArchive);
    await withinSecondsInTime(`seed ${seed}`, async () => {
      for (const file of filesIn(sourceOf("all.zip", bytes))) {
        if ("reason" in file) continue;
        const importer = importerFor(file);
        if (importer !== null) for await (const item of importer.read(file)) assert.ok("draft" in item || "problem" in item);
      }
    });
  }
});
