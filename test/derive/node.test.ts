/** Derivation in a pool: what is written, what is not written again, and what follows the owner's judgement. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deriver } from "../../src/derive/index.ts";
import { weekly } from "../../src/derive/routine/weekly.ts";
import { deriveClaims } from "../../src/node/derive.ts";
import { correct, refute, stateClaim } from "../../src/node/index.ts";
import { asked, contact, days, event, note, workout } from "./items.ts";
import { hostile, person } from "./person.ts";
import { believed, held, one, pool, put } from "./pool.ts";

test("claims say their rule, what they follow from and why; deriving again adds nothing", async (context) => {
  const here = await pool(context);
  const ids = await put(here, person());
  const first = await deriveClaims(here.node);
  assert.ok(first.added > 20 && first.evidence === ids.length && first.failed.length === 0, JSON.stringify(first));
  for (const { status, payload } of await held(here, "preference")) {
    assert.equal(status, "active");
    assert.ok(payload.derived_from.length > 0 && payload.derived_from.every((id) => ids.includes(id)));
    assert.match(payload.method.name, /^preference\./);
    assert.ok(String(payload["rationale"]).length > 10);
  }
  const again = await deriveClaims(here.node);
  assert.deepEqual({ ...again, conclusions: 0 }, { ...first, added: 0, unchanged: first.added, conclusions: 0 });
});

test("claims of round 2 follow from claims of round 1, and fall with them", async (context) => {
  const here = await pool(context);
  await put(here, person());
  await deriveClaims(here.node);
  const [runner] = (await held(here, "trait.activity")).filter(({ payload }) => payload["object"] === "an endurance runner");
  const hobby = (await held(here, "preference.hobby")).find(({ payload }) => payload["object"] === "running");
  assert.ok(runner && hobby && runner.payload.derived_from.includes(hobby.id));
  await refute(here.node, [hobby.id]);
  assert.ok((await believed(here, "trait.activity")).includes("invalidated an endurance runner"));
  const { added } = await deriveClaims(here.node);
  assert.equal(added, 0);
  assert.ok(!(await believed(here, "trait.activity")).includes("active an endurance runner"));
});

test("a refuted statement does not return, nor does it with another time or in other words from the same evidence", async (context) => {
  const here = await pool(context);
  const tuesdays = days("2025-01-07", 10, 7);
  await put(
    here,
    tuesdays.map((day) => event(`${day}T18:00`, "Badminton")),
  );
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "schedule.weekly"), ['active {"time":"18:00","weekday":"tuesday","what":"badminton"}']);
  const [routine] = await held(here, "schedule.weekly");
  await refute(here.node, [one([routine]).id]);
  const again = await deriveClaims(here.node);
  assert.equal(again.refused, 1);
  // One more, later in the evening, moves the usual time: it would be another statement, but it says the same.
  await put(
    here,
    days("2025-03-18", 3, 7).map((day) => event(`${day}T22:00`, "Badminton")),
  );
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "schedule.weekly"), ['refuted {"time":"18:00","weekday":"tuesday","what":"badminton"}']);
});

test("a corrected statement does not return", async (context) => {
  const here = await pool(context);
  await put(here, [asked("2025-02-01T10:00:00Z", "I live in Graz.")]);
  await deriveClaims(here.node);
  const [city] = await held(here, "place.city");
  await correct(here.node, one([city]).id, { object: "Linz" });
  await put(here, [note("2025-02-03", "I live in Graz.")]);
  const { refused } = await deriveClaims(here.node);
  assert.equal(refused, 1);
  assert.deepEqual(await believed(here, "place.city"), ["active Linz", "corrected Graz"]);
});

test("what the owner stated wins; the derived claim is kept as the loser of a conflict, and is not said again", async (context) => {
  const here = await pool(context);
  await stateClaim(here.node, { subject: "self", predicate: "place.city", object: "Linz" });
  await put(here, [asked("2025-02-01T10:00:00Z", "I live in Graz.")]);
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "place.city"), ["superseded Graz", "active Linz"]);
  assert.equal((await deriveClaims(here.node)).added, 0);
});

test("new evidence makes a statement surer: it is said anew; a little surer, it is not", async (context) => {
  const here = await pool(context);
  await put(here, [note("2025-02-01", "I love jazz.")]);
  await deriveClaims(here.node);
  await put(here, [note("2025-02-02", "I love jazz.")]);
  const second = await deriveClaims(here.node);
  assert.deepEqual([second.added, second.updated], [0, 1]);
  await put(
    here,
    days("2025-02-03", 12).map((day) => note(day, "I love jazz.")),
  );
  await deriveClaims(here.node);
  await put(here, [note("2025-02-20", "I love jazz.")]);
  const last = await deriveClaims(here.node);
  assert.deepEqual([last.updated, last.unchanged], [0, 1]);
  const confidences = (await held(here, "preference.likes")).map(({ payload }) => payload["confidence"] as number);
  assert.deepEqual(
    confidences.toSorted((left, right) => right - left),
    confidences,
    "the newest is the surest",
  );
});

test("a routine that goes on is valid for longer; one that stopped has ended by itself", async (context) => {
  const here = await pool(context, "2025-03-01T12:00:00Z");
  await put(
    here,
    days("2025-01-07", 6, 7).map((day) => event(`${day}T18:00`, "Badminton")),
  );
  await deriveClaims(here.node, { derivers: [weekly] });
  here.now = Date.parse("2025-06-01T12:00:00Z");
  await put(
    here,
    days("2025-02-18", 12, 7).map((day) => event(`${day}T18:00`, "Badminton")),
  );
  const { updated } = await deriveClaims(here.node, { derivers: [weekly] });
  assert.equal(updated, 1);
  const ends = (await held(here, "schedule.weekly")).map(({ payload }) =>
    new Date(payload["valid_until"] as number).toISOString().slice(0, 10),
  );
  assert.deepEqual(ends, ["2025-07-01", "2025-04-01"]);
});

test("what no longer follows is ended: a claim whose item was changed", async (context) => {
  const here = await pool(context, "2025-03-01T12:00:00Z");
  const first = event("2025-03-20T10:00", "Concert");
  const [id] = await put(here, [first, note("2025-02-20", "Nothing.")]);
  await deriveClaims(here.node);
  const moved = { ...event("2025-03-27T10:00", "Concert"), adapter: first.adapter, externalId: first.externalId };
  await put(here, [moved], id);
  const report = await deriveClaims(here.node);
  assert.deepEqual([report.added, report.retired], [1, 1]);
  const claims = await held(here, "event.upcoming");
  const old = claims.filter(({ payload }) => JSON.stringify(payload["object"]).includes("2025-03-20"));
  assert.ok((old[0]?.payload["valid_until"] as number) <= Date.parse("2025-03-20"));
  assert.match(String(old[0]?.payload["rationale"]), /^no longer follows/);
  const again = await deriveClaims(here.node);
  assert.deepEqual([again.added, again.updated, again.retired], [0, 0, 0]);
});

test("of what only one statement counts, the newer takes the place of the older, also when it comes back", async (context) => {
  const here = await pool(context);
  await put(here, [note("2024-01-01", "I live in Graz.")]);
  await deriveClaims(here.node);
  await put(here, [note("2024-06-01", "We moved to Linz.")]);
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "place.city"), ["active Linz", "superseded Graz"]);
  await put(here, [note("2025-01-01", "We moved to Graz.")]);
  await deriveClaims(here.node);
  assert.equal((await believed(here, "place.city"))[0], "active Graz");
  const stable = await deriveClaims(here.node);
  assert.deepEqual([stable.added, stable.updated, stable.retired], [0, 0, 0]);
});

test("what follows again takes back its place from what no longer follows, though both stand", async (context) => {
  const here = await pool(context);
  await put(here, [note("2024-01-01", "I live in Graz.")]);
  await deriveClaims(here.node);
  const moved = note("2024-06-01", "We moved to Linz.");
  const id = one(await put(here, [moved]));
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "place.city"), ["active Linz", "superseded Graz"]);
  await put(here, [{ ...moved, content: note("2024-06-01", "It rained.").content }], id);
  assert.equal((await deriveClaims(here.node)).updated, 1);
  assert.equal((await believed(here, "place.city"))[0], "active Graz");
  assert.equal((await deriveClaims(here.node)).updated, 0);
});

test("of evidence of which a part was refuted the rest supports the claim alone", async (context) => {
  const here = await pool(context);
  const [wrong, right] = await put(here, [note("2025-02-01", "I love jazz."), note("2025-02-02", "I love jazz.")]);
  await refute(here.node, [one([wrong])]);
  await deriveClaims(here.node);
  assert.deepEqual(
    (await held(here, "preference.likes")).map(({ payload }) => payload.derived_from),
    [[right]],
  );
});

test("evidence that was refuted or replaced supports nothing", async (context) => {
  const here = await pool(context);
  const wrong = note("2025-02-01", "I live in Graz.");
  const id = one(await put(here, [wrong, note("2025-02-02", "I love jazz.")]));
  await refute(here.node, [id]);
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "place.city"), []);
  assert.deepEqual(await believed(here, "preference.likes"), ["active jazz"]);
  // The newest version of the item is refuted: an older one does not come back in its place.
  const older = note("2025-02-03", "I live in Rome.");
  const [first] = await put(here, [older]);
  const second = one(await put(here, [{ ...older, content: note("2025-02-03", "I live in Oslo.").content }], first));
  await refute(here.node, [second]);
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "place.city"), []);
});

test("an older version of an item is not read", async (context) => {
  const here = await pool(context);
  const before = note("2025-02-01", "I love opera.");
  const [id] = await put(here, [before]);
  await put(here, [{ ...before, content: note("2025-02-01", "I love jazz.").content }], id);
  await deriveClaims(here.node);
  assert.deepEqual(await believed(here, "preference.likes"), ["active jazz"]);
});

test("an event that lies ahead of the clock does not make the present later", async (context) => {
  const here = await pool(context, "2025-03-01T12:00:00Z");
  await put(here, [event("2025-04-01T10:00", "Concert"), event("2025-05-01T10:00", "Fair")]);
  await deriveClaims(here.node);
  assert.equal((await believed(here, "event.upcoming")).length, 2);
});

test("text that wants to be obeyed changes nothing", async (context) => {
  const here = await pool(context);
  await put(here, person());
  const { added } = await deriveClaims(here.node);
  await put(here, hostile());
  const after = await deriveClaims(here.node);
  assert.deepEqual([after.added, after.updated, after.retired, after.unchanged], [0, 0, 0, added]);
});

test("a fired signal ends it: nothing is retired for what was not read", async (context) => {
  const here = await pool(context);
  await put(here, person());
  const { added } = await deriveClaims(here.node);
  const stop = new AbortController();
  stop.abort();
  const report = await deriveClaims(here.node, { signal: stop.signal });
  assert.deepEqual([report.interrupted, report.added, report.retired], [true, 0, 0]);
  assert.equal((await deriveClaims(here.node)).unchanged, added);
});

test("a rule that fails is named, and what it said before stays", async (context) => {
  const here = await pool(context);
  await put(here, [note("2025-02-01", "I love jazz.")]);
  const said: Deriver = {
    name: "moody",
    version: "1",
    round: 1,
    says: ["preference.likes"],
    begin: () => ({
      *derive() {
        yield {
          subject: "self",
          predicate: "preference.likes",
          object: "naps",
          confidence: 0.5,
          derivedFrom: [first],
          rationale: "just because it is so",
        };
      },
    }),
  };
  const first = one(await put(here, [note("2025-02-03", "Naps.")]));
  await deriveClaims(here.node, { derivers: [said] });
  const failing: Deriver = {
    ...said,
    begin: () => {
      throw new RangeError("not today");
    },
  };
  const report = await deriveClaims(here.node, { derivers: [failing] });
  assert.deepEqual(report.failed, [{ deriver: "moody", reason: "not today" }]);
  assert.deepEqual(await believed(here, "preference.likes"), ["active naps"]);
});

test("a new version of a rule says its claims anew", async (context) => {
  const here = await pool(context);
  const id = one(await put(here, [note("2025-02-01", "x"), contact("A B"), workout("2025-02-01T07:00", "yoga")]));
  const rule = (version: string): Deriver => ({
    name: "made.up",
    version,
    round: 1,
    says: ["preference.likes"],
    begin: () => ({
      *derive() {
        yield {
          subject: "self",
          predicate: "preference.likes",
          object: "tea",
          confidence: 0.5,
          derivedFrom: [id],
          rationale: "just because it is so",
        };
      },
    }),
  });
  await deriveClaims(here.node, { derivers: [rule("1")] });
  assert.equal((await deriveClaims(here.node, { derivers: [rule("2")] })).updated, 1);
  assert.equal((await deriveClaims(here.node, { derivers: [rule("2")] })).updated, 0);
});
