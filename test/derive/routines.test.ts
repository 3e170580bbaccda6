/** What people do again and again: by repetition, by the calendar's own rules, in their own words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { daily } from "../../src/derive/routine/daily.ts";
import { saidRoutines } from "../../src/derive/routine/said-routines.ts";
import { series } from "../../src/derive/routine/series.ts";
import { weekly } from "../../src/derive/routine/weekly.ts";
import { asked, claimsFrom, days, event, note, objects, visit, workout } from "./items.ts";

test("what is done on a weekday of most weeks is a weekly routine, with the numbers seen", () => {
  const tuesdays = days("2025-03-04", 8, 7);
  const claims = claimsFrom(
    tuesdays.map((day) => event(`${day}T18:30`, "Choir rehearsal")),
    [weekly],
  );
  assert.deepEqual(objects(claims, "schedule.weekly"), [{ what: "singing", weekday: "tuesday", time: "18:30" }]);
  const [claim] = claims;
  assert.match(claim?.rationale ?? "", /on 8 of 8 tuesdays, 100 % of all 8 times, from 2025-03-04 to 2025-04-22/);
  assert.equal(claim?.validFrom, Date.parse("2025-03-04"));
  assert.equal(claim?.validUntil, Date.parse("2025-06-01"), "the end of the month that is five weeks after it was last seen");
});

test("titles that differ by date, weekday and filler are one thing; a time that wanders is a part of the day", () => {
  const [a = "", b = "", c = "", d = "", e = ""] = days("2025-03-05", 5, 7);
  const claims = claimsFrom(
    [
      event(`${a}T18:00`, "Badminton Friday"),
      event(`${b}T20:30`, "Badminton training"),
      event(`${c}T19:00`, "Badminton (court 3)"),
      event(`${d}T21:00`, "badminton"),
      event(`${e}T18:15`, "Evening badminton"),
    ],
    [weekly],
  );
  assert.deepEqual(objects(claims, "schedule.weekly"), [{ what: "badminton", weekday: "wednesday", time: "in the evening" }]);
});

test("what is done at random is no routine; nor what was done for three weeks", () => {
  const random = ["2025-01-06", "2025-01-15", "2025-02-20", "2025-03-01", "2025-04-11", "2025-06-24"];
  assert.deepEqual(
    claimsFrom(
      random.map((day) => event(`${day}T09:00`, "Car wash")),
      [weekly, daily],
    ),
    [],
  );
  assert.deepEqual(
    claimsFrom(
      days("2025-03-04", 3, 7).map((day) => event(`${day}T18:30`, "Choir")),
      [weekly, daily],
    ),
    [],
  );
});

test("several times a week without a weekday of its own; and every day", () => {
  const runs = days("2025-01-01", 60, 2).map((day) => workout(`${day}T07:00`, "running"));
  assert.deepEqual(objects(claimsFrom(runs, [weekly]), "schedule.weekly"), [{ what: "running", weekday: "week", time: "several times" }]);
  const every = days("2025-01-01", 40).map((day) => workout(`${day}T07:05`, "yoga"));
  assert.deepEqual(objects(claimsFrom(every, [daily]), "schedule.daily"), [{ what: "yoga", time: "07:00" }]);
});

test("a season that ended is told with its end, and what began anew is told of alone", () => {
  const before = days("2024-01-02", 6, 7).map((day) => event(`${day}T18:30`, "Pottery class"));
  const later = days("2025-03-06", 6, 7).map((day) => event(`${day}T19:00`, "Pottery class"));
  const [claim, ...others] = claimsFrom([...before, ...later], [weekly]);
  assert.deepEqual(claim?.object, { what: "pottery", weekday: "thursday", time: "19:00" });
  assert.equal(claim?.validFrom, Date.parse("2025-03-06"));
  assert.deepEqual(others, []);
});

test("places that are visited on a weekday", () => {
  const visits = days("2025-03-08", 6, 7).map((day) => visit(`${day}T10:00`, `${day}T11:00`, 52.5, 13.4, { name: "Winterfeldt Market" }));
  assert.deepEqual(objects(claimsFrom(visits, [weekly]), "schedule.weekly"), [
    { what: "a visit to Winterfeldt Market", weekday: "saturday", time: "10:00" },
  ]);
});

test("the calendar's own rules: weekly, monthly, yearly; not a course of three evenings, not a birthday", () => {
  const claims = claimsFrom(
    [
      event("2025-01-07T19:00", "Band practice", { rrule: ["FREQ=WEEKLY;BYDAY=TU,TH"] }),
      event("2025-01-04T10:00", "Repair café", { rrule: ["FREQ=MONTHLY;BYDAY=1SA"] }),
      event("2025-01-15", "Rent", { rrule: ["FREQ=MONTHLY"] }),
      event("2025-07-12", "Summer party", { rrule: ["FREQ=YEARLY"] }),
      event("2025-08-21", "Ida's birthday", { rrule: ["FREQ=YEARLY"] }),
      event("2025-02-03T18:00", "First aid course", { rrule: ["FREQ=WEEKLY;COUNT=3"] }),
      event("2025-02-04T18:00", "Old standup", { rrule: ["FREQ=DAILY;UNTIL=20250601T000000Z"] }),
    ],
    [series],
  );
  assert.deepEqual(objects(claims, "schedule.weekly"), [
    { what: "Band practice", weekday: "thursday", time: "19:00" },
    { what: "Band practice", weekday: "tuesday", time: "19:00" },
  ]);
  assert.deepEqual(objects(claims, "schedule.monthly"), [
    { what: "Rent", day: "on day 15", time: "any time" },
    { what: "Repair café", day: "on the 1st saturday", time: "10:00" },
  ]);
  assert.deepEqual(objects(claims, "schedule.yearly"), [{ what: "Summer party", date: "--07-12" }]);
  assert.equal(claims.find(({ predicate }) => predicate === "schedule.daily")?.validUntil, Date.parse("2025-06-02"));
});

test("stated routines: in a note, in a question to an assistant, in an event; not wishes, not another's", () => {
  const claims = claimsFrom(
    [
      note("2025-03-01", "I swim laps every Tuesday and Thursday at 7 am. I want to meditate every day."),
      asked("2025-03-02T10:00:00Z", "We play board games on Sundays, can you suggest one for five?"),
      asked("2025-03-02T10:00:00Z", "We play board games on Sundays. Can you suggest one for five?"),
      event("2025-03-03T19:15", "Evening school", { description: "Every Monday from 19:15 to 21:45." }),
      event("2025-03-06T15:00", "Ballet", { description: "She dances every Thursday." }),
    ],
    [saidRoutines],
  );
  assert.deepEqual(objects(claims, "schedule.weekly"), [
    { what: "swim laps", weekday: "thursday", time: "07:00" },
    { what: "swim laps", weekday: "tuesday", time: "07:00" },
    { what: "Evening school", weekday: "monday", time: "19:15" },
    { what: "play board games", weekday: "sunday", time: "any time" },
  ]);
  assert.deepEqual(objects(claims, "schedule.daily"), []);
});
