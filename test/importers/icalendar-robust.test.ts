import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { icalendar } from "../../src/importers/icalendar/icalendar.ts";
import { calendarText, centralEurope, eventLines, zoneLines } from "./calendar-text.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

const original = calendarText(
  "X-WR-CALNAME:Žluťoučký",
  ...zoneLines("Europe/Berlin", centralEurope),
  ...eventLines(
    "UID:1",
    "DTSTART;TZID=Europe/Berlin:20230912T123000",
    "SUMMARY:Ahoj\\, světe",
    'ATTENDEE;CN="A, B":mailto:a@b.c',
    "RRULE:FREQ=DAILY",
  ),
  ...eventLines("UID:1", "RECURRENCE-ID;TZID=Europe/Berlin:20230913T123000", "DTSTART;VALUE=DATE:20230914", "EXDATE:20230915,20230916"),
  "BEGIN:VTODO",
  "UID:2",
  "DUE:20230912T123000Z",
  "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a=C3=A9",
  " folded",
  "END:VTODO",
);

function timed(bytes: Uint8Array | string) {
  const imported = withinSeconds("the calendar", () => importAll(icalendar, sourceOf("a.ics", bytes)));
  assertRules(imported);
  return imported;
}

describe("a damaged calendar", () => {
  it("never throws, never takes long, never breaks the contract", () => {
    fc.assert(
      fc.property(mutationsOf(Buffer.from(original)), (bytes) => {
        timed(bytes);
      }),
      { seed: 51, numRuns: 300 },
    );
  });

  it("that was cut short yields only whole items, as they were, and says that it was cut", () => {
    const whole = timed(original).drafts;
    assert.equal(whole.length, 3);
    const bytes = Buffer.from(original);
    for (let length = 0; length < bytes.length - 2; length += 1) {
      const { drafts, problems } = timed(bytes.subarray(0, length));
      assert.ok(problems.length > 0, `cut at ${length}`);
      for (const draft of drafts) {
        const before = whole.find((one) => one.external_id === draft.external_id);
        assert.deepEqual(
          { ...draft, source: { ...draft.source, sha256: "" } },
          before && { ...before, source: { ...before.source, sha256: "" } },
        );
      }
    }
  });

  it("in which one line was lost keeps every other event", () => {
    const events = Array.from({ length: 5 }, (_, index) => eventLines(`UID:${index}`, "DTSTART:20230912T100000Z", `SUMMARY:${index}`));
    const lines = calendarText(...events.flat()).split("\r\n");
    for (let lost = 2; lost < lines.length - 2; lost += 1) {
      const { drafts } = timed(lines.filter((_, index) => index !== lost).join("\r\n"));
      const intact = events.map((_, index) => `${index}`).filter((uid) => Math.floor((lost - 2) / 5) !== Number(uid));
      for (const uid of intact)
        assert.ok(
          drafts.some((draft) => draft.content["summary"] === uid),
          `line ${lost + 1} lost, event ${uid} kept`,
        );
    }
  });

  it("made of random lines is survived", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VALARM",
        "END:VALARM",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
      ),
      fc.constantFrom("UID:1", "DTSTART:20230912", "RRULE:FREQ=SECONDLY;COUNT=99999999", "RDATE:", " folded", "", "X", "DTSTART;TZID=:1"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        timed(lines.join("\n"));
      }),
      { seed: 52, numRuns: 500 },
    );
  });
});

describe("a large calendar", () => {
  const event = (index: number) => [
    `UID:${index}`,
    `DTSTART;TZID=Europe/Berlin:2023${String(1 + (index % 12)).padStart(2, "0")}${String(1 + (index % 28)).padStart(2, "0")}T090000`,
    `DTEND;TZID=America/New_York:20231231T${String(index % 24).padStart(2, "0")}0000`,
    `SUMMARY:Event ${index}`,
  ];

  it("of 5,000 events takes no more than seconds", () => {
    const events = Array.from({ length: 5_000 }, (_, index) => eventLines(...event(index)));
    const { drafts, problems } = timed(calendarText(...zoneLines("Europe/Berlin", centralEurope), ...events.flat()));
    assert.deepEqual([drafts.length, problems.length], [5_000, 0]);
    assert.equal(drafts[11]?.observed_at, Date.UTC(2023, 11, 12, 8));
  });

  const hostile: readonly { name: string; text: string }[] = [
    {
      name: "one event with 50,000 lists of dates",
      text: calendarText(...eventLines("UID:1", ...Array.from({ length: 50_000 }, () => "EXDATE:20230912,20230913"))),
    },
    {
      name: "one line of 200,000 parameters",
      text: calendarText(...eventLines(`X-A${";P=1".repeat(200_000)}:x`, `X-B;P=1;P=${"1,".repeat(200_000)}1:x`)),
    },
    {
      name: "3,000 calendars with a zone each",
      text: calendarText(...zoneLines("x", centralEurope), ...eventLines("DTSTART;TZID=x:20230912T100000")).repeat(3_000),
    },
    {
      name: "a zone of 100,000 onsets",
      text: calendarText(
        ...zoneLines("x", [
          {
            name: "STANDARD",
            start: "19700101T000000",
            from: "+0000",
            to: "+0100",
            more: [`RDATE:${"20230912T000000,".repeat(100_000)}20230913`],
          },
        ]),
        ...Array.from({ length: 1_000 }, (_, index) => eventLines(`UID:${index}`, "DTSTART;TZID=x:19800912T100000")).flat(),
      ),
    },
    { name: "100,000 lines that fold", text: calendarText(...eventLines("UID:1", `DESCRIPTION:${"x\r\n ".repeat(100_000)}`)) },
    { name: "100,000 components without end", text: "BEGIN:VEVENT\n".repeat(100_000) },
    { name: "100,000 ends without beginning", text: calendarText(...Array.from({ length: 100_000 }, () => "END:VEVENT")) },
    {
      name: "20,000 events with one UID",
      text: calendarText(...Array.from({ length: 20_000 }, (_, index) => eventLines("UID:1", `SUMMARY:${index}`)).flat()),
    },
    {
      name: "a megabyte of backslashes",
      text: calendarText(...eventLines(`SUMMARY:${"\\".repeat(1_000_000)}`, `CATEGORIES:${"\\".repeat(1_000_000)}`)),
    },
    {
      name: "a value of ten megabytes",
      text: calendarText(...eventLines(`CATEGORIES:${"a,".repeat(5_000_000)}`, `X-A;CN="${"a".repeat(5_000_000)}:x`)),
    },
    {
      name: "a zone rule of a megabyte",
      text: calendarText(
        ...zoneLines("x", [
          {
            name: "STANDARD",
            start: "19700101T000000",
            from: "+0000",
            to: "+0100",
            more: [`RRULE:FREQ=YEARLY;BYMONTH=${"1,".repeat(500_000)}1`],
          },
        ]),
        ...eventLines("UID:1", "DTSTART;TZID=x:20230912T100000"),
      ),
    },
    {
      name: "a megabyte of quoted-printable",
      text: calendarText(...eventLines(`SUMMARY;ENCODING=QUOTED-PRINTABLE:${"=41".repeat(300_000)}`)),
    },
  ];
  for (const { name, text } of hostile) {
    it(`made to take long is survived: ${name}`, () => {
      timed(text);
    });
  }
});
