import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../web/src/strings/en.ts";
import { t } from "../../web/src/strings/text.ts";
import { isUnseen, visible } from "../../web/src/words/visible.ts";

test("numbers choose their form; what is filled in is isolated", () => {
  assert.equal(t("about.shown", { count: 1 }), "One belief");
  assert.equal(t("about.shown", { count: 0 }), "0 beliefs");
  assert.equal(t("judge.confirm.of", { claim: "abc" }), "That's right: abc");
  assert.equal(t("judge.confirm.of", { claim: "שלום" }), "That's right: \u2068שלום\u2069");
});

test("words from elsewhere can neither turn ours round nor hide in them", () => {
  const shown = t("judge.confirm.of", { claim: "ä\u202egnp.exe\u2069\u0000" });
  assert.equal(shown, "That's right: \u2068ä[U+202E]gnp.exe[U+2069][U+0000]\u2069");
  assert.equal(visible("x".repeat(500), 20), `${"x".repeat(20)}…`);
  assert.equal(visible("two\nlines\tand", 40), "two lines and");
});

test("what scripts and emoji are made of is left alone", () => {
  for (const text of ["👩‍👩‍👧", "می‌خواهم", "naïve", "日本語", "🇸🇪"]) assert.equal(visible(text, 100), text);
  for (const hidden of ["\u0007", "\u200b", "\u2066", "\ufeff", "\u00a0\u202d", "\u{e0041}"]) {
    assert.ok([...hidden].some(isUnseen), `U+${hidden.codePointAt(0)?.toString(16)}`);
  }
});

test("places and forms agree: both forms of a text have the same places, and no place is left open", () => {
  for (const [key, entry] of Object.entries(en)) {
    const texts = typeof entry === "string" ? [entry] : [entry.one, entry.other];
    for (const text of texts) assert.doesNotMatch(text, /\{(?!\w+\})/, key);
    const places = texts.map((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => name !== "count"));
    assert.deepEqual(new Set(places[0]), new Set(places.at(-1)), key);
  }
});
