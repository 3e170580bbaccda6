import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedCache } from "../../../src/core/crypto/bounded-cache.ts";

test("at most max entries are kept, the newest half of them surely", () => {
  const cache = new BoundedCache<object>(10);
  const name = (index: number) => `key ${index}`;
  for (let index = 0; index < 100; index++) cache.set(name(index), { index });
  const kept = Array.from({ length: 100 }, (_, index) => index).filter((index) => cache.get(name(index)) !== undefined);
  assert.ok(kept.length <= 10, `${kept.length} kept`);
  for (let index = 95; index < 100; index++) assert.deepEqual(cache.get(name(index)), { index });
});

test("what is asked for again stays", () => {
  const cache = new BoundedCache<boolean>(4);
  cache.set("wanted", false);
  for (let index = 0; index < 50; index++) {
    cache.set(`passing ${index}`, true);
    assert.equal(cache.get("wanted"), false);
  }
});

test("setting the same key again neither grows the cache nor keeps the old value", () => {
  const cache = new BoundedCache<boolean>(2);
  cache.set("a", true);
  cache.set("b", true);
  for (let round = 0; round < 9; round++) cache.set("b", round % 2 === 1);
  assert.equal(cache.get("a"), true);
  assert.equal(cache.get("b"), false);
});
