import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { splitFrontMatter } from "../../src/importers/markdown/front-matter.ts";
import { noteDate } from "../../src/importers/markdown/note-date.ts";

function fieldsOf(yaml: string) {
  const { fields, problem } = splitFrontMatter(`---\n${yaml}\n---\nbody`);
  assert.equal(problem, undefined);
  return fields;
}

describe("splitFrontMatter", () => {
  it("parts a note from what stands between its first lines of dashes", () => {
    assert.deepEqual(splitFrontMatter("---\ntitle: A\n---\nbody\n"), { body: "body\n", linesBefore: 3, fields: { title: "A" } });
    assert.deepEqual(splitFrontMatter("---\r\ntitle: A\r\n...\r\nbody"), { body: "body", linesBefore: 3, fields: { title: "A" } });
    assert.deepEqual(splitFrontMatter("---\n---\nbody"), { body: "body", linesBefore: 2, fields: {} });
    assert.deepEqual(splitFrontMatter("---\ntitle: A\n---"), { body: "", linesBefore: 3, fields: { title: "A" } });
  });

  it("leaves a note without front matter alone", () => {
    for (const text of ["", "body", "a\n---\nb: c\n---\n", "----\n", "---", "---\nA rule, then text.\n", " ---\na: b\n---\n"]) {
      assert.deepEqual(splitFrontMatter(text), { body: text, linesBefore: 0 }, JSON.stringify(text));
    }
  });

  it("keeps values as they were written: dates, versions, leading zeros, words that YAML 1.1 took for booleans", () => {
    assert.deepEqual(
      fieldsOf(
        "date: 2023-09-12\ntime: 2023-09-12T21:00:00+08:00\nversion: 1.10\nid: 007\nok: no\nyes: true\nrating: 7\nnone:\nhex: 0x10\nbig: 12345678901234567890",
      ),
      {
        date: "2023-09-12",
        time: "2023-09-12T21:00:00+08:00",
        version: "1.10",
        id: "007",
        ok: "no",
        yes: true,
        rating: 7,
        none: null,
        hex: "0x10",
        big: "12345678901234567890",
      },
    );
    assert.deepEqual(fieldsOf("a: .inf\nb: .nan\nc: 1e3"), { a: ".inf", b: ".nan", c: "1e3" });
  });

  it("reads lists, mappings and aliases", () => {
    assert.deepEqual(fieldsOf('tags:\n  - "[[Books]]"\n  - plain\nplace: {city: Brno, at: [1, 2]}'), {
      tags: ["[[Books]]", "plain"],
      place: { city: "Brno", at: [1, 2] },
    });
    assert.deepEqual(fieldsOf("a: &x [1]\nb: *x"), { a: [1], b: [1] });
    assert.deepEqual(fieldsOf("\"a \\u0041\": 1\n'b': 2\n3: c\n: d"), { "a A": 1, b: 2, "3": "c", "": "d" });
  });

  it("keeps a template's placeholder as text", () => {
    assert.deepEqual(fieldsOf("created: {{date}}\ntitle: x"), { created: "{{date}}", title: "x" });
  });

  it("keeps a member named __proto__ a member", () => {
    assert.deepEqual(Object.entries(fieldsOf("__proto__: x\nconstructor: y") ?? {}), [
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  const broken: readonly { name: string; yaml: string; line: number; reason: RegExp }[] = [
    { name: "a quote that isn't closed", yaml: 'a: 1\nb: "open', line: 4, reason: /Missing closing/ },
    { name: "a member without colon", yaml: "a: 1\n\n___", line: 4, reason: /Implicit map keys/ },
    { name: "a name twice", yaml: "a: 1\na: 2", line: 3, reason: /unique/ },
    { name: "a list where members should be", yaml: "- a\n- b", line: 2, reason: /no members/ },
    { name: "tabs for indent", yaml: "a:\n\t- b", line: 3, reason: /[Tt]ab/ },
    {
      name: "values that multiply",
      yaml: `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${[1, 2, 3, 4, 5]
        .map(
          (n) =>
            `a${n}: &a${n} [${Array(10)
              .fill(`*a${n - 1}`)
              .join(", ")}]`,
        )
        .join("\n")}`,
      line: 2,
      reason: /too many values/,
    },
    { name: "an alias of itself", yaml: "a: &x [*x]", line: 2, reason: /holds itself/ },
    { name: "brackets without end", yaml: `a: ${"[".repeat(5_000)}`, line: 2, reason: /./ },
  ];
  for (const { name, yaml, line, reason } of broken) {
    it(`keeps broken front matter as text and names the line: ${name}`, () => {
      const note = splitFrontMatter(`---\n${yaml}\n---\nbody`);
      assert.equal(note.plain, `${yaml}\n`);
      assert.equal(note.body, "body");
      assert.match(note.problem?.reason ?? "", /^front matter is kept as plain text: [^\n]+$/);
      assert.match(note.problem?.reason ?? "", reason);
      if (reason.source !== ".") assert.equal(note.problem?.line, line);
    });
  }

  it("says so when front matter was meant but has no end, or is beyond all measure", () => {
    for (const text of ["---\ntitle: A\nbody", `---\ntitle: ${"x".repeat(20_000)}\n---\nbody`]) {
      const note = splitFrontMatter(text);
      assert.equal(note.body, text);
      assert.deepEqual(note.problem, { line: 1, reason: "front matter has no end, or is too long: kept in the text" });
    }
  });

  it("loses nothing of the text and never throws", () => {
    const line = fc.oneof(fc.constantFrom("---", "...", "a: b", "- c", "  d: [e", "", "#", "{{x}}", "? y"), fc.string());
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom("\n", "\r\n", "\r"), (lines, end) => {
        const text = ["---", ...lines].join(end);
        const { body, linesBefore, plain } = splitFrontMatter(text);
        assert.ok(text.endsWith(body));
        assert.equal(
          text.slice(0, text.length - body.length).split(/\r\n|\n|\r/).length - 1,
          body === "" ? linesBefore - (/[\r\n]$/.test(text) ? 0 : 1) : linesBefore,
        );
        if (plain !== undefined) assert.ok(text.includes(plain));
      }),
      { seed: 61, numRuns: 1_000 },
    );
  });
});

describe("noteDate", () => {
  const day = Date.UTC(2023, 8, 12);
  const at = (fields: Record<string, string>, name = "note") => noteDate(fields, name)?.at;

  it("reads a day, and a moment where the zone is told", () => {
    assert.equal(at({ date: "2023-09-12" }), day);
    assert.equal(at({ date: "2023/09/12" }), day);
    assert.equal(at({ date: "2023-09-12T21:00:00+08:00" }), day + 13 * 3_600_000);
    assert.equal(at({ date: "2023-09-12 21:00:30.5 -0230" }), day + ((23 * 60 + 30) * 60 + 30) * 1_000);
    assert.equal(at({ date: "2023-09-12T21:00Z" }), day + 21 * 3_600_000);
  });

  it("takes a time without zone for its day", () => {
    assert.equal(at({ date: "2023-09-12T21:00:00" }), day);
  });

  it("reads a file name that begins with a day", () => {
    for (const name of ["2023-09-12", "2023_09_12", "2023.09.12", "20230912", "2023-09-12 Walk (3)"]) {
      assert.deepEqual(
        noteDate(undefined, name),
        { text: name.slice(0, name.startsWith("20230912") ? 8 : 10), from: "file name", at: day },
        name,
      );
    }
  });

  it("prefers front matter's date to the file name, and the name to created", () => {
    assert.deepEqual(noteDate({ date: "2023-09-13", created: "2023-09-14" }, "2023-09-12")?.text, "2023-09-13");
    assert.deepEqual(noteDate({ created: "2023-09-14" }, "2023-09-12")?.text, "2023-09-12");
    assert.deepEqual(noteDate({ created: "2023-09-14" }, "note"), { text: "2023-09-14", from: "front matter", at: day + 2 * 86_400_000 });
  });

  it("guesses no day", () => {
    for (const text of ["", "2023", "2023-09", "2023-13-01", "2023-02-30", "tomorrow", "{{date}}", "2023-09-12T25:00"])
      assert.equal(at({ date: text }), undefined, text);
    for (const name of ["202309123", "2023-09-123", "12.09.2023", "2023-9-1", "2023-09_12", "20231312"])
      assert.equal(noteDate(undefined, name), undefined, name);
  });
});
