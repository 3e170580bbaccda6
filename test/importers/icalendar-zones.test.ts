import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import ICAL from "ical.js";
import { readComponents } from "../../src/importers/icalendar/component.ts";
import { ianaZone } from "../../src/importers/icalendar/iana-zone.ts";
import { parseVtimezone } from "../../src/importers/icalendar/vtimezone.ts";
import { ianaNameOf } from "../../src/importers/icalendar/windows-zones.ts";
import { parseYearlyRule } from "../../src/importers/icalendar/yearly-rule.ts";
import { fixedZone, instantOf, type Zone } from "../../src/importers/icalendar/zone.ts";
import { zoneFinder, zonesByName } from "../../src/importers/icalendar/zone-finder.ts";
import { centralEurope, easternUnitedStates, zoneLines } from "./calendar-text.ts";

const hour = 3_600_000;

function components(lines: readonly string[]) {
  return readComponents(Buffer.from(lines.join("\n"))).roots;
}

function zoneOf(lines: readonly string[], earlier: Zone | null = null): Zone | null {
  const [component] = components(lines);
  return component === undefined ? null : parseVtimezone(component, earlier);
}

function known(zone: Zone | null): Zone {
  assert.ok(zone !== null, "the zone is understood");
  return zone;
}

describe("instantOf", () => {
  const berlin = known(ianaZone("Europe/Berlin"));
  const at = (wall: string) => new Date(instantOf(Date.parse(`${wall}Z`), berlin)).toISOString();

  it("reads the wall clock", () => {
    assert.equal(at("2023-01-15T09:00:00"), "2023-01-15T08:00:00.000Z");
    assert.equal(at("2023-07-15T09:00:00"), "2023-07-15T07:00:00.000Z");
  });

  it("takes the first of two equal readings", () => {
    assert.equal(at("2023-10-29T02:30:00"), "2023-10-29T00:30:00.000Z");
    assert.equal(at("2023-10-29T03:00:00"), "2023-10-29T02:00:00.000Z");
  });

  it("reckons with the offset from before the gap for a reading that never was", () => {
    assert.equal(at("2023-03-26T02:30:00"), "2023-03-26T01:30:00.000Z");
  });

  it("is undone by the zone's offset wherever the reading exists", () => {
    for (const name of ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]) {
      const zone = known(ianaZone(name));
      fc.assert(
        fc.property(fc.integer({ min: -2e12, max: 4e12 }), (instant) => {
          const wall = instant + zone.offsetAt(instant);
          const back = instantOf(wall, zone);
          assert.equal(back + zone.offsetAt(back), wall);
          assert.ok(back <= instant, "the first of two");
        }),
        { seed: 31, numRuns: 300 },
      );
    }
  });
});

describe("ianaZone", () => {
  it("knows names, old names and seconds of old offsets, whatever the case", () => {
    assert.equal(ianaZone("asia/kolkata")?.offsetAt(0), 5.5 * hour);
    assert.equal(ianaZone("US/Pacific")?.offsetAt(0), -8 * hour);
    assert.equal(ianaZone("UTC")?.offsetAt(0), 0);
    assert.equal(ianaZone("Europe/Berlin")?.offsetAt(-3e12), (53 * 60 + 28) * 1_000);
  });

  it("knows no other", () => {
    for (const name of ["", "Nowhere/Middle", "+01:00", "Europe/Berlin ", "Eastern"]) assert.equal(ianaZone(name), null, name);
  });
});

describe("parseVtimezone", () => {
  const cases = [
    { name: "Europe/Berlin", parts: centralEurope, from: Date.UTC(1996, 3, 1) },
    { name: "America/New_York", parts: easternUnitedStates, from: Date.UTC(1987, 4, 1) },
  ];

  for (const { name, parts, from } of cases) {
    it(`agrees with the platform on ${name}, also long after the file was written`, () => {
      const zone = known(zoneOf(zoneLines("x", parts)));
      const iana = known(ianaZone(name));
      fc.assert(
        fc.property(fc.integer({ min: from, max: Date.UTC(2090, 0) }), (instant) => {
          assert.equal(zone.offsetAt(instant), iana.offsetAt(instant));
        }),
        { seed: 32, numRuns: 1_000 },
      );
    });

    it(`agrees with ical.js on ${name} until its horizon, 2035, outside the changes`, () => {
      const lines = zoneLines("x", parts);
      const zone = known(zoneOf(lines));
      const theirs = new ICAL.Timezone({ component: new ICAL.Component(ICAL.parse(lines.join("\r\n"))), tzid: "x" });
      fc.assert(
        fc.property(fc.integer({ min: from / hour, max: Date.UTC(2034, 0) / hour }), (hours) => {
          const wall = hours * hour;
          const instant = instantOf(wall, zone);
          fc.pre(zone.offsetAt(instant - 2 * hour) === zone.offsetAt(instant + 2 * hour));
          const time = ICAL.Time.fromJSDate(new Date(wall), true);
          assert.equal(zone.offsetAt(instant), theirs.utcOffset(time) * 1_000);
        }),
        { seed: 33, numRuns: 500 },
      );
    });
  }

  it("changes at the very millisecond", () => {
    const zone = known(zoneOf(zoneLines("x", centralEurope)));
    const change = Date.UTC(2023, 2, 26, 1);
    assert.deepEqual([zone.offsetAt(change - 1), zone.offsetAt(change)], [hour, 2 * hour]);
  });

  it("before its first onset follows the zone of that name, else the offset it came from", () => {
    const summer1990 = Date.UTC(1990, 6, 1);
    assert.equal(zoneOf(zoneLines("x", centralEurope), ianaZone("Europe/Berlin"))?.offsetAt(summer1990), 2 * hour);
    assert.equal(zoneOf(zoneLines("x", centralEurope))?.offsetAt(summer1990), hour);
  });

  it("reads RDATE: times, dates with the start's time of day, UTC and periods", () => {
    const part = {
      name: "DAYLIGHT",
      start: "20200301T020000",
      from: "+0000",
      to: "+0100",
      more: ["RDATE:20210301,20220301T020000Z,20230301T020000/PT1H"],
    } as const;
    const back = {
      name: "STANDARD",
      start: "20201001T020000",
      from: "+0100",
      to: "+0000",
      more: ["RDATE:20211001T020000,20221001T020000"],
    } as const;
    const zone = known(zoneOf(zoneLines("x", [part, back])));
    const offsets = [2020, 2021, 2022, 2023].flatMap((year) => [
      zone.offsetAt(Date.UTC(year, 2, 1, 2)),
      zone.offsetAt(Date.UTC(year, 2, 1, 2) - 1),
    ]);
    assert.deepEqual(offsets, [hour, 0, hour, 0, hour, 0, hour, 0]);
  });

  it("reads a zone without change, as Outlook writes them, from 1601 on", () => {
    const parts = (["STANDARD", "DAYLIGHT"] as const).map((name) => ({ name, start: "16010101T000000", from: "+0700", to: "+0700" }));
    assert.equal(zoneOf(zoneLines("x", parts))?.offsetAt(0), 7 * hour);
  });

  it("is not understood when any part of it isn't", () => {
    const [summer, winter] = centralEurope;
    assert.ok(summer !== undefined && winter !== undefined);
    const broken = [
      [],
      [{ ...summer, to: "two" }],
      [{ ...summer, from: "+2400" }],
      [{ ...summer, start: "19960231T020000" }],
      [winter, { ...summer, more: ["RRULE:FREQ=SECONDLY"] }],
      [winter, { ...summer, more: ["RDATE:never"] }],
      [winter, { ...summer, more: ["no property"] }],
      [winter, { ...summer, more: Array.from({ length: 11 }, () => "RRULE:FREQ=YEARLY") }],
    ];
    for (const parts of broken) assert.equal(zoneOf(zoneLines("x", parts)), null, JSON.stringify(parts));
  });
});

describe("parseYearlyRule", () => {
  const start = Date.UTC(2000, 0, 15, 2);
  const days = (text: string, ...years: number[]) => {
    const rule = parseYearlyRule(text, start);
    assert.ok(rule !== null, text);
    return years.flatMap((year) => rule.inYear(year)).map((wall) => new Date(wall).toISOString().slice(0, 16));
  };

  it("finds the days of a year", () => {
    assert.deepEqual(days("FREQ=YEARLY", 1999, 2000, 2001), ["2000-01-15T02:00", "2001-01-15T02:00"]);
    assert.deepEqual(days("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", 2023, 2024), ["2023-03-26T02:00", "2024-03-31T02:00"]);
    assert.deepEqual(days("FREQ=YEARLY;BYDAY=2MO;BYMONTH=2;BYHOUR=3;BYMINUTE=30", 2023), ["2023-02-13T03:30"]);
    assert.deepEqual(days("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU;", 2023), ["2023-11-05T02:00"]);
    assert.deepEqual(days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;WKST=MO", 2023, 2024), ["2023-02-28T02:00", "2024-02-29T02:00"]);
    assert.deepEqual(days("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=31", 2000, 2001, 2002), ["2000-01-31T02:00", "2002-01-31T02:00"]);
  });

  it("ends with UNTIL, also a date, or COUNT", () => {
    const until = (text: string) => new Date(parseYearlyRule(text, start)?.until ?? 0).toISOString();
    assert.equal(until("FREQ=YEARLY;UNTIL=20060402T070000Z"), "2006-04-02T07:00:00.000Z");
    assert.equal(until("FREQ=YEARLY;UNTIL=20060402"), "2006-04-02T23:59:59.999Z");
    assert.equal(until("FREQ=YEARLY;COUNT=3"), "2002-12-31T23:59:59.999Z");
  });

  it("refuses what is not such a rule", () => {
    const others = [
      "",
      "FREQ=MONTHLY",
      "FREQ=YEARLY;BYDAY=1SU",
      "FREQ=YEARLY;BYMONTH=13",
      "FREQ=YEARLY;BYMONTH=1;BYDAY=9SU",
      "FREQ=YEARLY;BYYEARDAY=5",
    ];
    const more = [
      "FREQ=YEARLY;INTERVAL=0",
      "FREQ=YEARLY;UNTIL=soon",
      "FREQ=YEARLY;BYHOUR=24",
      "FREQ=YEARLY;BYHOUR=1,2",
      "FREQ=YEARLY;COUNT=x",
      "YEARLY",
    ];
    for (const text of [...others, ...more]) assert.equal(parseYearlyRule(text, start), null, text);
  });
});

describe("zoneFinder", () => {
  const summer2023 = Date.UTC(2023, 6, 1);
  const offset = (tzid: string, own: readonly string[] = [], others: readonly string[] = []) =>
    zoneFinder(zonesByName(components(own)), zonesByName(components(others)))(tzid)?.offsetAt(summer2023);

  it("looks into the same calendar, then into the file, then at the platform", () => {
    const here = zoneLines("Europe/London", [{ name: "STANDARD", start: "19700101T000000", from: "+0300", to: "+0300" }]);
    const there = zoneLines("Europe/London", [{ name: "STANDARD", start: "19700101T000000", from: "+0400", to: "+0400" }]);
    assert.equal(offset("Europe/London", here, there), 3 * hour);
    assert.equal(offset("Europe/London", [], there), 4 * hour);
    assert.equal(offset("Europe/London"), hour);
  });

  it("knows Windows names, offsets spelt out, and paths that end with a name", () => {
    assert.equal(offset("W. Europe Standard Time"), 2 * hour);
    assert.equal(offset("eastern standard time"), -4 * hour);
    assert.equal(offset("UTC+05:30"), 5.5 * hour);
    assert.equal(offset("GMT -0200"), -2 * hour);
    assert.equal(offset("/mozilla.org/20070129_1/Europe/Berlin"), 2 * hour);
    assert.equal(offset("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires"), -3 * hour);
  });

  it("helps a zone it can't understand by X-LIC-LOCATION, or by its name", () => {
    const broken = [{ name: "STANDARD", start: "never", from: "+0000", to: "+0000" }] as const;
    assert.equal(offset("mine", zoneLines("mine", broken, "X-LIC-LOCATION:Asia/Tokyo")), 9 * hour);
    assert.equal(offset("Asia/Tokyo", zoneLines("Asia/Tokyo", broken)), 9 * hour);
    assert.equal(offset("mine", zoneLines("mine", broken)), undefined);
  });

  it("matches a name whose commas are escaped", () => {
    const parts = [{ name: "STANDARD", start: "19700101T000000", from: "+0700", to: "+0700" }] as const;
    assert.equal(offset("(UTC+07:00) Bangkok, Hanoi", zoneLines("(UTC+07:00) Bangkok\\, Hanoi", parts)), 7 * hour);
  });

  it("says so when nobody knows the zone", () => {
    for (const tzid of ["Customized Time Zone", "Western/Central Europe", "GMT+1", ""]) assert.equal(offset(tzid), undefined, tzid);
  });
});

describe("ianaNameOf", () => {
  it("names only zones that the platform has", () => {
    for (const name of [
      "Romance Standard Time",
      "FLE Standard Time",
      "UTC-11",
      "Russia Time Zone 11",
      "Greenland Standard Time",
      "Line Islands Standard Time",
    ]) {
      assert.ok(ianaZone(ianaNameOf(name) ?? "") !== null, name);
    }
    assert.equal(ianaNameOf("Nowhere Standard Time"), undefined);
  });
});

describe("fixedZone", () => {
  it("never changes", () => {
    assert.deepEqual([fixedZone(hour).offsetAt(0), instantOf(hour, fixedZone(hour))], [hour, 0]);
  });
});
