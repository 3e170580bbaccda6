/** Selectors (section 8): patterns, what is selected, and which selectors are none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  isCurrent,
  patternMatches,
  type Selector,
  selectorFault,
  selectsSensitivity,
  selectsWords,
} from "../../../src/core/capability/selector.ts";
import { sensitivities } from "../../../src/core/claim/sensitivity.ts";
import type { Json } from "../../../src/core/ports.ts";

const cases: readonly [pattern: string, text: string, matches: boolean][] = [
  ["schedule.weekly", "schedule.weekly", true],
  ["schedule.weekly", "schedule.weeklyx", false],
  ["schedule.weekly", "xschedule.weekly", false],
  ["schedule.*", "schedule.weekly", true],
  ["schedule.*", "schedule.", true],
  ["schedule.*", "schedule", false],
  ["*", "", true],
  ["*", "health.weight", true],
  ["", "", true],
  ["", "a", false],
  ["*.name", "person.name", true],
  ["*.name", "person.nickname", false],
  ["a*b*c", "a1b2b3c", true],
  ["a*b*c", "a1c2b", false],
  ["a**b", "ab", true],
  ["schedule.", "schedule.weekly", false],
  ["schedule?weekly", "schedule.weekly", false],
  ["schedule.weekly", "scheduleXweekly", false],
  ["[a-z]*", "abc", false],
  ["Schedule.*", "schedule.weekly", false],
];

for (const [pattern, text, matches] of cases) {
  test(`pattern ${JSON.stringify(pattern)} ${matches ? "matches" : "does not match"} ${JSON.stringify(text)}`, () => {
    assert.equal(patternMatches(pattern, text), matches);
  });
}

test("law: a pattern matches as the regular expression does in which only * is special", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "\\", "[", "é"), maxLength: 10 });
  fc.assert(
    fc.property(word, word, (pattern, text) => {
      const quoted = pattern.split("*").map((part) => part.replaceAll(/[\\.[\]]/g, "\\$&"));
      assert.equal(patternMatches(pattern, text), new RegExp(`^${quoted.join("[^]*")}$`, "u").test(text));
    }),
    { numRuns: 2_000 },
  );
});

test("a pattern that a backtracking matcher takes for ever on is decided at once", () => {
  assert.equal(patternMatches("*a".repeat(200), "a".repeat(5_000)), true);
  assert.equal(patternMatches(`${"*a".repeat(200)}b`, "a".repeat(5_000)), false);
});

test("subjects are exact, least confidence is inclusive, any of the patterns selects", () => {
  const selector: Selector = { predicates: ["schedule.*", "place.home"], subjects: ["self", "person:ada"], min_confidence: 0.5 };
  const claim = { subject: "self", predicate: "schedule.weekly", confidence: 0.5 };
  assert.equal(selectsWords(selector, claim), true);
  assert.equal(selectsWords(selector, { ...claim, predicate: "place.home" }), true);
  assert.equal(selectsWords(selector, { ...claim, predicate: "place.homes" }), false);
  assert.equal(selectsWords(selector, { ...claim, subject: "person:ada.b" }), false);
  assert.equal(selectsWords(selector, { ...claim, subject: "person:*" }), false);
  assert.equal(selectsWords(selector, { ...claim, confidence: 0.49 }), false);
  assert.equal(selectsWords({ predicates: ["*"] }, { ...claim, subject: "anyone", confidence: 5e-324 }), true);
  assert.equal(selectsWords({ predicates: [] }, claim), false);
  assert.equal(selectsWords({ predicates: ["*"], subjects: [] }, claim), false);
});

test("without max_sensitivity it is personal; the level itself is within", () => {
  for (const [at, level] of sensitivities.entries()) {
    assert.equal(selectsSensitivity({ predicates: [] }, level), at <= 1);
    for (const [max, max_sensitivity] of sensitivities.entries()) {
      assert.equal(selectsSensitivity({ predicates: [], max_sensitivity }, level), at <= max);
    }
  }
});

test("a claim is current until the millisecond before valid_until", () => {
  assert.equal(isCurrent(null, 5), true);
  assert.equal(isCurrent(1_000, 999), true);
  assert.equal(isCurrent(1_000, 1_000), false);
  assert.equal(isCurrent(-5, -6), true);
});

test("a selector has its four members and no other", () => {
  const whole = { predicates: ["a"], subjects: ["self"], min_confidence: 0, max_sensitivity: "public" };
  assert.equal(selectorFault(whole), null);
  assert.equal(selectorFault({ predicates: [] }), null);
  const bad: readonly Json[] = [
    null,
    [],
    "schedule.*",
    {},
    { ...whole, objects: ["a"] },
    { ...whole, __proto__x: 1 },
    { ...whole, predicates: "a" },
    { ...whole, predicates: [1] },
    { ...whole, subjects: "self" },
    { ...whole, subjects: [null] },
    { ...whole, min_confidence: 1.01 },
    { ...whole, min_confidence: -0.1 },
    { ...whole, min_confidence: "0" },
    { ...whole, max_sensitivity: "secret" },
    { ...whole, max_sensitivity: null },
  ];
  for (const each of bad) assert.notEqual(selectorFault(each), null, JSON.stringify(each));
});
