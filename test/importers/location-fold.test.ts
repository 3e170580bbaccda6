import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { distance } from "../../src/importers/location/coordinates.ts";
import { type Fix, foldFixes } from "../../src/importers/location/fold.ts";
import { sourceInstant } from "../../src/importers/location/source-instant.ts";
import { fix, minute, noon, series } from "./location-fixes.ts";
import { withinSeconds } from "./within-seconds.ts";

describe("fixes", () => {
  const shape = (fixes: readonly Fix[]) =>
    foldFixes(fixes).map(({ kind, from, to, distance: metres }) => [
      kind,
      (from.at - noon) / minute,
      (to.at - noon) / minute,
      Math.round(metres / 50) * 50,
    ]);

  it("are folded into stays and the ways between them", () => {
    const day = [...series(0, 30, () => [0, 0]), ...series(31, 50, (at) => [(at - 30) * 200, 0]), ...series(51, 90, () => [4_000, 20])];
    assert.deepEqual(shape(day), [
      ["visit", 0, 30, 0],
      ["trip", 30, 50, 4_000],
      ["visit", 50, 90, 0],
    ]);
    const [visit] = foldFixes(day);
    assert.ok(distance(visit?.middle ?? fix(0, 9_999), fix(0, 0)) < 1);
  });

  it("in any order give the same, and one more changes only the last", () => {
    const day = [...series(0, 30, () => [0, 0]), ...series(31, 50, (at) => [(at - 30) * 200, 0]), ...series(51, 90, () => [4_000, 20])];
    assert.deepEqual(foldFixes(day.toReversed()), foldFixes(day));
    for (let count = 2; count <= day.length; count += 1) {
      const [before, after] = [foldFixes(day.slice(0, count - 1)), foldFixes(day.slice(0, count))];
      for (const [index, stretch] of before.slice(0, -2).entries()) assert.deepEqual(after[index], stretch, `${count} fixes`);
    }
  });

  it("that jump away for a moment don't end a stay", () => {
    const jump = [...series(0, 20, () => [0, 0]), fix(21, 900), ...series(22, 40, () => [0, 0])];
    assert.deepEqual(shape(jump), [["visit", 0, 40, 0]]);
  });

  it("that stand alone, or hours apart, tell of no way", () => {
    assert.deepEqual(shape([fix(0, 0)]), [["visit", 0, 0, 0]]);
    assert.deepEqual(shape([fix(0, 0), fix(13 * 60, 50_000)]), [
      ["visit", 0, 0, 0],
      ["visit", 780, 780, 0],
    ]);
    assert.deepEqual(shape([fix(0, 0), fix(60, 50_000)]), [["trip", 0, 60, 50_000]]);
    assert.deepEqual(shape([fix(0, 0), fix(9 * 60, 20)]), [["visit", 0, 540, 0]]);
    assert.deepEqual(shape([]), []);
  });

  it("by the hundred thousand take no more than a moment", () => {
    const many = Array.from({ length: 300_000 }, (_, index) => ({ ...fix(0, (index * 7_919) % 400), at: noon + index * 100 }));
    withinSeconds("many fixes", () => foldFixes(many));
    withinSeconds("many at once", () => foldFixes(many.map((each) => ({ ...each, at: noon }))));
  });
});

describe("a time in a source", () => {
  it("is read in every form that was met", () => {
    const cases: readonly (readonly [unknown, string | null, number?])[] = [
      ["2024-06-15T09:00:00.000+02:00", "2024-06-15T09:00:00+02:00", Date.UTC(2024, 5, 15, 7)],
      ["2025-03-24 20:07:24 +0100", "2025-03-24T20:07:24+01:00", Date.UTC(2025, 2, 24, 19, 7, 24)],
      ["2012-12-15T14:21:29.460Z", "2012-12-15T14:21:29.460Z", Date.UTC(2012, 11, 15, 14, 21, 29, 460)],
      ["20240615T090000Z", "2024-06-15T09:00:00Z", Date.UTC(2024, 5, 15, 9)],
      ["2015-10-01T08:00:00-0700", "2015-10-01T08:00:00-07:00", Date.UTC(2015, 9, 1, 15)],
      ["2024-06-15 09:00", "2024-06-15T09:00:00"],
      ["2024-06-15", "2024-06-15", Date.UTC(2024, 5, 15)],
      ["1742844232", "2025-03-24T19:23:52Z", 1_742_844_232_000],
      [1_742_844_232_123, "2025-03-24T19:23:52.123Z", 1_742_844_232_123],
      ["1742844232123456", "2025-03-24T19:23:52.123Z", 1_742_844_232_123],
      ["2024-13-15", null],
      ["2024-02-30T09:00:00Z", null],
      [1e300, null],
      [Number.NaN, null],
      [null, null],
      ["", null],
    ];
    for (const [value, text, at] of cases) {
      assert.equal(sourceInstant(value)?.text ?? null, text, String(value));
      assert.equal(sourceInstant(value)?.at, at, String(value));
    }
  });
});
