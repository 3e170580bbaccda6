import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import ICAL from "ical.js";
import { parseContentLine } from "../../src/importers/icalendar/content-line.ts";
import { logicalLines } from "../../src/importers/icalendar/logical-lines.ts";
import { withinSeconds } from "./within-seconds.ts";

function lines(data: string | Uint8Array): [number, string][] {
  return Array.from(logicalLines(typeof data === "string" ? Buffer.from(data) : data), ({ line, text }) => [line, text]);
}

describe("logicalLines", () => {
  it("ends lines with CRLF, LF and CR, and counts each", () => {
    assert.deepEqual(lines("A:1\r\nB:2\nC:3\rD:4"), [
      [1, "A:1"],
      [2, "B:2"],
      [3, "C:3"],
      [4, "D:4"],
    ]);
  });

  it("joins folded lines, also across blank ones, under the number of the first", () => {
    assert.deepEqual(lines("SUMMARY:one\r\n  two\r\n\tthree\r\nB:1"), [
      [1, "SUMMARY:one twothree"],
      [4, "B:1"],
    ]);
    assert.deepEqual(lines("VERSION\n\n :2.0\nB:1"), [
      [1, "VERSION:2.0"],
      [4, "B:1"],
    ]);
  });

  it("joins a fold inside a character", () => {
    const whole = Buffer.from("SUMMARY:Kočka");
    const cut = whole.indexOf("č") + 1;
    const folded = Buffer.concat([whole.subarray(0, cut), Buffer.from("\r\n "), whole.subarray(cut)]);
    assert.deepEqual(lines(folded), [[1, "SUMMARY:Kočka"]]);
  });

  it("decodes every line alone: one latin-1 line leaves the UTF-8 ones right", () => {
    const mixed = Buffer.concat([Buffer.from("A:žluť\n"), Buffer.from([0x42, 0x3a, 0xe9, 0x0a]), Buffer.from("C:ů")]);
    assert.deepEqual(lines(mixed), [
      [1, "A:žluť"],
      [2, "B:é"],
      [3, "C:ů"],
    ]);
  });

  it("reads past a byte order mark, UTF-16, and blanks before the first line", () => {
    assert.deepEqual(lines("\ufeffA:1\nB:2"), [
      [1, "A:1"],
      [2, "B:2"],
    ]);
    assert.deepEqual(lines(Buffer.from("\ufeffA:ž\nB:2", "utf16le")), [
      [1, "A:ž"],
      [2, "B:2"],
    ]);
    assert.deepEqual(lines("\n     A:1"), [[2, "A:1"]]);
  });

  it("joins quoted-printable soft breaks, but not past the end of a component", () => {
    assert.deepEqual(lines("NOTE;ENCODING=QUOTED-PRINTABLE:one=\ntwo=\n three\nB:1"), [
      [1, "NOTE;ENCODING=QUOTED-PRINTABLE:onetwothree"],
      [4, "B:1"],
    ]);
    assert.deepEqual(lines("NOTE;QUOTED-PRINTABLE:cut=\nEND:VEVENT").length, 2);
    assert.deepEqual(lines("URL:https://a.example/?x=\nB:1").length, 2, "a plain value may end with an equals sign");
  });

  it("gives back what was folded anywhere", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.array(fc.nat(60)), (any, cuts) => {
        const text = `A:${any.replace(/[\r\n\0\ufeff]/g, "")}.`;
        const bytes = Buffer.from(text);
        const places = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length))].sort((a, b) => a - b);
        const pieces = [0, ...places].map((place, index) => bytes.subarray(place, places[index] ?? bytes.length));
        const folded = Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [Buffer.from("\r\n "), piece])));
        assert.deepEqual(lines(folded), [[1, text]]);
      }),
      { seed: 21 },
    );
  });
});

function parsed(text: string) {
  const line = parseContentLine(text, 1);
  return line && { name: line.name, value: line.value, parameters: Object.fromEntries(line.parameters) };
}

describe("parseContentLine", () => {
  it("reads name, parameters and value; names in any case", () => {
    assert.deepEqual(parsed('attendee;cn="Ada, Countess: of";Role=CHAIR:mailto:ada@example.org'), {
      name: "ATTENDEE",
      value: "mailto:ada@example.org",
      parameters: { CN: ["Ada, Countess: of"], ROLE: ["CHAIR"] },
    });
  });

  it("reads lists of quoted values, which ical.js 2.2.1 puts into the value", () => {
    assert.deepEqual(parsed('ATTENDEE;DELEGATED-TO="mailto:a@b.c","mailto:d:e","mailto:f":mailto:g'), {
      name: "ATTENDEE",
      value: "mailto:g",
      parameters: { "DELEGATED-TO": ["mailto:a@b.c", "mailto:d:e", "mailto:f"] },
    });
  });

  it("undoes RFC 6868 in parameters only", () => {
    assert.deepEqual(parsed("X-A;P=a^nb^^c^'d:^n"), { name: "X-A", value: "^n", parameters: { P: ['a\nb^c"d'] } });
  });

  it("takes bare words for parameters, drops a group, and bears quotes gone wrong", () => {
    assert.deepEqual(parsed("NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:x")?.parameters, { "QUOTED-PRINTABLE": [], CHARSET: ["UTF-8"] });
    assert.equal(parsed("item1.X-ABLABEL:x")?.name, "X-ABLABEL");
    assert.deepEqual(parsed('A;CN="Ada:mailto:x')?.parameters, { CN: ['"Ada'] });
    assert.deepEqual(parsed('A;CN="Ada" Byron:x')?.parameters, { CN: ["Ada Byron"] });
    assert.deepEqual(parsed("A;;B=1:x")?.parameters, { B: ["1"] });
  });

  it("has an empty value where there is nothing behind the colon", () => {
    assert.equal(parsed("DESCRIPTION:")?.value, "");
  });

  it("refuses what is no property", () => {
    const broken = ["", "no colon", "DESCRIPTION;no colon", "two words: x", ":x", ";A=1:x", "X=1", "&nbsp; text: x", 'A;B="x:y'];
    for (const text of broken.slice(0, -1)) assert.equal(parsed(text), null, text);
    assert.deepEqual(parsed(broken.at(-1) ?? "")?.parameters, { B: ['"x'] });
    for (const text of ["https://meet.example/1", "MAILTO:a@b.c", "tel:+1"])
      assert.equal(parsed(text), null, `${text} is a broken line of text`);
  });

  it("agrees with ical.js on what every program writes", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9 .@/_-]{1,12}$/).filter((text) => text.trim() === text);
    const quoted = fc.stringMatching(/^[A-Za-z0-9 ,;:.]{1,12}$/).map((text) => ({ written: `"${text.trim()}"`, read: text.trim() }));
    const value = fc.oneof(
      word.map((text) => ({ written: text, read: text })),
      quoted,
    );
    const parameters = fc.dictionary(fc.stringMatching(/^x-[a-z]{1,6}$/), value, { maxKeys: 4 });
    fc.assert(
      fc.property(parameters, fc.stringMatching(/^[ -~]{0,30}$/), (told, text) => {
        const head = Object.entries(told).map(([name, one]) => `;${name.toUpperCase()}=${one.written}`);
        const line = `X-TEST${head.join("")}:${text}`;
        const [name, theirs, , theirValue] = ICAL.parse.property(line) as unknown as [string, Record<string, string>, string, string];
        const ours = parsed(line);
        assert.equal(ours?.name, name.toUpperCase());
        assert.equal(ours?.value, theirValue);
        for (const [key, one] of Object.entries(told)) {
          assert.deepEqual(ours?.parameters[key.toUpperCase()], [one.read]);
          assert.equal(theirs[key], one.read);
        }
      }),
      { seed: 22, numRuns: 500 },
    );
  });

  it("never throws and never takes long", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(";", ":", ",", '"', "=", "^", "A", "-", " ", "é") }), (text) => {
        parseContentLine(`A${text}`, 1);
      }),
      { seed: 23, numRuns: 2_000 },
    );
    const hostile = `A${';B="'.repeat(50_000)}`;
    withinSeconds("the line", () => parseContentLine(hostile, 1));
  });
});
