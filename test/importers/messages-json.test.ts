import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ItemNames } from "../../src/importers/messages/item-names.ts";
import { placeInJson, positionInJson, problemInJson } from "../../src/importers/messages/json-place.ts";
import { jsonShape } from "../../src/importers/messages/json-shape.ts";
import { type JsonEntry, jsonEntries } from "../../src/importers/messages/json-slices.ts";
import { withinSeconds } from "./within-seconds.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The entries of the outermost list or object. */
function entriesOf(text: string | Uint8Array): JsonEntry[] {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  return [...jsonEntries(bytes, (path) => (path.length === 0 ? "enter" : "take"))];
}

describe("jsonEntries", () => {
  it("gives what JSON.parse gives, entry by entry", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, "\t", 2), (any, indent) => {
        const entries = entriesOf(JSON.stringify([any, { any }, any], null, indent));
        assert.deepEqual(
          entries.map(({ value }) => value),
          JSON.parse(JSON.stringify([any, { any }, any])),
        );
      }),
      { seed: 63, numRuns: 300 },
    );
  });

  it("says where each stands, and reads only what it is asked for", () => {
    const asked: string[] = [];
    const entries = jsonEntries(bytesOf('{"a":[{"b":1},{"c":[2]}],"d":{"e":[3]}}'), (path) => {
      asked.push(path.join("/"));
      return path[0] === "d" ? "pass" : path.length < 3 ? "enter" : "take";
    });
    assert.deepEqual(
      [...entries],
      [
        { path: ["a", 0, "b"], value: 1 },
        { path: ["a", 1, "c"], value: [2] },
      ],
    );
    assert.ok(!asked.some((path) => path.startsWith("d/")));
  });

  it("loses only the entry that is damaged", () => {
    assert.deepEqual(entriesOf('[1, {"a" 2}, tru, "x\\q", 5]'), [
      { path: [0], value: 1 },
      { path: [1], reason: "not JSON: left out" },
      { path: [2], reason: "not JSON: left out" },
      { path: [3], reason: "not JSON: left out" },
      { path: [4], value: 5 },
    ]);
    assert.deepEqual(
      entriesOf('[\n{"a": "one},\n{"a": "two"}\n]').map(({ value }) => value),
      [undefined, { a: "two" }],
    );
    assert.deepEqual(
      entriesOf('[\n{\n"a": "one\n},\n{"a": "two"}\n]').map(({ value }) => value),
      [undefined, { a: "two" }],
    );
  });

  it("gives what is whole before the end of a file that was cut off", () => {
    assert.deepEqual(entriesOf('[1, {"a": 2}, {"a": "thr'), [
      { path: [0], value: 1 },
      { path: [1], value: { a: 2 } },
      { path: [2], reason: "the file ends within it: left out" },
    ]);
    assert.deepEqual(entriesOf('{"a": 1, "b'), [
      { path: ["a"], value: 1 },
      { path: [], reason: "not JSON: the rest of the file is left out" },
    ]);
    assert.deepEqual(entriesOf(""), [{ path: [], reason: "the file ends within it: left out" }]);
  });

  it("reads UTF-16, a byte order mark, and an entry in another encoding", () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('["é"]', "utf16le")]);
    assert.deepEqual(entriesOf(utf16), [{ path: [0], value: "é" }]);
    assert.deepEqual(entriesOf("\ufeff[1]"), [{ path: [0], value: 1 }]);
    assert.deepEqual(
      entriesOf(Buffer.from('["\xe9", 2]', "latin1")).map(({ value }) => value),
      ["é", 2],
    );
  });

  it("keeps a member named __proto__ a member", () => {
    assert.deepEqual(
      entriesOf('{"__proto__": 1}').map(({ path }) => path),
      [["__proto__"]],
    );
  });

  it("refuses a value that would fill the memory, and reads the next", () => {
    const entries = withinSeconds("a large value", () => entriesOf(`[[${"[],".repeat(6_000_000)}[]], 1]`));
    assert.match(entries[0]?.reason ?? "", /^of 18000004 bytes, which is beyond all measure: left out$/);
    assert.equal(entries[1]?.value, 1);
  });

  const hostile = [
    ["a million open brackets", "[".repeat(1_000_000)],
    ["a million closed brackets", `[1${"]".repeat(1_000_000)}`],
    ["a million commas", `[${",".repeat(1_000_000)}]`],
    ["a million quotes", `[${'"'.repeat(1_000_001)}`],
    ["ten megabytes of small entries", `[${"0,".repeat(5_000_000)}0]`],
  ] as const;
  for (const [name, text] of hostile) {
    it(`survives what is made to take long: ${name}`, () => {
      withinSeconds(name, () => {
        for (const _ of jsonEntries(bytesOf(text), (path) => (path.length < 3 ? "enter" : "take")));
      });
    });
  }
});

describe("jsonShape", () => {
  it("names the members of the beginning, however the file goes on", () => {
    assert.deepEqual([...jsonShape(bytesOf('[{"a": {"b": {"c": 1}}}, {"d": [{"e": 2'))], ["*", "*/a", "*/a/b", "*/d", "*/d/*"]);
    assert.deepEqual([...jsonShape(bytesOf("text"))], []);
    assert.deepEqual([...jsonShape(bytesOf("# [a](b)"))], []);
  });

  it("reads no more than the beginning", () => {
    const text = `{"a": ["${"x".repeat(70_000)}"], "b": 1}`;
    assert.deepEqual([...jsonShape(bytesOf(text))], ["a", "a/*"]);
  });
});

describe("a place in JSON", () => {
  it("is a JSON Pointer in a relative reference, and an entry for people", () => {
    assert.equal(placeInJson("a b/c.json", ["list", 3, "x/y~z é"]), "a%20b/c.json#/list/3/x~1y~0z%20%C3%A9");
    assert.equal(positionInJson(["messages", 0]), "entry 1");
    assert.deepEqual(problemInJson(["chats", "list", 1, "messages", 4], "bad"), { position: "entry 2", reason: "its entry 5: bad" });
    assert.deepEqual(problemInJson([], "bad"), { position: "", reason: "bad" });
  });
});

describe("names of items", () => {
  it("are given once, and count what is alike", () => {
    const names = new ItemNames();
    assert.deepEqual(
      [names.made("a", 1), names.made("a", 1), names.made("a/1#2"), names.made("a", 1)],
      ["a/1", "a/1#2", "a/1#2#2", "a/1#3"],
    );
  });

  it("are kept for what its source names, and not given for what was there before", () => {
    const names = new ItemNames();
    assert.deepEqual([names.told({ a: 1 }, "x"), names.told({ a: 1 }, "x"), names.told({ a: 2 }, "x")], ["x", undefined, "x#2"]);
  });

  it("are short and of one normal form", () => {
    const names = new ItemNames();
    assert.equal(names.made("e\u0301"), "é");
    assert.match(names.made("x".repeat(600)), /^sha256:[0-9a-f]{64}$/);
  });
});
