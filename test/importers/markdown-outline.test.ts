import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { featuresOf } from "../../src/importers/markdown/features.ts";
import { parseWikiLink } from "../../src/importers/markdown/note-grammar.ts";
import { outlineOf, pageProperties } from "../../src/importers/markdown/outline.ts";
import { withinSeconds } from "./within-seconds.ts";

function outline(text: string, fields?: Parameters<typeof outlineOf>[1]) {
  return outlineOf(featuresOf(text), fields);
}

const tags = (text: string, fields?: Parameters<typeof outlineOf>[1]) => outline(text, fields)["tags"] ?? [];

describe("tags", () => {
  it("stand after a blank, and are more than digits", () => {
    assert.deepEqual(tags("#one and #two_b, #three-c #four/five. #žluť #2024a #a1 #🎉"), [
      "one",
      "two_b",
      "three-c",
      "four/five",
      "žluť",
      "2024a",
      "a1",
      "🎉",
    ]);
    assert.deepEqual(tags("(#no) a#no #1985 #12/34 # no ##no \\#no https://a.example/#no"), []);
  });

  it("aren't looked for in code, comments and addresses", () => {
    assert.deepEqual(
      tags("`#no`\n\n```\n#no\n```\n\n~~~md\n #no\n~~~\n\n<!-- #no -->\n\n[a](#no) <https://a.example/#no> <b title='x #no'>"),
      [],
    );
  });

  it("stand in headings, lists, quotes and tables too, once each", () => {
    assert.deepEqual(tags("# About #a\n\n> quoted #b\n\n- item #c\n\t- deep #d\n\n| x |\n|---|\n| #e |\n\n#a again #b"), [
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });

  it("come from front matter: a list, or one text", () => {
    assert.deepEqual(tags("#z", { tags: ["#a", "b c", 2024, null, "[[d]]"] }), ["a", "b c", "2024", "d", "z"]);
    assert.deepEqual(tags("", { tags: "a, b  c" }), ["a", "b", "c"]);
    assert.deepEqual(tags("", { tag: "only", tags: null }), ["only"]);
  });

  it("come from Logseq: properties of pages and blocks, and tags of several words", () => {
    assert.deepEqual(tags("tags:: a, [[b c]], #d\n\n- block\n  tags:: e\n- #[[two words]]"), ["a", "b c", "d", "e", "two words"]);
  });
});

describe("wikilinks", () => {
  it("are read with heading, alias and embedding", () => {
    const text = "See [[Ada]], [[Notes/Ada#Life|her life]], ![[photo.jpg|300]] and [[#Here]].";
    assert.deepEqual(outline(text)["wikilinks"], [
      { target: "Ada" },
      { target: "Notes/Ada", heading: "Life", alias: "her life" },
      { target: "photo.jpg", alias: "300", embed: true },
      { target: "", heading: "Here" },
    ]);
  });

  it("keep their text whatever signs are in it", () => {
    assert.deepEqual(outline("[[a_b_c]] [[*bold*]] [[50% `off`]]")["wikilinks"], [
      { target: "a_b_c" },
      { target: "*bold*" },
      { target: "50% `off`" },
    ]);
    assert.deepEqual(outline("| a |\n|---|\n| [[x\\|y]] |")["wikilinks"], [{ target: "x", alias: "y" }]);
  });

  it("aren't looked for in code, nor over line breaks", () => {
    assert.deepEqual(outline("`[[no]]` [[no\nno]] [[]] [[no] [no]]"), {});
  });

  it("stand in front matter too, and each is told once", () => {
    assert.deepEqual(outline("[[A]] [[A]]", { up: "[[A]]", list: ["x [[B|b]] ![[C]]"], deep: { er: "[[D]]" }, n: 1 })["wikilinks"], [
      { target: "A" },
      { target: "B", alias: "b" },
      { target: "C", embed: true },
      { target: "D" },
    ]);
  });

  it("in Logseq stand in outlines that a heading interrupts", () => {
    assert.deepEqual(outline("## Terms\n\t- [[a]]\n\t\t- [[b]]\n## More\n\t- [[c]]")["wikilinks"], [
      { target: "a" },
      { target: "b" },
      { target: "c" },
    ]);
  });

  it("can be read back from their parts", () => {
    const word = fc.stringMatching(/^[\w čř.-]{1,12}$/).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(
        word,
        fc.option(word, { nil: undefined }),
        fc.option(word, { nil: undefined }),
        fc.boolean(),
        (target, heading, alias, embed) => {
          const inside = `${target}${heading === undefined ? "" : `#${heading}`}${alias === undefined ? "" : `|${alias}`}`;
          const link = parseWikiLink(inside, embed);
          assert.deepEqual([link.target, link.heading, link.alias, link.embed], [target, heading, alias, embed || undefined]);
          assert.deepEqual(outline(`${embed ? "!" : ""}[[${inside}]]`)["wikilinks"], [link]);
        },
      ),
      { seed: 71, numRuns: 300 },
    );
  });
});

describe("links", () => {
  it("are read with their text: inline, by reference, in angle brackets, bare, and images", () => {
    const text = "[a *b*](https://a.example/x?y=ž 'T') [c][ref] <https://d.example> https://e.example/f. ![alt](pic.png)\n\n[ref]: ./g.md";
    assert.deepEqual(outline(text)["links"], [
      { target: "https://a.example/x?y=ž", text: "a b" },
      { target: "./g.md", text: "c" },
      { target: "https://d.example", text: "https://d.example" },
      { target: "https://e.example/f", text: "https://e.example/f" },
      { target: "pic.png", text: "alt", embed: true },
    ]);
  });

  it("aren't made of words that merely look like an address", () => {
    assert.deepEqual(outline("a.example, //x.example/y, ada@a.example and `https://code.example`"), {});
  });
});

describe("headings and tasks", () => {
  it("are listed in order", () => {
    const text = "# One\n\nTwo\n---\n\n```\n# code\n```\n### Three **b** #tag\n\n- ## Four";
    assert.deepEqual(outline(text)["headings"], [
      { level: 1, text: "One" },
      { level: 2, text: "Two" },
      { level: 3, text: "Three **b** #tag" },
      { level: 2, text: "Four" },
    ]);
  });

  it("tell what is done: boxes of any list, and Logseq's words", () => {
    const text =
      "- [ ] a\n- [x] b\n  - [X] c\n1. [/] d\n* [-] e\n- TODO f\n- DONE g\n- LATER h\n\n[ ] no\nTODO no\n\n- not [ ] a task\n- TODOS no";
    assert.deepEqual(outline(text)["tasks"], [
      { text: "a", done: false, state: " " },
      { text: "b", done: true, state: "x" },
      { text: "c", done: true, state: "X" },
      { text: "d", done: false, state: "/" },
      { text: "e", done: false, state: "-" },
      { text: "f", done: false, state: "TODO" },
      { text: "g", done: true, state: "DONE" },
      { text: "h", done: false, state: "LATER" },
    ]);
  });

  it("finds tasks in outlines that are indented under a heading", () => {
    const tasks = outline("## Today\n\t- TODO a\n\t\t- [x] b")["tasks"] as { text: string }[];
    assert.deepEqual(
      tasks.map((task) => task.text),
      ["a", "b"],
    );
  });
});

describe("pageProperties", () => {
  it("are the lines that a page begins with", () => {
    const text = "title:: My page\nalias:: a, b\nempty::\n\nbody\nlater:: no";
    assert.deepEqual(pageProperties(featuresOf(text), 0), { title: "My page", alias: "a, b", empty: "" });
    assert.deepEqual(pageProperties(featuresOf("\n\n- icon:: 🎉\n- text"), 2), { icon: "🎉" });
    assert.deepEqual(pageProperties(featuresOf("text\ntitle:: no"), 0), {});
    assert.deepEqual(pageProperties(featuresOf("std::vector a:: b"), 0), {});
  });
});

describe("featuresOf", () => {
  it("knows the line of everything", () => {
    const lines = featuresOf("# a\r\n\r\ntext #b\nmore\r\n- [[c]]").map((one) => `${one.kind} ${one.line}`);
    assert.deepEqual(lines, ["heading 0", "block 2", "tag 2", "block 4", "wikilink 4"]);
  });

  const hostile: readonly { name: string; text: string }[] = [
    { name: "brackets", text: "[".repeat(200_000) },
    { name: "open wikilinks", text: "[[a ".repeat(100_000) },
    { name: "embeds", text: "![[".repeat(100_000) },
    { name: "stars", text: "*a **b ".repeat(50_000) },
    { name: "backticks", text: Array.from({ length: 1_000 }, (_, index) => "`".repeat(index % 300)).join(" ") },
    { name: "quotes", text: ">".repeat(200_000) },
    { name: "deep lists", text: Array.from({ length: 2_000 }, (_, index) => `${"\t".repeat(index % 500)}- x`).join("\n") },
    { name: "hash signs", text: "#".repeat(300_000) },
    { name: "tags", text: "#a ".repeat(200_000) },
    { name: "angle brackets", text: "<a ".repeat(100_000) },
    { name: "links in links", text: "[a](".repeat(50_000) },
    { name: "a table", text: `|${"a|".repeat(5_000)}\n|${"-|".repeat(5_000)}\n${"|x\n".repeat(500)}` },
    { name: "references", text: Array.from({ length: 20_000 }, (_, index) => `[r${index}]: u${index}`).join("\n") },
  ];
  for (const { name, text } of hostile) {
    it(`is done in seconds with a text of ${name}`, () => {
      withinSeconds(name, () => featuresOf(text));
    });
  }
});
