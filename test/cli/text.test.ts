/** How claims, places and names read, and what a value may be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { authorText, claimSentence, placeText } from "../../src/cli/text.ts";
import { objectOf, toCount, toPort } from "../../src/cli/values.ts";
import { wholeSentence } from "../../src/node/index.ts";
import { claimTexts } from "../../src/node/search-text.ts";

const weekly = { subject: "self", predicate: "schedule.weekly" };

test("a claim whose object lacks what its template names is told bare, without holes", () => {
  assert.equal(claimSentence({ ...weekly, object: "Sunday run" }), "self: schedule.weekly = Sunday run");
  assert.equal(claimTexts({ ...weekly, object: "Sunday run" }).title, "self: schedule weekly Sunday run");
  const whole = { ...weekly, object: { what: "run", weekday: "sunday", time: "08:00" } };
  assert.equal(claimSentence(whole), "self usually does run every sunday, 08:00");
});

test("a day of every year is said as a day, and kept as it is written where it is searched by", () => {
  const yearly = { subject: "self", predicate: "schedule.yearly", object: { what: "Glühwein", date: "--12-25" } };
  assert.equal(claimSentence(yearly), "self usually does Glühwein every year on 25 December");
  assert.equal(wholeSentence(yearly), "self usually does Glühwein every year on 25 December");
  assert.equal(claimTexts(yearly).title, "self usually does Glühwein every year, --12-25");
  const born = { subject: "person:ada", predicate: "person.birthday", object: "--03-02" };
  assert.match(claimSentence(born), / 2 March$/);
  for (const date of ["in spring", "--13-01", "--12-00", "2026-12-25"])
    assert.equal(claimSentence({ ...yearly, object: { what: "x", date } }), `self usually does x every year, ${date}`);
  assert.equal(claimSentence({ ...yearly, object: null }), "self: schedule.yearly = null");
});

test("lines are counted from 1 for people, and what is no reference is shown as it is", () => {
  assert.equal(placeText("my%20notes/a%23b.md#line=40,48"), "my notes/a#b.md, lines 41–48");
  assert.equal(placeText("a.md#line=6,7"), "a.md, line 7");
  assert.equal(placeText("50%"), "50%");
});

test("a writer is told by its name where it has one", () => {
  const did = "did:key:z6MktA7vTw6NmM4qDXNgFtzP6f6c5PATAAr3H1ZNstsoSist";
  assert.equal(authorText(did, new Map([[did, "phone"]])), "phone (…Sist)");
  assert.equal(authorText(did, new Map()), "did:key:z6MktA7v…Sist");
});

test("what begins like JSON and is none is refused, with the way out named", () => {
  for (const text of ["{bad", "[draft", '"x" y']) assert.throws(() => objectOf(text), { code: "usage", message: /--text/ }, text);
  assert.equal(objectOf("Lyon {old}"), "Lyon {old}");
});

test("counts and ports are whole numbers in their range", () => {
  for (const text of ["0", "-1", "1.5", "x", ""]) assert.throws(() => toCount(text), text);
  for (const text of ["-1", "65536", "x"]) assert.throws(() => toPort(text), text);
  assert.deepEqual([toCount("50"), toPort("0"), toPort("65535")], [50, 0, 65_535]);
});
