/** Claims that follow from claims. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, claimsFrom, contact, days, event, healthDay, note, objects, workout } from "./items.ts";

test("an endurance runner: because of the hobby, the routine and the race", () => {
  const runs = days("2025-01-01", 40, 2).map((day) => workout(`${day}T07:00`, "running", 8));
  const told = days("2025-01-01", 8, 9).map((day) => note(day, "Long run along the canal, felt strong."));
  const race = event("2025-04-20T09:00", "City half marathon");
  const claims = claimsFrom([...runs, ...told, race], undefined, "2025-03-25");
  const claim = claims.find(({ object }) => object === "an endurance runner");
  assert.match(claim?.rationale ?? "", /preference\.hobby running .*schedule\.weekly.*event\.upcoming/);
  const known = new Set(claims.map(({ confidence }) => confidence));
  assert.ok(claim !== undefined && claim.confidence <= Math.max(...known));
  assert.equal(claim?.derivedFrom.length, 3);
});

test("a hobby without routine, goal or race makes nobody an athlete", () => {
  const told = days("2025-01-01", 8, 9).map((day) => note(day, "Long run along the canal, felt strong."));
  assert.deepEqual(objects(claimsFrom(told), "trait.activity"), []);
});

test("a parent, married, by the family; an early riser by sleep; a frequent traveller by journeys", () => {
  const records = days("2025-01-01", 30).map((date) =>
    healthDay(date, [{ type: "sleep", start: `${date}T22:10:00+01:00`, end: `${date}T06:10:00+01:00`, asleep: 440 }]),
  );
  const trips = ["Rome", "Oslo", "Nice", "Bonn", "Cork"].map((town, at) => event(`2025-0${at + 1}-10T08:00`, `Trip to ${town}`));
  const family = [contact("Ida Falk", { note: "Daughter" }), contact("Sam Falk", { note: "Husband" })];
  const claims = claimsFrom([...records, ...trips, ...family, asked("2025-06-01T10:00:00Z", "My husband likes tea.")]);
  assert.deepEqual(objects(claims, "trait.family"), ["a parent", "married"]);
  assert.deepEqual(objects(claims, "trait.rhythm"), ["an early riser"]);
  assert.deepEqual(objects(claims, "trait.activity"), ["a frequent traveller"]);
});
