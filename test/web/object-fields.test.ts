import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, objectFrom } from "../../web/src/claims/object-fields.ts";

const filled = (object: unknown, change: Readonly<Record<string, string>> = {}) =>
  objectFrom(object, { ...Object.fromEntries(fieldsOf(object).map(({ name, text }) => [name, text])), ...change });

test("fields that nobody touched make the object that was", () => {
  for (const object of [
    "Göteborg",
    81.5,
    true,
    { what: "choir", weekday: "Tuesday" },
    { kg: 3, fresh: false },
    [1, [2]],
    { a: { b: 1 } },
    null,
  ])
    assert.deepEqual(filled(object), object);
});

test("a value keeps its type as long as it can", () => {
  assert.equal(filled(81.5, { value: "80" }), 80);
  assert.equal(filled(81.5, { value: "about 80" }), "about 80");
  assert.deepEqual(filled({ kg: 3, fresh: false }, { fresh: "true" }), { kg: 3, fresh: true });
});

test("what is empty or broken makes no object", () => {
  assert.equal(filled("Göteborg", { value: " " }), undefined);
  assert.equal(filled({ what: "choir" }, { what: "" }), undefined);
  assert.equal(filled([1], { json: "[1" }), undefined);
});
