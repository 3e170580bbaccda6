/** Home, work, towns, journeys, and where one often is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { frequentPlaces } from "../../src/derive/place/frequent.ts";
import { home } from "../../src/derive/place/home.ts";
import { workplace } from "../../src/derive/place/workplace.ts";
import { travel } from "../../src/derive/travel/travel.ts";
import { asked, claimsFrom, contact, days, event, item, note, objects, visit } from "./items.ts";

test("home is where the nights are spent; work is where working hours pass and the nights don't", () => {
  const weekdays = days("2025-03-03", 12).filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
  const visits = weekdays.flatMap((day) => [
    visit(`${day}T22:30`, `${day}T23:50`, 52.5201, 13.4012),
    visit(`${day}T09:15`, `${day}T16:30`, 52.5502, 13.352),
  ]);
  const claims = claimsFrom(visits, [home, workplace]);
  assert.deepEqual(objects(claims, "place.home"), ["near 52.52, 13.40"]);
  assert.deepEqual(objects(claims, "place.work"), ["near 52.55, 13.35"]);
});

test("what the timeline calls home is home", () => {
  const visits = days("2025-03-03", 5).map((day) => visit(`${day}T12:00`, `${day}T13:00`, 48.2, 16.37, { semantic_type: "inferred_home" }));
  assert.deepEqual(objects(claimsFrom(visits, [home]), "place.home"), ["near 48.20, 16.37"]);
});

test("one's own words: a street is a home, a town is a town; the past, wishes and others' homes are not", () => {
  const claims = claimsFrom(
    [
      asked("2025-03-01T10:00:00Z", "I live in Graz and need a plumber. My flat is on Sporgasse 12."),
      note("2025-03-02", "I used to live in Oslo. I want to live in Rome. My sister lives in Bonn. If I lived in Nice, I would swim."),
    ],
    [home],
  );
  assert.deepEqual(objects(claims, "place.city"), ["Graz"]);
  assert.deepEqual(objects(claims, "place.home"), ["Sporgasse 12"]);
});

test("after a move, what was said before it is former", () => {
  const claims = claimsFrom(
    [
      note("2024-01-01", "I live in Graz."),
      note("2024-02-01", "I live in Graz."),
      note("2025-05-01", "We moved to Linz last week."),
      note("2025-06-01", "I live in Linz."),
    ],
    [home],
  );
  assert.deepEqual(objects(claims, "place.city"), ["Linz"]);
});

test("the home address on one's own card comes first", () => {
  const mails = days("2025-01-01", 6).map((day) => item("mail", { to: [{ address: "me@own.org" }] }, `${day}T08:00:00Z`));
  const card = contact("Kim Vega", {
    emails: [{ address: "me@own.org" }],
    addresses: [{ street: "Elm Lane 3", city: "York", postal_code: "YO1", types: ["home"] }],
  });
  const claims = claimsFrom([...mails, card], [home]);
  assert.deepEqual(objects(claims, "place.home"), ["Elm Lane 3, YO1 York"]);
  assert.deepEqual(objects(claims, "place.city"), ["York"]);
});

test("the town is where most days are spent; days in another are a journey", () => {
  const photo = (day: string, city: string) => item("photo", { city, taken: { text: `${day} 12:00:00` } }, `${day}T12:00:00Z`);
  const photos = [
    ...days("2025-01-01", 40, 3).map((day) => photo(day, "Graz")),
    ...days("2025-06-10", 4).map((day) => photo(day, "Lisbon")),
  ];
  const claims = claimsFrom(photos, [home, travel]);
  assert.deepEqual(objects(claims, "place.city"), ["Graz"]);
  assert.deepEqual(objects(claims, "travel.trip"), [{ place: "Lisbon", from: "2025-06-10", to: "2025-06-13" }]);
});

test("journeys of the calendar and of one's own words are one; those to come are plans; what was called off is none", () => {
  const claims = claimsFrom(
    [
      event("2025-03-18T08:00", "Business Trip to Leipzig", { minutes: 3 * 24 * 60 }),
      note("2025-03-22", "Just got back from Leipzig, tired."),
      event("2025-05-02T08:00", "Trip to Paris (cancelled)"),
      event("2025-09-01", "Flight to Athens"),
      event("2025-06-02T08:00", "Visit to Uncle Bob"),
      note("2025-06-29", "This mug is from my trip to Naples a few years ago. When we were young we travelled to Split."),
      note("2025-06-30", "Nothing new."),
    ],
    [travel],
    "2025-07-01",
  );
  assert.deepEqual(objects(claims, "travel.trip"), [{ place: "Leipzig", from: "2025-03-18", to: "2025-03-21" }]);
  assert.deepEqual(objects(claims, "travel.plan"), [{ place: "Athens", from: "2025-09-01", to: "2025-09-01" }]);
});

test("places that come up again and again by name", () => {
  const notes = days("2025-01-01", 6, 7).map((day) => note(day, "Fed the ducks in Holland Park before work."));
  assert.deepEqual(objects(claimsFrom(notes, [frequentPlaces]), "place.frequent"), ["Holland Park"]);
});
