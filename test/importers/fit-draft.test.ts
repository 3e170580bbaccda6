import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { draftBytes, fitDraft } from "../../src/importers/fit-draft.ts";
import type { EvidenceDraft } from "../../src/importers/importer.ts";
import { jsonBytes } from "../../src/importers/json-size.ts";
import { assertRules } from "./draft-rules.ts";

function draftWith(content: JsonObject): EvidenceDraft {
  return {
    source: { adapter: "test", version: "1", uri: "a.txt", sha256: "0".repeat(64) },
    external_id: "a",
    kind: "note",
    content,
  };
}

function fit(content: JsonObject) {
  const items = fitDraft(draftWith(content), "line 7");
  const drafts = items.flatMap((item) => ("draft" in item ? [item.draft] : []));
  const problems = items.flatMap((item) => ("problem" in item ? [item.problem] : []));
  assertRules({ drafts, problems });
  return { content: drafts[0]?.content, problems, drafts };
}

describe("fitDraft", () => {
  it("leaves a draft that fits as it is", () => {
    const content = { text: "short", list: [1, 2, 3], deep: { yes: true, no: null } };
    assert.deepEqual(fit(content), { content, problems: [], drafts: [draftWith(content)] });
  });

  it("shortens the largest text, marks it and says so", () => {
    const { content, problems } = fit({ title: "kept", description: "d".repeat(100_000) });
    assert.equal(content?.["title"], "kept");
    assert.deepEqual(content?.["truncated"], ["description"]);
    const kept = String(content?.["description"]).length;
    assert.ok(kept > 50_000, "no more is lost than must be");
    assert.deepEqual(problems, [
      { position: "line 7", reason: `description is too long: its first ${kept} of 100000 characters are kept` },
    ]);
  });

  it("shortens a list by whole entries", () => {
    const { content, problems } = fit({ attendees: Array.from({ length: 5_000 }, (_, index) => ({ name: `Person ${index}` })) });
    const attendees = content?.["attendees"] as Json[];
    assert.deepEqual(attendees.at(-1), { name: `Person ${attendees.length - 1}` });
    assert.match(problems[0]?.reason ?? "", /^attendees is too long: its first \d+ of 5000 entries are kept$/);
  });

  it("shares the room: a small member stays whole, large ones are cut to one size, an object that is too large goes", () => {
    const object = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`name${index}`, index]));
    const { content, problems } = fit({ a: "a".repeat(90_000), b: "b".repeat(200_000), small: "s".repeat(5_000), object });
    const lengths = ["a", "b", "small"].map((name) => String(content?.[name]).length);
    assert.equal(lengths[0], lengths[1]);
    assert.ok((lengths[0] ?? 0) > 14_000);
    assert.equal(lengths[2], 5_000);
    assert.equal(content?.["object"], null);
    assert.deepEqual(content?.["truncated"], ["a", "b", "object"]);
    assert.deepEqual(
      problems.map(({ reason }) => reason.replace(/\d+ of/, "N of")),
      [
        "a is too long: its first N of 90000 characters are kept",
        "b is too long: its first N of 200000 characters are kept",
        "object is too long: left out",
      ],
    );
  });

  it("never shortens what has to stay whole", () => {
    const content = { text: "t".repeat(40_000), links: Array.from({ length: 30_000 }, (_, index) => index) };
    const [draft] = fitDraft(draftWith(content), "", ["text"]).flatMap((item) => ("draft" in item ? [item.draft] : []));
    assert.equal(draft?.content["text"], content.text);
    assert.deepEqual(draft?.content["truncated"], ["links"]);
    assert.deepEqual(fitDraft(draftWith({ text: "t".repeat(60_000) }), "", ["text"]), [
      { problem: { position: "", reason: "too large for one item: left out" } },
    ]);
  });

  it("never cuts a character in two", () => {
    const { content } = fit({ text: "😀".repeat(40_000) });
    assert.match(String(content?.["text"]), /^(?:😀)+$/u);
  });

  it("leaves out an item whose names alone are too large", () => {
    const items = fitDraft({ ...draftWith({ text: "x" }), external_id: "x".repeat(draftBytes) }, "");
    assert.deepEqual(items, [{ problem: { position: "", reason: "too large for one item: left out" } }]);
  });

  it("cleans text: NFC, no lone surrogate, no NUL, in names too", () => {
    const { content } = fit({ text: "e\u0301 \ud800 \0", ["n\u0303"]: ["\udc00"], ["__proto__"]: "own" });
    assert.deepEqual(Object.entries(content ?? {}), [
      ["text", "é \ufffd \ufffd"],
      ["ñ", ["\ufffd"]],
      ["__proto__", "own"],
    ]);
  });

  it("gives a draft within the size for any content", () => {
    const text = fc.string({ unit: "binary", maxLength: 40_000, size: "max" });
    const member = fc.oneof(text, fc.array(text, { maxLength: 5 }), fc.dictionary(fc.string(), fc.integer()), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 10 }), member, { maxKeys: 6 }), (content) => {
        const { drafts } = fit(content);
        assert.equal(drafts.length, 1);
        assert.ok(jsonBytes(drafts[0] as unknown as JsonObject) <= draftBytes);
      }),
      { seed: 11, numRuns: 30 },
    );
  });
});
