import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { icalendar } from "../../src/importers/icalendar/icalendar.ts";
import { calendarText, eventLines } from "./calendar-text.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";

function read(...events: readonly (readonly string[])[]) {
  const imported = importAll(icalendar, sourceOf("a.ics", calendarText(...events.flatMap((lines) => eventLines(...lines)))));
  assertRules(imported);
  return { said: imported.drafts.map((draft) => [draft.external_id, draft.content["summary"]]), lines: problemLines(imported) };
}

describe("two items under one UID", () => {
  it("that say the same are one", () => {
    assert.deepEqual(read(["UID:a", "SUMMARY:x"], ["SUMMARY:x", "DTSTAMP:20240101T000000Z", "UID:a"]), { said: [["a", "x"]], lines: [] });
  });

  it("are versions when SEQUENCE tells them apart: the newest stays, wherever it stands", () => {
    const newer = ["UID:a", "SUMMARY:new", "SEQUENCE:2"];
    const older = ["UID:a", "SUMMARY:old", "SEQUENCE:1"];
    assert.deepEqual(read(newer, older), { said: [["a", "new"]], lines: ["line 8: an older copy of the event on line 3: left out"] });
    assert.deepEqual(read(older, newer), { said: [["a", "new"]], lines: ["line 3: an older copy of the event on line 8: left out"] });
  });

  it("are told apart by LAST-MODIFIED, then by DTSTAMP", () => {
    const by = (name: string) =>
      read(["UID:a", "SUMMARY:old", `${name}:20230101T000000Z`], ["UID:a", "SUMMARY:new", `${name}:20230102T000000Z`]).said;
    assert.deepEqual(by("LAST-MODIFIED"), [["a", "new"]]);
    assert.deepEqual(by("DTSTAMP"), [["a", "new"]]);
  });

  it("are different things when nothing tells which is newer: both stay", () => {
    const { said, lines } = read(["UID:a", "SUMMARY:tea"], ["UID:a", "SUMMARY:coffee"]);
    assert.deepEqual(said[0], ["a", "tea"]);
    assert.match(String(said[1]?.[0]), /^a#[0-9a-f]{16}$/);
    assert.deepEqual(lines, ["line 7: the UID of line 3 again: kept under an id of its own"]);
  });

  it("are different things when one is an instance of the other", () => {
    assert.deepEqual(read(["UID:a", "SUMMARY:x"], ["UID:a", "SUMMARY:x", "RECURRENCE-ID:20230912"]).said.length, 2);
  });

  it("lose none that isn't reported, and reading the file again gives the same", () => {
    const event = fc.record({ uid: fc.constantFrom("a", "b"), summary: fc.constantFrom("x", "y", "z"), sequence: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const lines = events.map(({ uid, summary, sequence }) => [`UID:${uid}`, `SUMMARY:${summary}`, `SEQUENCE:${sequence}`]);
        const once = read(...lines);
        const distinct = new Set(events.map((one) => JSON.stringify(one))).size;
        const leftOut = once.lines.filter((line) => line.endsWith("left out")).length;
        assert.equal(once.said.length + leftOut, distinct);
        assert.deepEqual(read(...lines, ...lines), once, "a file with everything twice says the same");
      }),
      { seed: 41, numRuns: 300 },
    );
  });
});
