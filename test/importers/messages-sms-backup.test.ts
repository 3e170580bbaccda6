import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { smsBackup } from "../../src/importers/messages/sms-backup/sms-backup.ts";
import { xmlText } from "../../src/importers/messages/sms-backup/xml-text.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const date = 1_748_839_500_000;
const declaration = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>";
const smses = (...elements: readonly string[]) => [declaration, "<smses>", ...elements, "</smses>"].join("\n");
const calls = (...elements: readonly string[]) => [declaration, "<calls>", ...elements, "</calls>"].join("\n");
const sms = (body: string, more = 'type="1" contact_name="Ann"') =>
  `  <sms protocol="0" address="+420123" date="${date}" subject="null" body="${body}" read="1" ${more} />`;
const read = (xml: string | Uint8Array) => checked(smsBackup, "sms.xml", xml);
const only = (...elements: readonly string[]) => contentsOf(read(smses(...elements)))[0];

const picture = Buffer.alloc(3_000, 7).toString("base64");
const mms = `  <mms date="${date}" msg_box="1" address="+420123~+420456" sub="null" contact_name="Ann, Bo" m_id="x">
    <parts>
      <part seq="-1" ct="application/smil" text='&lt;smil/&gt;' />
      <part seq="0" ct="image/jpeg" cl="a.jpg" data="${picture}" />
      <part seq="0" ct="text/plain" text="look &amp; see" />
    </parts>
    <addrs><addr address="+420456" type="137" charset="106" /><addr address="+420999" type="151" charset="106" /></addrs>
  </mms>`;

const backup = smses(
  `<!--File Created By SMS Backup & Restore-->`,
  sms("happy &#55356;&#57225; &#10;new year"),
  sms("to you", 'type="2" contact_name="(Unknown)"'),
  mms,
);

describe("text messages of SMS Backup & Restore", () => {
  it("say who wrote to whom, when and what", () => {
    const { drafts, problems } = read(backup);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      drafts.map(({ kind, observed_at, content }) => [kind, observed_at, content]),
      [
        ["message", date, { chat: "Ann", number: "+420123", name: "Ann", direction: "incoming", from: "Ann", text: "happy 🎉 \nnew year" }],
        ["message", date, { chat: "+420123", number: "+420123", direction: "outgoing", to: "+420123", text: "to you" }],
        [
          "message",
          date,
          {
            chat: "Ann, Bo",
            numbers: ["+420123", "+420456"],
            name: "Ann, Bo",
            direction: "incoming",
            from: "+420456",
            text: "look & see",
            attachments: [{ type: "image/jpeg", name: "a.jpg", bytes: 3_000 }],
          },
        ],
      ],
    );
  });

  it("are named by time, number, direction and words, and by the lines they stand on", () => {
    const { drafts } = read(backup);
    assert.match(drafts[0]?.external_id ?? "", /^sms\/1748839500000\/\+420123\/1\/[0-9a-f]{16}$/);
    assert.deepEqual(
      drafts.map(({ source }) => source.uri.split("#")[1]),
      ["line=3,4", "line=4,5", "line=5,13"],
    );
  });

  it("that stand twice in a backup are one, and others of the moment are others", () => {
    assert.equal(read(smses(sms("a"), sms("a"), sms("b"), sms("a", 'type="2"'))).drafts.length, 3);
  });

  it("keep the name that they have in every backup", () => {
    const ids = (...bodies: readonly string[]) =>
      read(smses(...bodies.map((body) => sms(body)))).drafts.map(({ external_id }) => external_id);
    assert.deepEqual(ids("b", "a").toSorted(), ids("a", "b").toSorted());
  });

  it("have no instant where the backup has none, and one where it has seconds", () => {
    assert.equal(read(smses(sms("a").replace(`${date}`, "0"))).drafts[0]?.observed_at, undefined);
    assert.equal(read(smses(sms("a").replace(`${date}`, `${date / 1_000}`))).drafts[0]?.observed_at, date);
  });

  it("may be drafts, and may come from a hidden number", () => {
    assert.deepEqual(only(sms("a", 'type="3"').replace("+420123", "-1")), { direction: "draft", text: "a" });
  });

  it("lose what this node answered, and are left out when they say nothing else", () => {
    const own = markOwnWords("you live in Brno").replaceAll("\n", "&#10;");
    assert.deepEqual(
      read(smses(sms(own), sms(`so: ${own}`))).drafts.map(({ content }) => content["text"]),
      ["so:"],
    );
  });
});

describe("calls of SMS Backup & Restore", () => {
  it("say with whom, in which direction and how long", () => {
    const call = (type: number, more = "") =>
      `<call number="+420123" duration="65" date="${date}" type="${type}" contact_name="Ann"${more} />`;
    const { drafts } = checked(smsBackup, "calls.xml", calls(...[1, 2, 3, 4, 5, 6, 9].map((type) => call(type))));
    assert.deepEqual(drafts[0]?.content, { number: "+420123", name: "Ann", direction: "incoming", duration_s: 65 });
    assert.deepEqual(drafts[0]?.observed_at, date);
    assert.deepEqual(
      drafts.map(({ kind, content }) => [kind, content["direction"]]),
      ["incoming", "outgoing", "missed", "voicemail", "rejected", "blocked", undefined].map((direction) => ["call", direction]),
    );
  });
});

describe("broken references", () => {
  it("are mended wherever the file is cut into pieces", () => {
    const pad = fc.string({ unit: fc.constantFrom("a", "é", "\n"), minLength: 0, maxLength: 30 });
    fc.assert(
      fc.property(pad, fc.nat(60), fc.constantFrom("&#55357;&#56832;", "&#xD83D;&#xDE00;", "&amp;", "😀"), (before, at, reference) => {
        const text = "a".repeat(65_536 - at) + before + reference.repeat(4);
        const mended = reference.startsWith("&#") ? "😀" : reference;
        assert.equal([...xmlText(Buffer.from(text))].join(""), "a".repeat(65_536 - at) + before + mended.repeat(4));
      }),
      { seed: 66, numRuns: 300 },
    );
  });

  it("of half a character, or of none, become the replacement character", () => {
    assert.equal(
      [...xmlText(Buffer.from("&#55357; &#56832;&#0;&#8;&#10;&#38;\u0001"))].join(""),
      "\ufffd \ufffd\ufffd\ufffd&#10;&#38;\ufffd",
    );
  });

  it("leave an encoding that the file declares, and UTF-16, readable", () => {
    const latin = Buffer.from(smses(sms("caf\xe9")).replace("UTF-8", "iso-8859-1"), "latin1");
    assert.equal(read(latin).drafts[0]?.content["text"], "café");
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(smses(sms("café")), "utf16le")]);
    assert.equal(read(utf16).drafts[0]?.content["text"], "café");
  });
});

describe("a damaged backup", () => {
  it("loses only what is damaged, and says so", () => {
    const imported = read(
      smses(sms("a"), sms("b < c"), sms("d").replace(`date="${date}"`, 'date="soon"'), sms("e"), "stray", sms("f & g")),
    );
    assert.deepEqual(problemLines(imported), [
      "line 4: sms can't be read: disallowed character.: left out",
      "line 5: sms has a date that can't be read: left out",
    ]);
    assert.deepEqual(
      imported.drafts.map(({ content }) => content["text"]),
      ["a", "e", "f & g"],
    );
  });

  it("that was cut off yields only whole items, as they were, and says that it was cut", () => {
    const whole = read(backup).drafts.map(({ content }) => content);
    const bytes = Buffer.from(backup.replace(picture, ""));
    for (let length = 0; length < bytes.length - 1; length += 3) {
      const { drafts, problems } = read(bytes.subarray(0, length));
      assert.ok(problems.length > 0, `cut at ${length}`);
      for (const { content } of drafts)
        assert.ok(
          whole.some((one) => one["text"] === content["text"] && one["from"] === content["from"]),
          `cut at ${length}`,
        );
    }
  });

  it("is survived", () => {
    assertSurvivesDamage(smsBackup, "sms.xml", backup.replace(picture, picture.slice(0, 1_200)), 67);
  });

  const hostile = [
    ["pictures of 60 megabytes", smses(...Array.from({ length: 20 }, () => mms.replace(picture, "A".repeat(3_000_000))))],
    ["50,000 messages", smses(...Array.from({ length: 50_000 }, (_, index) => sms(`${index}`)))],
    ["a megabyte of open elements", "<a>".repeat(350_000)],
    ["a megabyte of open messages", `<smses>${"<sms ".repeat(200_000)}`],
    ["a megabyte of references", smses(sms("&#55357;".repeat(120_000)))],
    ["a megabyte of attributes", `<smses><sms ${Array.from({ length: 100_000 }, (_, index) => `a${index}="1"`).join(" ")}/></smses>`],
    ["a megabyte of ampersands", smses(sms("&".repeat(1_000_000)))],
    ["two megabytes of nothing like XML", `<smses>${"<<>>&&".repeat(350_000)}`],
    ["a value without end", `<smses><sms body="${"a".repeat(5_000_000)}`],
    ["a megabyte of data marks", `<smses>${' data="'.repeat(150_000)}`],
    [
      "entities that grow",
      `<!DOCTYPE a [<!ENTITY b "${"c".repeat(1_000)}"><!ENTITY d "${"&b;".repeat(1_000)}">]><smses><sms body="&d;"/></smses>`,
    ],
  ] as const;
  for (const [name, text] of hostile) {
    it(`made to take long is survived: ${name}`, () => {
      read(text);
    });
  }
});

describe("recognition", () => {
  it("is by the root element", () => {
    for (const text of [backup, calls(), "<smses/>", '<?xml version="1.0"?><!-- a --><?b c?><smses count="1">'])
      assert.ok(smsBackup.recognises(sourceOf("", text)), text.slice(0, 40));
    assert.ok(smsBackup.recognises(sourceOf("backup/sms-20250101.xml", "")));
    for (const other of ["", "text", "<gpx>", "<!-- <smses> -->", `${"<!---->".repeat(500)}x`])
      assert.ok(!smsBackup.recognises(sourceOf("", other)));
  });
});
