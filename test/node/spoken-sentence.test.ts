import assert from "node:assert/strict";
import { test } from "node:test";
import { basePredicates } from "../../src/core/claim/predicates.ts";
import type { Json } from "../../src/core/ports.ts";
import { spokenSentence } from "../../src/node/spoken-sentence.ts";
import { spokenOfOthers, spokenTemplates } from "../../src/node/spoken-templates.ts";

const said = (subject: string, predicate: string, object: Json) => spokenSentence({ subject, predicate, object });

test("the owner is spoken to, others are spoken of", () => {
  assert.equal(said("self", "place.home", "Göteborg"), "You live at Göteborg");
  assert.equal(said("self", "schedule.weekly", { what: "choir", weekday: "Tuesday", time: "18:30" }), "Every Tuesday, 18:30: choir");
  assert.equal(said("person:ada-lovelace", "relationship.kind", "sister"), "Ada Lovelace is your sister");
  assert.equal(said("person:ada", "preference.likes", "tea"), "Ada likes tea");
  assert.equal(said("self", "preference.food", ["tea", "cake"]), "You like to have tea and cake");
  assert.equal(said("self", "event.upcoming", { what: "Concert", date: "2026-12-02" }), "Concert on 2 December 2026");
  assert.equal(said("self", "schedule.yearly", { what: "Leaving day", date: "--08-19" }), "Every year, 19 August: Leaving day");
  assert.equal(said("self", "schedule.weekly", { what: "run", weekday: "sunday", time: "08:00" }), "Every Sunday, 08:00: run");
  assert.equal(said("self", "person.birthday", "1988-13-45"), "You were born on 1988-13-45");
});

test("what has no template, or lacks what it names, is told bare", () => {
  assert.equal(said("self", "garden.plant", "fig"), "You: garden plant = fig");
  assert.equal(said("self", "schedule.weekly", { what: "choir" }), 'You: schedule weekly = {"what":"choir"}');
  assert.equal(said("house", "__proto__", "x"), "house:   proto   = x");
});

test("every predicate that can be about the owner is spoken, with the members that the registry names", () => {
  const about = Object.keys(basePredicates).filter((name) => !Object.hasOwn(spokenOfOthers, name));
  assert.deepEqual(Object.keys(spokenTemplates).sort(), about.sort());
  const members = (template: string) => [...template.matchAll(/\{object[^}]*\}/g)].map(([place]) => place).sort();
  for (const name of about) assert.deepEqual(members(spokenTemplates[name] ?? ""), members(basePredicates[name]?.template ?? ""), name);
});

test("hostile words stay words: no control characters, no endless line", () => {
  const sentence = said("self", "person.name", `a\u202eb\u0007${"x".repeat(5_000)}`);
  assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}]/u);
  assert.ok(sentence.length <= 300);
  assert.equal(said("self", "person.name", "$& {object}"), "You are called $& {object}");
});
