import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { draftBytes } from "../../src/importers/fit-draft.ts";
import type { EvidenceDraft } from "../../src/importers/importer.ts";
import { jsonBytes } from "../../src/importers/json-size.ts";
import { markdown } from "../../src/importers/markdown/markdown.ts";
import { partsOf } from "../../src/importers/markdown/parts.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

function read(name: string, data: string | Uint8Array) {
  const imported = withinSeconds(name, () => importAll(markdown, sourceOf(name, data, "My vault")));
  assertRules(imported);
  return { ...imported, lines: problemLines(imported) };
}

function only(name: string, data: string | Uint8Array): EvidenceDraft {
  const { drafts, lines } = read(name, data);
  assert.deepEqual(lines, []);
  const [draft] = drafts;
  assert.ok(draft !== undefined && drafts.length === 1);
  return draft;
}

function textOf(drafts: readonly EvidenceDraft[]): string {
  return drafts.map((draft) => draft.content["text"]).join("");
}

describe("a note", () => {
  it("is one draft with its text, and what its text and front matter tell", () => {
    const text =
      "---\ntitle: Lunch\ndate: 2023-09-12T12:30:00+02:00\ntags: [food]\nwith: '[[Ada]]'\n---\n# Heading\n\nAt [[Café Müller]] #berlin\n\n- [x] pay\n";
    const draft = only("notes/lunch.md", text);
    assert.deepEqual(draft, {
      source: { adapter: "markdown", version: "1", account: "My vault", uri: "notes/lunch.md", sha256: draft.source.sha256 },
      external_id: "notes/lunch.md",
      kind: "note",
      observed_at: Date.UTC(2023, 8, 12, 10, 30),
      content: {
        title: "Lunch",
        front_matter: { title: "Lunch", date: "2023-09-12T12:30:00+02:00", tags: ["food"], with: "[[Ada]]" },
        date: { text: "2023-09-12T12:30:00+02:00", from: "front matter", at: Date.UTC(2023, 8, 12, 10, 30) },
        text: "# Heading\n\nAt [[Café Müller]] #berlin\n\n- [x] pay\n",
        tags: ["food", "berlin"],
        headings: [{ level: 1, text: "Heading" }],
        wikilinks: [{ target: "Ada" }, { target: "Café Müller" }],
        tasks: [{ text: "pay", done: true, state: "x" }],
      },
    });
  });

  it("takes its title from front matter, Logseq's property, the first heading, its file's name, in this order", () => {
    const title = (name: string, text: string) => only(name, text).content["title"];
    assert.equal(title("a.md", "---\ntitle: T\n---\ntitle:: P\n\n# H"), "T");
    assert.equal(title("a.md", "---\ntitle: 1984\n---\n"), "1984");
    assert.equal(title("a.md", "title:: P\n\n# H"), "P");
    assert.equal(title("a.md", "---\ntitle:\n---\ntext\n\n## H #x"), "H #x");
    assert.equal(title("deep/My page.v2.md", "text"), "My page.v2");
  });

  it("has a title of bounded length, cut between characters", () => {
    assert.equal(only("a.md", `# ${"😀".repeat(1_000)}`).content["title"], "😀".repeat(256));
  });

  it("that is empty is an item all the same", () => {
    assert.deepEqual(only("2023-09-12.md", "").content, {
      title: "2023-09-12",
      date: { text: "2023-09-12", from: "file name", at: Date.UTC(2023, 8, 12) },
      text: "",
    });
  });

  it("keeps its text verbatim: blanks, line ends, code", () => {
    const text = "\r\n  a\t\r\n\r\n```\n\u0007 x  \n```\n\n\n";
    assert.equal(only("a.md", text).content["text"], text);
  });

  it("keeps the text of broken front matter and is read on", () => {
    const { drafts, lines } = read("a.md", "---\nok: 1\nbroken\n---\n# Title");
    assert.equal(drafts[0]?.content["front_matter_text"], "ok: 1\nbroken\n");
    assert.equal(drafts[0]?.content["title"], "Title");
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^line 3: front matter is kept as plain text: /);
  });

  it("keeps Logseq's page properties", () => {
    assert.deepEqual(only("a.md", "alias:: b, c\ntags:: d\n\n- text").content["properties"], { alias: "b, c", tags: "d" });
  });

  it("tells its encoding when that is not UTF-8", () => {
    const { content } = only("a.md", Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    assert.deepEqual([content["text"], content["encoding"]], ["café", "windows-1252"]);
    assert.deepEqual(only("a.md", Buffer.from("\ufeffcafé", "utf16le")).content["encoding"], "utf-16le");
    assert.deepEqual(Object.keys(only("a.md", "\ufeffcafé").content), ["title", "text"]);
  });

  it("is NFC with nothing that a store can't hold, in its name too", () => {
    const draft = only("cafe\u0301.md", "e\u0301 \0 [[n\u0303]]");
    assert.deepEqual([draft.external_id, draft.source.uri, draft.content["title"]], ["café.md", "caf%C3%A9.md", "café"]);
    assert.deepEqual(draft.content["wikilinks"], [{ target: "ñ" }]);
  });

  it("with hostile names is only a note", () => {
    const { drafts } = read("a.md", '---\n__proto__: {x: 1}\n"\\0": "\\uD800"\n---\n__proto__:: y\n');
    assert.equal(drafts.length, 1);
    assert.equal(({} as Record<string, unknown>)["x"], undefined);
  });

  it("is recognised by its name alone", () => {
    const is = (name: string) => markdown.recognises(sourceOf(name, "text"));
    assert.deepEqual(["a.md", "A.MD", "a.markdown", "a.mdx", "md", "a.md.txt"].map(is), [true, true, true, false, false, false]);
  });
});

describe("a long note", () => {
  const section = (index: number) =>
    `## Section ${index} #s${index}\n\n${`Words of section ${index}. `.repeat(80)}\n\n- [ ] task ${index} [[Page ${index}]]\n\n`;
  const text = Array.from({ length: 60 }, (_, index) => section(index)).join("");
  const front = "---\ntitle: Long\ndate: 2023-09-12\ntags: [all]\n---\n";

  it("becomes parts that are together its text, cut at headings", () => {
    const { drafts, lines } = read("long.md", front + text);
    assert.deepEqual(lines, []);
    assert.ok(drafts.length >= 3);
    assert.equal(textOf(drafts), text);
    assert.deepEqual(
      drafts.map((draft) => draft.external_id),
      ["long.md", ...drafts.slice(1).map((_, index) => `long.md#${index + 2}`)],
    );
    for (const [index, { content, observed_at }] of drafts.entries()) {
      assert.ok(String(content["text"]).startsWith("## Section"));
      assert.deepEqual([content["part"], content["parts"], content["title"]], [index + 1, drafts.length, "Long"]);
      assert.equal(observed_at, Date.UTC(2023, 8, 12), "every part is of the note's day");
      assert.equal("front_matter" in content, index === 0);
    }
  });

  it("tells in each part what stands in it, and where it is", () => {
    const { drafts } = read("long.md", front + text);
    const fileLines = (front + text).split("\n");
    for (const { content, source } of drafts) {
      const own = String(content["text"]);
      const sections = [...own.matchAll(/^## Section (\d+)/gm)].map((match) => match[1]);
      assert.deepEqual(content["tags"], [...(content["part"] === 1 ? ["all"] : []), ...sections.map((number) => `s${number}`)]);
      assert.deepEqual((content["tasks"] as { text: string }[]).length, sections.length);
      assert.deepEqual(
        (content["wikilinks"] as { target: string }[]).map((link) => link.target),
        sections.map((number) => `Page ${number}`),
      );
      const [from = 0, to = 0] = (/#line=(\d+),(\d+)$/.exec(source.uri) ?? []).slice(1).map(Number);
      assert.equal(fileLines.slice(from, to).join("\n").trimEnd(), own.trimEnd());
    }
  });

  it("of any text loses none, in any encoding of it", () => {
    const unit = fc.constantFrom(
      "a",
      "word ",
      "\n",
      "\n\n",
      "# h\n",
      "é",
      "漢字",
      "😀",
      '"',
      "\\",
      "\u0001",
      "[[l]] ",
      "#t ",
      "- [ ] x\n",
      "```\n",
      "e\u0301",
      "\t- ",
    );
    const long = fc.array(unit, { minLength: 10, maxLength: 40 }).map((units) => units.join("").repeat(3_000));
    fc.assert(
      fc.property(long, (any) => {
        const { drafts } = read("a.md", any);
        assert.ok(textOf(drafts) === any.normalize("NFC").replaceAll("\0", "\ufffd"), "all of the text, and nothing else");
        for (const draft of drafts) assert.ok(jsonBytes({ ...draft.content }) < draftBytes);
      }),
      { seed: 81, numRuns: 25 },
    );
  });

  it("of links alone keeps its text and shortens the lists, with a problem for each", () => {
    const links = Array.from({ length: 9_000 }, (_, index) => `[[${index}]]`).join(" ");
    const { drafts, lines } = read("a.md", links);
    assert.equal(textOf(drafts), links);
    assert.ok(
      lines.length > 0 && lines.every((line) => /^line 1: wikilinks is too long: its first \d+ of \d+ entries are kept$/.test(line)),
    );
  });

  it("keeps all of its text beside front matter, however large", () => {
    const body = "漢".repeat(40_000);
    const { drafts } = read("a.md", `---\nsummary: ${"漢".repeat(8_000)}\n---\n${body}`);
    assert.ok(textOf(drafts) === body);
    assert.ok(drafts[0]?.content["front_matter"] !== null);
  });

  it("beyond all measure has an outline of its beginning", () => {
    const huge = `# Start\n\n${"line of text\n".repeat(60_000)}`;
    const { drafts, lines } = read("a.md", huge);
    assert.ok(textOf(drafts) === huge);
    assert.match(lines.join(), /^very long: its outline covers the first \d+ of 780009 characters$/);
    assert.equal(drafts[0]?.content["title"], "Start");
  });
});

describe("partsOf", () => {
  it("covers the text without gap, within the measure", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 400 }),
        fc.integer({ min: 6, max: 200 }),
        fc.array(fc.nat(400)),
        fc.array(fc.nat(400)),
        (text, bytes, some, more) => {
          const sorted = (list: number[]) =>
            [...new Set(list.filter((at) => at <= text.length && text.slice(0, at).isWellFormed()))].sort((a, b) => a - b);
          const parts = partsOf(text, bytes, sorted(some), sorted(more));
          assert.equal(parts.map(({ start, end }) => text.slice(start, end)).join(""), text);
          for (const { start, end } of parts) {
            assert.ok(jsonBytes(text.slice(start, end)) - 2 <= bytes);
            assert.ok(text.slice(start, end).isWellFormed());
            assert.ok(end > start || text === "");
          }
        },
      ),
      { seed: 82, numRuns: 1_000 },
    );
  });

  it("prefers headings, then blocks, lines, words", () => {
    const cuts = (text: string, headings: number[], blocks: number[]) =>
      partsOf(text, 10, headings, blocks).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(cuts("aaaaaaa.bb.cc", [7], [8]), ["aaaaaaa", ".bb.cc"]);
    assert.deepEqual(cuts("aa.aaaa.bb.cc", [2], [8]), ["aa.aaaa.", "bb.cc"]);
    assert.deepEqual(cuts("aa\naaaabb cc", [], []), ["aa\n", "aaaabb cc"]);
    assert.deepEqual(cuts("aa aaaabb.cc", [], []), ["aa ", "aaaabb.cc"]);
    assert.deepEqual(cuts("aaaaaaaaaaaa", [], []), ["aaaaaaaaaa", "aa"]);
    assert.deepEqual(cuts("", [], []), [""]);
  });
});

describe("a damaged note", () => {
  const original =
    "---\ntitle: Žluť\ntags: [a, 'b']\nwhen: 2023-09-12\n---\n# Head #x\n\n- [ ] [[A|b]] ![[c]]\n\t- TODO [d](e)\n\n```\ncode\n```\n\nkey:: value\n";

  it("is always one note", () => {
    fc.assert(
      fc.property(mutationsOf(Buffer.from(original)), (bytes) => {
        assert.equal(read("a.md", bytes).drafts.length, 1);
      }),
      { seed: 83, numRuns: 300 },
    );
  });

  it("made of anything at all is one note too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        assert.equal(read("a.md", bytes).drafts.length, 1);
      }),
      { seed: 84, numRuns: 300 },
    );
  });

  for (const [name, text] of [
    ["newlines", "\n".repeat(4_000_000)],
    ["blanks", " ".repeat(8_000_000)],
    ["one word", "x".repeat(8_000_000)],
    ["accents", `a${"\u0301".repeat(4_000_000)}`],
  ] as const) {
    it(`of megabytes of ${name} keeps every byte, in seconds`, () => {
      assert.ok(textOf(read("a.md", text).drafts) === text.normalize("NFC"));
    });
  }

  for (const unit of ["[", "![[", "[[a ", "*a **b ", "#a ", "<a "]) {
    it(`of nothing but ${JSON.stringify(unit)} is done in seconds`, () => {
      const text = unit.repeat(Math.floor(600_000 / unit.length));
      assert.ok(textOf(read("a.md", text).drafts) === text);
    });
  }
});
