import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { blankOwnWords, markOwnWords, ownWordsMark, withoutOwnWords } from "../../src/importers/assistants/own-words.ts";
import { importerFor } from "../../src/importers/index.ts";
import { markdown } from "../../src/importers/markdown/markdown.ts";
import { calendarText, eventLines } from "./calendar-text.ts";
import { importAll, importAllInTime, sourceOf } from "./import-all.ts";

const text = fc.oneof(fc.string(), fc.constantFrom("⟦fablepool⟧", "⟦/fablepool⟧", "⟦ FablePool ⟧", "⟦fable⟦fablepool⟧pool⟧", "a\nb"));
const unmarked = fc.string().filter((any) => !any.includes("⟦"));

describe("what this node answered to an assistant", () => {
  it("is gone from any text that quotes it whole, whatever it says itself", () => {
    fc.assert(
      fc.property(unmarked, fc.array(text, { maxLength: 5 }), unmarked, (before, said, after) => {
        assert.equal(withoutOwnWords(`${before}${markOwnWords(said.join(""))}${after}`), (before + after).trim());
      }),
      { seed: 62, numRuns: 300 },
    );
  });

  it("is gone to the end of the text when its end was cut off", () => {
    assert.equal(withoutOwnWords(`I asked: ${markOwnWords("you live in Brno").slice(0, -5)}`), "I asked:");
  });

  it("is known again when an assistant writes the marks with other case or blanks", () => {
    assert.equal(withoutOwnWords("a ⟦ FablePool ⟧ b ⟦ / fablepool⟧ c"), "a  c");
  });

  it("leaves nothing of a text that is nothing else, and leaves every other text as it is", () => {
    assert.equal(withoutOwnWords(` ${markOwnWords("x")}\n`), "");
    assert.equal(withoutOwnWords(" ⟦x⟧ and fablepool "), " ⟦x⟧ and fablepool ");
  });

  it("stands between visible marks that a change of normal form doesn't change", () => {
    for (const mark of Object.values(ownWordsMark)) {
      for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) assert.equal(mark.normalize(form), mark);
      assert.doesNotMatch(mark, /[\p{C}\p{Z}]/u);
    }
  });

  it("comes back through no format: not a note, an appointment, a card, a mail, a message or a conversation", async () => {
    const secret = "you live in Brno";
    const said = markOwnWords(secret);
    const folded = said.replaceAll("\n", "\\n");
    const files = [
      ["note.md", `# Kept\n\n${said}\n\nKept, too.\n`],
      ["field.md", `---\nsummary: "${folded}"\n---\nKept\n`],
      ["a.ics", calendarText(...eventLines("UID:1", "DTSTART:20250101T100000Z", "SUMMARY:Kept", `DESCRIPTION:${folded}`))],
      ["a.vcf", `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kept Kept\r\nNOTE:${folded}\r\nEND:VCARD\r\n`],
      [
        "a.eml",
        `From: Kept <k@example.org>\r\nDate: Wed, 1 Jan 2025 10:00:00 +0000\r\nMessage-ID: <1@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n> ${said.replaceAll("\n", "\r\n> ")}\r\n`,
      ],
      ["chat.txt", `[01.01.25, 10:00:00] Kept: ${said}\r\n[01.01.25, 10:01:00] Kept: Kept\r\n`],
      ["memory.jsonl", `${JSON.stringify({ type: "entity", name: "Kept", entityType: "person", observations: [said, "Kept"] })}\n`],
    ] as const;
    for (const [name, text] of files) {
      const file = sourceOf(name, text);
      const importer = importerFor(file);
      assert.ok(importer, name);
      const told = JSON.stringify((await importAllInTime(importer, file)).drafts);
      assert.ok(told.includes("Kept"), `${name} is read: ${told}`);
      assert.ok(!told.includes("Brno") && !told.includes("⟦"), `${name}: ${told}`);
    }
  });

  it("is gone from every part of a long note, and lines stay where they are", () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `Answer ${at}: you live in Brno, and this line is long enough to need parts.`);
    const { drafts } = importAll(markdown, sourceOf("long.md", `Before\n\n${markOwnWords(lines.join("\n"))}\n\nAfter\n`));
    assert.ok(!JSON.stringify(drafts).includes("Brno"));
    assert.equal(blankOwnWords(`a\n${markOwnWords("b\nc")}\r\nd`), "a\n\n\n\n\r\nd");
  });
});
