import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";
import { icalendar } from "../../src/importers/icalendar/icalendar.ts";
import type { EvidenceDraft } from "../../src/importers/importer.ts";
import { calendarText, centralEurope, eventLines, zoneLines } from "./calendar-text.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";

function read(...lines: readonly string[]) {
  const imported = importAll(icalendar, sourceOf("diary/my cal.ics", calendarText(...lines)));
  assertRules(imported);
  return { ...imported, lines: problemLines(imported) };
}

/** The one draft of a calendar that has no problem. */
function only(...lines: readonly string[]): EvidenceDraft {
  const { drafts, lines: problems } = read(...lines);
  assert.deepEqual(problems, []);
  const [draft] = drafts;
  assert.ok(draft !== undefined && drafts.length === 1);
  return draft;
}

function event(...lines: readonly string[]): EvidenceDraft {
  return only(...eventLines("UID:1", ...lines));
}

describe("an event", () => {
  it("is one draft with everything that was said of it", () => {
    const draft = only(
      ...zoneLines("Europe/Berlin", centralEurope),
      ...eventLines(
        "UID:lunch-1@example.org",
        "DTSTAMP:20230101T000000Z",
        "DTSTART;TZID=Europe/Berlin:20230912T123000",
        "DTEND;TZID=Europe/Berlin:20230912T133000",
        "SUMMARY:Lunch\\, with Ada",
        "DESCRIPTION:First line\\nSecond\\; line \\\\ end",
        "LOCATION:Café Müller",
        "STATUS:confirmed",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "CATEGORIES:Food,Friends\\, old",
        "CATEGORIES:Berlin",
        "URL:https://example.org/a;b,c",
        "GEO:52.5200065;13.404954",
        "SEQUENCE:2",
        "PRIORITY:5",
        "CREATED:20230901T080000Z",
        "LAST-MODIFIED:20230905T080000Z",
        "ORGANIZER;CN=Ada:mailto:ada@example.org",
        'ATTENDEE;CN="Bob B.";PARTSTAT=accepted;ROLE=REQ-PARTICIPANT:MAILTO:bob@example.org',
        "ATTENDEE;EMAIL=eve@example.org:urn:uuid:5",
        "ATTACH;FMTTYPE=text/plain:https://example.org/menu.txt",
        "X-UNKNOWN:ignored",
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "DESCRIPTION:alarms are left out",
        "END:VALARM",
      ),
    );
    assert.deepEqual(draft, {
      source: {
        adapter: "icalendar",
        version: "1",
        uri: "diary/my%20cal.ics#line=17,46",
        sha256: draft.source.sha256,
      },
      external_id: "lunch-1@example.org",
      kind: "event",
      observed_at: Date.UTC(2023, 8, 12, 10, 30),
      content: {
        start: { value: "20230912T123000", zone: "Europe/Berlin", at: Date.UTC(2023, 8, 12, 10, 30) },
        end: { value: "20230912T133000", zone: "Europe/Berlin", at: Date.UTC(2023, 8, 12, 11, 30) },
        all_day: false,
        summary: "Lunch, with Ada",
        description: "First line\nSecond; line \\ end",
        location: "Café Müller",
        status: "CONFIRMED",
        class: "PRIVATE",
        transparency: "OPAQUE",
        categories: ["Food", "Friends, old", "Berlin"],
        url: "https://example.org/a;b,c",
        geo: { latitude: 52.5200065, longitude: 13.404954 },
        sequence: 2,
        priority: 5,
        created: { value: "20230901T080000Z", zone: "UTC", at: Date.UTC(2023, 8, 1, 8) },
        last_modified: { value: "20230905T080000Z", zone: "UTC", at: Date.UTC(2023, 8, 5, 8) },
        organizer: { name: "Ada", address: "ada@example.org" },
        attendees: [
          { name: "Bob B.", address: "bob@example.org", partstat: "ACCEPTED", role: "REQ-PARTICIPANT" },
          { address: "eve@example.org" },
        ],
        attachments: [{ uri: "https://example.org/menu.txt", type: "text/plain" }],
      },
    });
  });

  it("of whole days has plain dates", () => {
    const { content, observed_at } = event("DTSTART;VALUE=DATE:20230912", "DTEND;VALUE=DATE;TZID=Europe/Berlin:20230914");
    assert.deepEqual(content, { start: { value: "20230912" }, end: { value: "20230914" }, all_day: true });
    assert.equal(observed_at, Date.UTC(2023, 8, 12));
    assert.deepEqual(event("DTSTART:20230912").content["all_day"], true, "also without VALUE=DATE");
  });

  it("in floating time has no instant", () => {
    const { content, observed_at } = event("DTSTART:20230912T123000", "DURATION:PT1H30M");
    assert.deepEqual(content, { start: { value: "20230912T123000", zone: "floating" }, all_day: false, duration: "PT1H30M" });
    assert.equal(observed_at, undefined);
  });

  it("in floating time takes the calendar's X-WR-TIMEZONE, and says so", () => {
    const draft = only("X-WR-TIMEZONE:Europe/Berlin", ...eventLines("UID:1", "DTSTART:20230912T123000"));
    const at = Date.UTC(2023, 8, 12, 10, 30);
    assert.deepEqual(draft.content["start"], { value: "20230912T123000", zone: "Europe/Berlin", zone_from: "X-WR-TIMEZONE", at });
    assert.equal(draft.observed_at, at);
  });

  it("in a zone that nobody knows keeps its local time and says so", () => {
    const { content, observed_at } = event("DTSTART;TZID=Customized Time Zone:20230912T123000");
    assert.deepEqual(content["start"], { value: "20230912T123000", zone: "Customized Time Zone", zone_unknown: true });
    assert.equal(observed_at, undefined);
  });

  it("keeps to UTC where the time says Z, whatever its TZID", () => {
    const { content } = event("DTSTART;TZID=Europe/Berlin:20230912T123000Z");
    assert.deepEqual(content["start"], { value: "20230912T123000Z", zone: "UTC", at: Date.UTC(2023, 8, 12, 12, 30) });
  });

  it("bears a zone with a colon that nobody quoted", () => {
    const { content } = event("DTSTART;TZID=UTC+02:00:20230912T123000", "DTEND;TZID=UTC+02:00:20230912T133000");
    assert.deepEqual(content["start"], { value: "20230912T123000", zone: "UTC+02:00", at: Date.UTC(2023, 8, 12, 10, 30) });
  });

  it("that recurs is one item with its rules as written", () => {
    const { content } = event(
      "DTSTART;TZID=Europe/Berlin:20230912T123000",
      "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU",
      "EXDATE;TZID=Europe/Berlin:20230919T123000,20230926T123000",
      "EXDATE:20231003T103000Z",
      "RDATE;VALUE=PERIOD:20231004T100000Z/PT1H",
      "RDATE;VALUE=DATE:20231005",
    );
    assert.deepEqual(content["rrule"], ["FREQ=WEEKLY;COUNT=5;BYDAY=TU"]);
    assert.deepEqual(content["exdate"], [
      { value: "20230919T123000", zone: "Europe/Berlin", at: Date.UTC(2023, 8, 19, 10, 30) },
      { value: "20230926T123000", zone: "Europe/Berlin", at: Date.UTC(2023, 8, 26, 10, 30) },
      { value: "20231003T103000Z", zone: "UTC", at: Date.UTC(2023, 9, 3, 10, 30) },
    ]);
    assert.deepEqual(content["rdate"], [
      { value: "20231004T100000Z/PT1H", zone: "UTC", at: Date.UTC(2023, 9, 4, 10) },
      { value: "20231005" },
    ]);
  });

  it("that was moved or cancelled is an item beside the recurring one", () => {
    const { drafts, lines } = read(
      ...eventLines("UID:a", "DTSTART:20230912T100000Z", "RRULE:FREQ=DAILY"),
      ...eventLines("UID:a", "RECURRENCE-ID;RANGE=THISANDFUTURE:20230913T100000Z", "DTSTART:20230913T120000Z"),
      ...eventLines("UID:a", "RECURRENCE-ID:20230914T100000Z", "DTSTART:20230914T100000Z", "STATUS:CANCELLED"),
    );
    assert.deepEqual(lines, []);
    assert.deepEqual(
      drafts.map((draft) => [draft.external_id, draft.content["status"]]),
      [
        ["a", undefined],
        ["a/20230913T100000Z", undefined],
        ["a/20230914T100000Z", "CANCELLED"],
      ],
    );
    assert.deepEqual(drafts[1]?.content["recurrence_id"], {
      value: "20230913T100000Z",
      zone: "UTC",
      at: Date.UTC(2023, 8, 13, 10),
      range: "THISANDFUTURE",
    });
  });

  it("tells its calendar's name, and its method when it isn't just published", () => {
    const { content } = only("METHOD:CANCEL", "X-WR-CALNAME:Work", ...eventLines("UID:1"));
    assert.deepEqual(content, { calendar: "Work", method: "CANCEL" });
    assert.deepEqual(only("METHOD:publish", "NAME:Home", ...eventLines("UID:1")).content, { calendar: "Home" });
  });

  it("without UID is named by what it says, not by where it stands or when it was exported", () => {
    const one = only(...eventLines("DTSTAMP:20230101T000000Z", "SUMMARY:Tea"));
    const two = only("X-A:1", ...eventLines("SUMMARY:Tea", "DTSTAMP:20240101T000000Z"));
    const other = only(...eventLines("SUMMARY:Coffee"));
    assert.match(one.external_id, /^sha256:[0-9a-f]{64}$/);
    assert.equal(one.external_id, two.external_id);
    assert.notEqual(one.external_id, other.external_id);
  });

  it("with an endless UID is named by its hash", () => {
    const uid = "u".repeat(2_000);
    assert.equal(only(...eventLines(`UID:${uid}`)).external_id, `sha256:${hash("sha256", uid)}`);
  });

  it("only notes the bytes that are attached", () => {
    const { content } = event(
      `ATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=image/png:${"QUJD".repeat(100)}`,
      "ATTACH:data:text/plain;base64,QUJD",
    );
    assert.deepEqual(content["attachments"], [
      { inline: true, bytes: 300, type: "image/png" },
      { inline: true, bytes: 3 },
    ]);
  });

  it("reads lists whose signs are escaped, also at the end", () => {
    assert.deepEqual(event("CATEGORIES:a\\,b,c\\;d;e,,\\\\,f\\").content["categories"], ["a,b", "c;d", "e", "\\", "f\\"]);
  });

  it("leaves out a value beyond all measure, but notes it as an attachment", () => {
    const value = "x".repeat(2_000_000);
    const { drafts, lines } = read(...eventLines("UID:1", `SUMMARY:${value}`, `ATTACH;ENCODING=BASE64:${value}`, "LOCATION:here"));
    assert.deepEqual(lines, ["line 5: SUMMARY is beyond all measure: left out"]);
    assert.deepEqual(drafts[0]?.content, { attachments: [{ inline: true, bytes: 1_500_000 }], location: "here" });
  });

  it("says nothing where a property is empty", () => {
    const empty = [
      "SUMMARY:",
      "LOCATION: ",
      "GEO:;",
      "DTEND:",
      "SEQUENCE:",
      "DURATION:",
      "CATEGORIES:,",
      "ATTENDEE:",
      "ATTACH:",
      "EXDATE:",
      "RRULE:",
    ];
    assert.deepEqual(event(...empty).content, {});
  });

  it("reads times with a missing second or the separators of ISO 8601", () => {
    assert.deepEqual((event("DTSTART:2023-09-12T10:30:00Z").content["start"] as { at: number }).at, Date.UTC(2023, 8, 12, 10, 30));
    assert.deepEqual((event("DTSTART:20230912T1030Z").content["start"] as { at: number }).at, Date.UTC(2023, 8, 12, 10, 30));
    assert.deepEqual((event("DTSTART:20230912T240000Z").content["start"] as { at: number }).at, Date.UTC(2023, 8, 13));
    assert.deepEqual((event("DTSTART:00010101T000000Z").content["start"] as { at: number }).at, -62_135_596_800_000);
  });
});

describe("a task and a journal entry", () => {
  it("are items of their own kind", () => {
    const { drafts } = read(
      "BEGIN:VTODO",
      "UID:t",
      "SUMMARY:Pay",
      "DUE;VALUE=DATE:20230930",
      "COMPLETED:20230929T120000Z",
      "PERCENT-COMPLETE:100",
      "RELATED-TO:other",
      "END:VTODO",
      "BEGIN:VJOURNAL",
      "UID:j",
      "DTSTART;VALUE=DATE:20230901",
      "DESCRIPTION:One",
      "DESCRIPTION:Two",
      "END:VJOURNAL",
    );
    assert.deepEqual(
      drafts.map(({ kind, observed_at, content }) => ({ kind, observed_at, content })),
      [
        {
          kind: "task",
          observed_at: Date.UTC(2023, 8, 30),
          content: {
            summary: "Pay",
            due: { value: "20230930" },
            completed: { value: "20230929T120000Z", zone: "UTC", at: Date.UTC(2023, 8, 29, 12) },
            percent_complete: 100,
            related_to: ["other"],
            all_day: true,
          },
        },
        {
          kind: "journal",
          observed_at: Date.UTC(2023, 8, 1),
          content: { start: { value: "20230901" }, description: "One\n\nTwo", all_day: true },
        },
      ],
    );
  });
});

describe("a broken property", () => {
  it("is left out and told, with its line, and the item stays", () => {
    const { drafts, lines } = read(
      ...eventLines(
        "UID:1",
        "DTSTART:20230912T100000Z",
        "DTEND:None",
        "GEO:200;300",
        "SEQUENCE:one",
        "DURATION:1 hour",
        "SUMMARY:A",
        "SUMMARY:B",
      ),
    );
    assert.deepEqual(lines, [
      "line 6: DTEND can't be read: left out",
      "line 7: GEO can't be read: left out",
      "line 8: SEQUENCE can't be read: left out",
      "line 9: DURATION can't be read: left out",
      "line 11: a second SUMMARY: left out",
    ]);
    assert.deepEqual(Object.keys(drafts[0]?.content ?? {}), ["start", "summary", "all_day"]);
  });

  it("takes the event with it when it is the start, or says which instance it is", () => {
    const { drafts, lines } = read(
      ...eventLines("UID:1", "DTSTART:20230230T100000Z", "SUMMARY:lost", "DTEND:None"),
      ...eventLines("UID:2", "RECURRENCE-ID:whenever"),
      "BEGIN:VTODO",
      "UID:3",
      "DTSTART:never",
      "SUMMARY:kept",
      "END:VTODO",
    );
    assert.deepEqual(lines, [
      "line 5: DTSTART can't be read: VEVENT left out",
      "line 11: RECURRENCE-ID can't be read: VEVENT left out",
      "line 15: DTSTART can't be read: left out",
    ]);
    assert.deepEqual(
      drafts.map((draft) => draft.external_id),
      ["3"],
    );
  });

  it("of a list costs only what can't be read", () => {
    const { drafts, lines } = read(...eventLines("UID:1", "EXDATE:20230912T100000Z,20231312T100000Z"));
    assert.deepEqual(lines, ["line 5: part of EXDATE can't be read: left out"]);
    assert.deepEqual(drafts[0]?.content["exdate"], [{ value: "20230912T100000Z", zone: "UTC", at: Date.UTC(2023, 8, 12, 10) }]);
  });

  it("that is only there twice in the same words is no problem", () => {
    assert.deepEqual(event("SUMMARY:A", "SUMMARY:A").content, { summary: "A" });
  });
});

describe("a file", () => {
  it("may hold several calendars and everything that is no item", () => {
    const free = ["BEGIN:VFREEBUSY", "FREEBUSY:19980415T133000Z/19980416T133000Z", "END:VFREEBUSY"];
    const imported = importAll(
      icalendar,
      sourceOf("a.ics", calendarText(...eventLines("UID:1")) + calendarText(...free, ...eventLines("UID:2"))),
    );
    assert.deepEqual(
      imported.drafts.map((draft) => draft.external_id),
      ["1", "2"],
    );
    assert.deepEqual(imported.problems, []);
  });

  it("finds items inside components that it doesn't know", () => {
    assert.deepEqual(read("BEGIN:X-GROUP", ...eventLines("UID:1"), "END:X-GROUP").drafts.length, 1);
  });

  it("with no item yields nothing, with nothing known one problem", () => {
    assert.deepEqual(read(), { drafts: [], problems: [], lines: [] });
    assert.deepEqual(read(...zoneLines("x", centralEurope)).lines, []);
    for (const text of ["", "\n\n", "Dear diary", "<?xml version='1.0'?><a/>", "\0\0\0"]) {
      assert.deepEqual(problemLines(importAll(icalendar, sourceOf("a.ics", text))), ["holds no iCalendar component"], JSON.stringify(text));
    }
  });

  it("of vCalendar 1.0 is read too", () => {
    const text = [
      "BEGIN:VCALENDAR",
      "VERSION:1.0",
      "BEGIN:VEVENT",
      "UID:v1",
      "DTSTART:19960401T033000Z",
      "CATEGORIES:APPOINTMENT;WORK",
      "DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Caf=E9=0D=0Awith =",
      "Ada",
      "SUMMARY;QUOTED-PRINTABLE:K=C4=8Daj",
      "ATTENDEE;STATUS=ACCEPTED:eve@example.org",
      "DALARM:19960401T030000Z;;1;Wake up",
      "END:VEVENT",
      "END:VCALENDAR",
    ].join("\r\n");
    const { drafts, problems } = importAll(icalendar, sourceOf("old.vcs", text));
    assert.deepEqual(problems, []);
    assert.deepEqual(drafts[0]?.content, {
      start: { value: "19960401T033000Z", zone: "UTC", at: Date.UTC(1996, 3, 1, 3, 30) },
      categories: ["APPOINTMENT", "WORK"],
      description: "Café\nwith Ada",
      summary: "Kčaj",
      attendees: [{ address: "eve@example.org", partstat: "ACCEPTED" }],
      all_day: false,
    });
  });

  it("with a description that is too long keeps its beginning and says so", () => {
    const { drafts, lines } = read(...eventLines("UID:1", "SUMMARY:Long", `DESCRIPTION:${"word ".repeat(20_000)}`));
    assert.match(lines[0] ?? "", /^line 3: description is too long: its first \d+ of 99999 characters are kept$/);
    assert.equal(drafts[0]?.content["summary"], "Long");
    assert.deepEqual(drafts[0]?.content["truncated"], ["description"]);
  });

  it("is recognised by what it holds, else by its name", () => {
    const is = (name: string, text: string) => icalendar.recognises(sourceOf(name, text));
    assert.ok(is("export", "\ufeff\r\nbegin:vcalendar\r\n"));
    assert.ok(is("a.ICS", "broken"));
    assert.ok(!is("a.txt", "BEGIN:VCARD"));
  });
});
