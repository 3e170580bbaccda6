import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { readSource } from "../../src/importers/read-source.ts";
import { importerFor } from "../../src/importers/recognise.ts";
import { type FoundFile, walk } from "../../src/importers/walk.ts";
import { assertRules } from "./draft-rules.ts";
import { type Imported, importAllInTime, problemLines } from "./import-all.ts";
import { withinSecondsInTime } from "./within-seconds.ts";

// Development data of many public projects, which lie beside the checkout and aren't shipped with it.
const data = join(import.meta.dirname, "../../../shared/data");
const skip = existsSync(data) ? false : `there is no development data at ${data}`;

const cutLines = /not a property: left out|\d+ lines that are no properties: left out/;

/** Files outside malformed/ that are broken all the same, with every problem that they should give. */
const expected: Readonly<Record<string, readonly RegExp[]>> = {
  // "X-APPLE-RADIUS=49.9…": a parameter where a property should be.
  "calendar/icalendar/issue_168_input.ics": [/^line 6: not a property: left out$/],
  // Two DTSTARTs with different times.
  "calendar/icalendar/pacific_fiji.ics": [/^line 49: a second DTSTART: left out$/],
  // The file ends after its last event.
  "calendar/icalendar/pr_480_summary_with_colon.ics": [/^line 1: VCALENDAR has no END$/],
  // "20171032", named invalid by the event itself; and a bare line of text.
  "calendar/ics-parser/ICal.ics": [/^line 22: DTSTART can't be read: VEVENT left out$/, /^line 68: not a property: left out$/],
  // "DTEND:None".
  "calendar/ics-parser/issue-340.ics": [/^line 7: DTEND can't be read: left out$/],
  // Two different events with UID def.
  "calendar/khal/event_dt_multi_uid.ics": [/^line 18: the UID of line 12 again: kept under an id of its own$/],
  // A fuzzed file.
  "calendar/libical/caltime.ics": [cutLines, /END without its BEGIN/, /(?:STANDARD|VTIMEZONE) has no END: left out/],
  // iTIP messages about the same events; one time lacks a digit.
  "calendar/libical/incoming.ics": [/DTEND can't be read/, /an older copy of the event/, /the UID of line 104 again/],
  // Such messages thirty times over.
  "calendar/libical/large.ics": [/DTEND can't be read/, /an older copy of the (?:event|task)/, /the UID of line \d+ again/],
  // "19970701T13000Z".
  "calendar/libical/process-calendar.ics": [/^line 58: DTSTART can't be read: VEVENT left out$/],
  // Written to test that the higher SEQUENCE wins.
  "calendar/node-ical/duplicate-uid-sequence.ics": [
    /^line 12: an older copy of the event on line 4/,
    /^line 20: an older copy of the event on line 28/,
  ],
  // Old and new exports in one file.
  "calendar/python-recurring-ical-events/issue_148_edge_case_2.ics": [/^line 2: an older copy of the event on line 29/],
  "calendar/python-recurring-ical-events/issue_148_exdate_and_rdate_updated.ics": [/^line 2: an older copy of the event on line 17/],
  "calendar/python-recurring-ical-events/issue_164_duplicated_event.ics": [/^line 15: an older copy of the event on line 29/],
  // Its tasks end with "END:VTOOD".
  "calendar/python-recurring-ical-events/issue_201_test_matrix.ics": [/END without its BEGIN/, /VTODO has no END: left out/],
  // A long line that was broken without being folded.
  "calendar/python-recurring-ical-events/issue_61_time_zone_error.ics": [/^line 211: not a property: left out$/],
  // "___" among the front matter's members.
  "notes/obsidiantools/general/invalid-frontmatter_1.md": [/^line 5: front matter is kept as plain text/],
};

async function filesOf(...extensions: readonly string[]): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for await (const file of walk([data])) if (extensions.some((extension) => file.name.toLowerCase().endsWith(extension))) files.push(file);
  return files;
}

async function read(file: FoundFile): Promise<{ path: string; imported: Imported; lines: string[] }> {
  const source = await readSource(file);
  const importer = importerFor(source);
  assert.ok(importer !== null, file.path);
  const imported = await withinSecondsInTime(file.path, () => importAllInTime(importer, source));
  assertRules(imported);
  return { path: relative(data, file.path), imported, lines: problemLines(imported) };
}

function assertExpected(path: string, lines: readonly string[]): void {
  const reasons = expected[path] ?? [];
  for (const line of lines)
    assert.ok(
      reasons.some((reason) => reason.test(line)),
      `${path}: ${line}`,
    );
  for (const reason of reasons)
    assert.ok(
      lines.some((line) => reason.test(line)),
      `${path} gives ${reason}`,
    );
}

describe("the development data", { skip }, () => {
  const kinds = [
    { title: "calendars", extensions: [".ics"], least: { files: 250, drafts: 1_500 } },
    { title: "notes", extensions: [".md"], least: { files: 700, drafts: 700 } },
    { title: "photos", extensions: [".jpg", ".jpeg", ".heic", ".heif"], least: { files: 160, drafts: 160 } },
  ];
  for (const { title, extensions, least } of kinds) {
    it(`gives its ${title} without a problem that isn't right`, async () => {
      let [files, drafts] = [0, 0];
      for (const file of await filesOf(...extensions)) {
        const { path, imported, lines } = await read(file);
        if (path.startsWith("malformed/")) continue;
        assertExpected(path, lines);
        files += 1;
        drafts += imported.drafts.length;
      }
      assert.ok(files >= least.files && drafts >= least.drafts, `${files} files, ${drafts} items`);
    });
  }

  it("is survived where it is malformed, and most of it still read", async () => {
    let [files, drafts] = [0, 0];
    for (const file of await filesOf(".ics", ".md", ".jpg", ".jpeg", ".heic", ".heif")) {
      if (!relative(data, file.path).startsWith("malformed/")) continue;
      const { imported } = await read(file);
      files += 1;
      drafts += imported.drafts.length;
    }
    assert.ok(files >= 50 && drafts >= 400, `${files} files, ${drafts} items`);
  });

  it("gives each photo of the synthetic person its time, and each calendar entry its instant", async () => {
    const own = (await filesOf(".ics", ".jpg")).filter((file) => file.path.includes("lifebench"));
    for (const file of own) {
      const { imported } = await read(file);
      for (const draft of imported.drafts) assert.ok(draft.observed_at !== undefined, `${file.path}: ${draft.external_id}`);
    }
  });
});
