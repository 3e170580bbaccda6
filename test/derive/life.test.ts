/** Tastes, work, health, goals and days: what people say of themselves, and what repeats. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { anniversaries } from "../../src/derive/date/anniversaries.ts";
import { goals } from "../../src/derive/date/goals.ts";
import { upcoming } from "../../src/derive/date/upcoming.ts";
import { appointments } from "../../src/derive/health/appointments.ts";
import { body } from "../../src/derive/health/body.ts";
import { healthFacts } from "../../src/derive/health/facts.ts";
import { injuries } from "../../src/derive/health/injuries.ts";
import { activities, activitiesIn } from "../../src/derive/taste/activities.ts";
import { foods } from "../../src/derive/taste/foods.ts";
import { hobbies } from "../../src/derive/taste/hobbies.ts";
import { interests } from "../../src/derive/taste/interests.ts";
import { tastes } from "../../src/derive/taste/tastes.ts";
import { employer } from "../../src/derive/work/employer.ts";
import { field } from "../../src/derive/work/field.ts";
import { hours } from "../../src/derive/work/hours.ts";
import { role } from "../../src/derive/work/role.ts";
import { answered, asked, claimsFrom, contact, days, event, healthDay, item, note, objects, workout } from "./items.ts";

test("a hobby comes up on several days over weeks, or is said to be loved; a watch alone is less sure", () => {
  const told = days("2025-01-01", 6, 7).map((day) => note(day, "Went climbing again: two hours of bouldering."));
  const loved = note("2025-02-01", "I love birdwatching.");
  const rides = days("2025-01-01", 40).map((day) => workout(`${day}T08:00`, "cycling"));
  const claims = claimsFrom([...told, loved, ...rides, note("2025-03-01", "Played chess once.")], [hobbies]);
  assert.deepEqual(objects(claims, "preference.hobby"), ["birdwatching", "climbing", "cycling"]);
  assert.ok((claims.find(({ object }) => object === "cycling")?.confidence ?? 1) <= 0.7);
});

test("what is loved follows the word: not what others do, not a business that one runs", () => {
  const hobbiesOf = (text: string) => objects(claimsFrom([note("2025-01-01", text)], [hobbies]), "preference.hobby");
  assert.deepEqual(hobbiesOf("I love that you do pottery. I enjoy your gardening. I love running my own bakery."), []);
  assert.deepEqual(hobbiesOf("After fishing I love nothing."), []);
  assert.deepEqual(hobbiesOf("I love running. Pottery is my greatest pleasure. I'm an avid chess player."), [
    "chess",
    "pottery",
    "running",
  ]);
});

test("collections are named by what is collected", () => {
  const notes = days("2025-01-01", 6, 7).map((day) =>
    note(day, "Sorted my old stamp collection. Found two more by collecting rare stamps."),
  );
  assert.deepEqual(objects(claimsFrom(notes, [hobbies]), "preference.hobby"), ["collecting stamps"]);
});

test("the quick look for activities never hides what the long one finds", () => {
  const samples =
    "jogging; went running; 10 km run; Half Marathon; brisk walks; hiked; bike ride; swam; workout; table tennis; soccer; wall climbing; ski trip; kayaked; karate; zumba; fly kites; planted tomatoes; baked bread; book club; watercolour; knitted; Arduino; hackathon; D&D: dungeons & dragons; guitar; choir; gigs; museum; movie night; birding; volunteered; Spanish lesson; beehive; homebrew; geocache";
  for (const text of samples.split("; ")) {
    const slow = activities.filter(({ pattern }) => pattern.test(text)).map(({ label }) => label);
    assert.deepEqual(
      activitiesIn(text).map(({ label }) => label),
      slow,
      text,
    );
    assert.ok(slow.length > 0, text);
  }
});

test("dishes that are had again and again; not what is avoided, not what a shop is called", () => {
  const eaten = days("2025-01-01", 4, 10).map((day) =>
    note(day, "Had mushroom risotto for dinner. Avoid fried rice. Passed the Beef Noodle shop."),
  );
  assert.deepEqual(objects(claimsFrom(eaten, [foods]), "preference.food"), ["mushroom risotto"]);
});

test("likes, dislikes and favourites in one's own words; what only points at something is none", () => {
  const claims = claimsFrom(
    [
      asked(
        "2025-01-01T10:00:00Z",
        "I love dark comedies. I hate cilantro! My favourite colour is teal. I like it. I love how this works.",
      ),
      asked("2025-01-02T10:00:00Z", "I don't like loud bars. I like jazz. Do I like soup?"),
      asked("2025-01-03T10:00:00Z", "I love the quiet, unhurried pace of that town. I love the sea, and boats."),
      asked("2025-01-04T10:00:00Z", "Doing something I love is fine. I love all the lights here. I love the hope and courage theme."),
      answered("2025-01-02T10:01:00Z", "I love helping with that. You like opera."),
    ],
    [tastes],
  );
  assert.deepEqual(objects(claims, "preference.likes"), ["dark comedies", "jazz", "sea"]);
  assert.deepEqual(objects(claims, "preference.dislikes"), ["cilantro", "loud bars"]);
  assert.deepEqual(objects(claims, "preference.favorite"), [{ kind: "colour", what: "teal" }]);
});

test("interests are subjects that are looked for on several days", () => {
  const looks = days("2025-01-01", 6, 5).flatMap((day, at) => [
    item("search", { title: `${["best", "cheap", "used"][at % 3]} espresso machine grinder ${at}` }, `${day}T10:00:00Z`),
    item("watch", { title: `Something else ${at} - Channel` }, `${day}T11:00:00Z`),
  ]);
  const claims = claimsFrom(looks, [interests]);
  assert.deepEqual(objects(claims, "preference.interest").slice(0, 2), ["espresso machine", "machine grinder"]);
});

test("work: role, employer, field and hours in one's own words; not what was, not what one is not", () => {
  const claims = claimsFrom(
    [
      asked("2025-01-01T10:00:00Z", "I'm a paediatric nurse at a small clinic. I work for Saint Anna Hospital. I work 38 hours a week."),
      asked(
        "2025-02-01T10:00:00Z",
        "As a nurse, I work in intensive care for newborns. I used to be a teacher. I'm a father of two. I am a bit tired.",
      ),
    ],
    [role, employer, field, hours],
  );
  assert.deepEqual(objects(claims, "work.role"), ["nurse"]);
  assert.deepEqual(objects(claims, "work.employer"), ["Saint Anna Hospital"]);
  assert.deepEqual(objects(claims, "work.field"), ["intensive care"]);
  assert.deepEqual(objects(claims, "work.hours"), ["38 hours a week"]);
});

test("an employer by the domain that the owner shares with those they write to; not a provider's", () => {
  const mails = (domain: string) =>
    days("2025-01-01", 8).map((day, at) =>
      item("mail", { from: { address: `p${at}@${domain}` }, to: [{ address: `me@${domain}` }], text: "Hi" }, `${day}T08:00:00Z`),
    );
  assert.deepEqual(objects(claimsFrom(mails("acme-tools.com"), [employer]), "work.employer"), ["acme-tools.com"]);
  assert.deepEqual(objects(claimsFrom(mails("gmail.com"), [employer]), "work.employer"), []);
});

test("health facts in one's own words: each of a list; not another's, not what is feared", () => {
  const claims = claimsFrom(
    [
      asked(
        "2025-01-01T10:00:00Z",
        "I'm allergic to peanuts, shellfish and penicillin. I have asthma. I take metformin 500 mg. I'm vegetarian.",
      ),
      note("2025-01-02", "My wife's allergic to cats. My father has diabetes. I might have gout."),
      answered("2025-01-03T10:00:00Z", "I have migraines noted for you: you are allergic to wheat."),
    ],
    [healthFacts],
  );
  assert.deepEqual(objects(claims, "health.allergy"), ["peanuts", "penicillin", "shellfish"]);
  assert.deepEqual(objects(claims, "health.condition"), ["asthma"]);
  assert.deepEqual(objects(claims, "health.medication"), ["metformin"]);
  assert.deepEqual(objects(claims, "health.diet"), ["vegetarian"]);
});

test("injuries are told of on more than one day, with when they began; others' are not", () => {
  const claims = claimsFrom(
    [
      note("2025-02-01", "I sprained my left ankle on the stairs."),
      note("2025-02-09", "The ankle sprain is healing."),
      note("2025-02-10", "Omar told me about his knee injury."),
      note("2025-02-11", "His knee injury again."),
    ],
    [injuries],
  );
  assert.deepEqual(objects(claims, "health.injury"), ["ankle injury"]);
  assert.equal(claims[0]?.validFrom, Date.parse("2025-02-01"));
});

test("health appointments of the calendar; not a car's check-up, not a client's hospital", () => {
  const claims = claimsFrom(
    [
      event("2025-02-01T09:00", "Dentist"),
      event("2025-03-01T09:00", "Follow-up visit, St. Anna Hospital"),
      event("2025-04-01T09:00", "Car check-up"),
      event("2025-05-01T09:00", "Site visit: hospital wiring project"),
      event("2025-06-01T09:00", "Lunch"),
    ],
    [appointments],
  );
  assert.deepEqual(objects(claims, "health.appointment"), [
    { what: "Dentist", date: "2025-02-01", time: "09:00" },
    { what: "Follow-up visit, St. Anna Hospital", date: "2025-03-01", time: "09:00" },
  ]);
});

test("measures are medians of the latest two months, rounded so that a day more does not change them", () => {
  const records = days("2025-01-01", 30).map((date, at) =>
    healthDay(date, [
      { type: "body_mass", unit: "kg", mean: 71.6 + (at % 3) * 0.3, count: 1 },
      { type: "height", unit: "m", mean: 1.74, count: 1 },
      { type: "step_count", unit: "count", sum: at % 5 === 0 ? 0 : 8_200 + at, count: 1 },
      { type: "sleep", start: `${date}T23:10:00+01:00`, end: `${date}T06:40:00+01:00`, asleep: 440 },
    ]),
  );
  const claims = claimsFrom(records, [body]);
  assert.deepEqual(objects(claims, "health.weight"), [72]);
  assert.deepEqual(objects(claims, "health.height"), [174]);
  assert.deepEqual(objects(claims, "health.steps"), [8_000]);
  assert.deepEqual(objects(claims, "schedule.sleep"), [{ from: "23:00", to: "06:30" }]);
});

test("steps are those of days on which the device was worn; when it seldom was, nothing is said of them", () => {
  const stepsOf = (worn: (at: number) => boolean) => {
    const day = (date: string, at: number) =>
      healthDay(date, [{ type: "step_count", unit: "count", sum: worn(at) ? 9_000 : 20, count: 1 }]);
    return objects(claimsFrom(days("2025-01-01", 40).map(day), [body]), "health.steps");
  };
  assert.deepEqual(
    stepsOf((at) => at % 3 > 0),
    [9_000],
  );
  assert.deepEqual(
    stepsOf((at) => at % 5 < 2),
    [],
  );
});

test("goals: called so, dreamt of, wanted in the long run; not errands", () => {
  const claims = claimsFrom(
    [
      asked("2025-01-01T10:00:00Z", "I plan to obtain my pilot's licence within three years, but I'm busy. I want to buy milk tomorrow."),
      note("2025-02-01", "My goal is to run a marathon. Saving for our dream of opening a small bakery."),
      note("2025-03-01", "I plan to get my pilot's licence by 2028."),
    ],
    [goals],
  );
  assert.deepEqual(objects(claims, "goal.personal"), ["get my pilot's licence", "open a small bakery", "run a marathon"]);
});

test("upcoming events lie ahead of the evidence; what is cancelled or repeats is not among them", () => {
  const claims = claimsFrom(
    [
      note("2025-03-01", "Today."),
      event("2025-02-01T10:00", "Past"),
      event("2025-04-01T10:00", "Concert", { location: "City Hall" }),
      event("2025-05-01", "Move", { status: "TENTATIVE" }),
      event("2025-04-02T10:00", "Off", { status: "CANCELLED" }),
      event("2025-04-03T10:00", "Series", { rrule: ["FREQ=WEEKLY"] }),
    ],
    [upcoming],
    "2025-03-15",
  );
  assert.deepEqual(objects(claims, "event.upcoming"), [
    { what: "Concert", date: "2025-04-01", time: "10:00", place: "City Hall" },
    { what: "Move", date: "2025-05-01" },
  ]);
  assert.equal(claims[0]?.validUntil, Date.parse("2025-04-02"));
});

test("anniversaries on the day of the event or the day that is named", () => {
  const claims = claimsFrom(
    [
      event("2025-05-30T19:00", "Our wedding anniversary"),
      note("2025-01-01", "Parents' silver wedding anniversary is on February 17th."),
      event("2025-05-20T19:00", "Book a table for our wedding anniversary"),
    ],
    [anniversaries],
  );
  assert.deepEqual(objects(claims, "date.anniversary"), [
    { what: "parents' wedding anniversary", date: "--02-17" },
    { what: "wedding anniversary", date: "--05-30" },
  ]);
});

test("the person's own card is not somebody else's", () => {
  const mails = days("2025-01-01", 6).map((day) => item("mail", { to: [{ address: "me@own.org" }] }, `${day}T08:00:00Z`));
  const card = contact("Kim Vega", { emails: [{ address: "me@own.org" }], title: "Florist", organization: "Bloom & Co" });
  const claims = claimsFrom([...mails, card], [role, employer]);
  assert.deepEqual(objects(claims, "work.role"), ["florist"]);
  assert.deepEqual(objects(claims, "work.employer"), ["Bloom & Co"]);
});
