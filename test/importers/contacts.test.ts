import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../src/core/ports.ts";
import { vcard } from "../../src/importers/contacts/vcard.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

function card(version: string, ...lines: readonly string[]): string {
  return ["BEGIN:VCARD", `VERSION:${version}`, ...lines, "END:VCARD", ""].join("\r\n");
}

function read(data: string | Uint8Array) {
  const imported = withinSeconds("the cards", () => importAll(vcard, sourceOf("address book.vcf", data)));
  assertRules(imported);
  return imported;
}

function only(data: string | Uint8Array): JsonObject {
  const { drafts, problems } = read(data);
  assert.deepEqual(problems, []);
  assert.equal(drafts.length, 1);
  return drafts[0]?.content ?? {};
}

describe("a vCard 3.0", () => {
  it("becomes a contact with everything that tells of a person", () => {
    const text = card(
      "3.0",
      "UID:u-1",
      "REV:2021-03-14T09:28:38Z",
      "FN:Dr. Anna M. Nováková",
      "N:Nováková;Anna;Marie,Eva;Dr.;",
      "NICKNAME:Anča,Andula",
      "EMAIL;TYPE=INTERNET,HOME:anna@example.org",
      "TEL;TYPE=CELL;TYPE=pref:+420 601 234 567",
      "ADR;TYPE=home:;;Dlouhá 5\\, 2. patro;Brno;;602 00;Czechia",
      "ORG:Ústav\\, v. v. i.;Lab",
      "TITLE:Researcher",
      "BDAY:1980-03-22",
      "NOTE:Met in Vienna\\nlikes tea\\; green",
      "CATEGORIES:friends,choir",
      "URL:http\\://anna.example.org",
    );
    const { drafts } = read(text);
    assert.deepEqual(drafts[0], {
      source: { adapter: "vcard", version: "1", uri: "address%20book.vcf#line=0,17", sha256: sourceOf("a", text).sha256 },
      external_id: "u-1",
      kind: "contact",
      observed_at: Date.UTC(2021, 2, 14, 9, 28, 38),
      content: {
        name: "Dr. Anna M. Nováková",
        given: "Anna",
        family: "Nováková",
        additional: "Marie Eva",
        nickname: "Anča, Andula",
        emails: [{ address: "anna@example.org", types: ["home"] }],
        phones: [{ number: "+420 601 234 567", types: ["cell", "pref"] }],
        addresses: [{ street: "Dlouhá 5, 2. patro", city: "Brno", postal_code: "602 00", country: "Czechia", types: ["home"] }],
        organization: "Ústav, v. v. i.",
        department: "Lab",
        title: "Researcher",
        birthday: "1980-03-22",
        note: "Met in Vienna\nlikes tea; green",
        categories: ["friends", "choir"],
        urls: ["http://anna.example.org"],
      },
    });
  });

  it("ties properties of a group together: Apple's labels, related names and dates", () => {
    const content = only(
      card(
        "3.0",
        "FN:Bo",
        "item1.EMAIL;type=INTERNET:bo@example.org",
        "item1.X-ABLabel:School",
        "ITEM2.X-ABRELATEDNAMES:Jen",
        "item2.X-ABLabel:_$!<Spouse>!$_",
        "item3.X-ABDATE:1999-05-01",
        "item3.X-ABLabel:_$!<Anniversary>!$_",
        "item4.X-ABDATE:2001-07-02",
        "item4.X-ABLabel:Graduation",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
      ),
    );
    assert.deepEqual(content, {
      name: "Bo",
      emails: [{ address: "bo@example.org", types: ["school"] }],
      birthday: "--02-29",
      anniversary: "1999-05-01",
      dates: [{ date: "2001-07-02", label: "Graduation" }],
      relations: [{ relation: "spouse", name: "Jen" }],
    });
  });

  it("names its agent, whose card is a value; one that is referred to has no name", () => {
    const content = only(card("3.0", "FN:Bo", "AGENT:BEGIN:VCARD\\nFN:Susan\\nTEL:1\\nEND:VCARD\\n", "AGENT;VALUE=uri:CID:part3@host"));
    assert.deepEqual(content["relations"], [{ relation: "agent", name: "Susan" }]);
  });

  it("reads the relations of Android, Evolution and Outlook", () => {
    const android = "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation";
    const content = only(
      card(
        "3.0",
        "FN:Bo",
        `${android};Eve;8;;;`,
        `${android};Al;0;step-brother;;`,
        "X-EVOLUTION-MANAGER:Big",
        "X-MS-CHILD:Cy",
        "X-SPOUSE:Jo",
      ),
    );
    assert.deepEqual(content["relations"], [
      { relation: "mother", name: "Eve" },
      { relation: "step-brother", name: "Al" },
      { relation: "manager", name: "Big" },
      { relation: "child", name: "Cy" },
      { relation: "spouse", name: "Jo" },
    ]);
  });
});

describe("a vCard 2.1", () => {
  it("has bare parameters, quoted-printable with soft breaks, and pictures whose lines end with an empty one", () => {
    const content = only(
      card(
        "2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dvo=C5=99=C3=A1k;Jan=3B Ji=C5=99=C3=AD",
        "TEL;WORK;VOICE:123",
        "TEL;CELL;PREF:456",
        "EMAIL;PREF;INTERNET:jan@example.org",
        "NOTE;QUOTED-PRINTABLE:first=0D=0Asecond=",
        "=2C same line",
        "PHOTO;JPEG;BASE64:",
        "    /9j/4AAQSkZJRgABAQEAYABg",
        "    AAD/2Q==",
        "",
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ",
        "SkZJRgABAQEAYABgAAD/2Q==",
        "BDAY:19800322",
      ),
    );
    assert.deepEqual(content, {
      name: "Jan; Jiří Dvořák",
      given: "Jan; Jiří",
      family: "Dvořák",
      emails: [{ address: "jan@example.org", types: ["pref"] }],
      phones: [
        { number: "123", types: ["work"] },
        { number: "456", types: ["cell", "pref"] },
      ],
      birthday: "1980-03-22",
      note: "first\nsecond, same line",
    });
  });

  it("is read in the charset it names, coded or bare", () => {
    const coded = only(card("2.1", "FN;CHARSET=KOI8-R;ENCODING=QUOTED-PRINTABLE:=F0=C5=D4=D2"));
    assert.equal(coded["name"], "Петр");
    const bare = Buffer.concat([
      Buffer.from("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=windows-1251:"),
      Buffer.from("cfe5f2f0", "hex"),
      Buffer.from("\nNOTE;CHARSET=no-such-set:caf\u00e9\nEND:VCARD\n", "latin1"),
    ]);
    assert.deepEqual(only(bare), { name: "Петр", note: "café" });
  });

  it("holds the card of its agent inside itself", () => {
    const agent = ["AGENT:", "BEGIN:VCARD", "VERSION:2.1", "N:Friday;Fred", "TEL;WORK:1", "END:VCARD"];
    assert.deepEqual(only(card("2.1", "FN:Bo", ...agent, "TITLE:Chief")), {
      name: "Bo",
      title: "Chief",
      relations: [{ relation: "agent", name: "Fred Friday" }],
    });
  });
});

describe("a vCard 4.0", () => {
  it("has addresses as URIs, dates without a year and typed relations", () => {
    const { drafts } = read(
      card(
        "4.0",
        "UID:urn:uuid:03a0e51f",
        "FN:Simon",
        "BDAY:--0203",
        "ANNIVERSARY:20090808T1430-0500",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-555-5555;ext=5555',
        "EMAIL:mailto:s@example.org",
        "RELATED;TYPE=friend;VALUE=text:Jo",
        "RELATED;TYPE=contact:urn:uuid:f81d",
        'ADR;LABEL="1 Main St^nTown":;;1 Main St;Town;;;',
        "REV:20210314T092838+0100",
      ),
    );
    assert.equal(drafts[0]?.external_id, "03a0e51f");
    assert.equal(drafts[0]?.observed_at, Date.UTC(2021, 2, 14, 8, 28, 38));
    assert.deepEqual(drafts[0]?.content, {
      name: "Simon",
      emails: [{ address: "s@example.org" }],
      phones: [{ number: "+1-555-555-5555;ext=5555", types: ["home", "pref"] }],
      addresses: [{ street: "1 Main St", city: "Town", label: "1 Main St\nTown" }],
      birthday: "--02-03",
      anniversary: "2009-08-08T14:30:00-05:00",
      relations: [
        { relation: "friend", name: "Jo" },
        { relation: "contact", name: "f81d" },
      ],
    });
  });

  it("may be a group of others", () => {
    const content = only(card("4.0", "KIND:group", "FN:The Does", "MEMBER:urn:uuid:a", "MEMBER:mailto:b@example.org"));
    assert.deepEqual(content, { name: "The Does", members: ["a", "mailto:b@example.org"], group: true });
  });
});

describe("the name of a contact", () => {
  const idOf = (text: string) => read(text).drafts[0]?.external_id;

  it("stays when anything but its name and first address changes, also without UID", () => {
    const before = idOf(card("3.0", "FN:Bo", "EMAIL:Bo@example.org", "NOTE:a", "REV:20200101"));
    assert.equal(idOf(card("4.0", "FN:bo", "EMAIL:bo@example.org", "EMAIL:x@example.org", "TEL:1")), before);
    assert.notEqual(idOf(card("3.0", "FN:Bo", "EMAIL:bob@example.org")), before);
    assert.equal(idOf(card("3.0", "FN:Bo", "TEL:+1 (2) 3")), idOf(card("3.0", "FN:Bo", "TEL:+123")));
  });

  it("is its own in a file: the same card twice is one, different ones of one name are two", () => {
    const { drafts } = read(card("3.0", "FN:Bo", "NOTE:a") + card("3.0", "FN:Bo", "NOTE:a") + card("3.0", "FN:Bo", "NOTE:b"));
    assert.deepEqual(
      drafts.map(({ content }) => content["note"]),
      ["a", "b"],
    );
    assert.match(drafts[1]?.external_id ?? "", /^sha256:[0-9a-f]{64}#[0-9a-f]{16}$/);
  });

  it("is taken from what a card has when nobody wrote one", () => {
    assert.equal(only(card("3.0", "N:Public;John;;;"))["name"], "John Public");
    assert.equal(only(card("3.0", "N:;;;;", "ORG:Bubba;"))["name"], "Bubba");
    assert.equal(only(card("3.0", "EMAIL:a@b.c"))["name"], "a@b.c");
    assert.equal(only(card("3.0", "TEL:tel:12"))["name"], "12");
  });
});

describe("what doesn't fit in cards", () => {
  it("is told with its line, and the rest is read", () => {
    const text = [
      "stray",
      card("3.0", "FN:A", "no property", "https://example.org/: broken", "NOTE:a").trimEnd(),
      "BEGIN:VCARD",
      "FN:cut",
      card("3.0", "FN:B").trimEnd(),
      card("3.0", "PHOTO;ENCODING=b:AAAA").trimEnd(),
      "END:VCARD",
      "BEGIN:VCALENDAR",
    ].join("\r\n");
    const imported = read(text);
    assert.deepEqual(
      imported.drafts.map(({ content }) => content["name"]),
      ["A", "B"],
    );
    assert.deepEqual(problemLines(imported), [
      "line 1: not a property: left out",
      "line 5: 2 lines that are no properties: left out",
      "line 9: the card has no END: left out",
      "line 19: END without its BEGIN",
      "line 20: BEGIN of something that is no card: left out",
      "line 15: the card doesn't say whose it is: left out",
    ]);
  });

  it("makes a file without any card say so", () => {
    assert.deepEqual(problemLines(read("")), ["holds no card"]);
  });

  it("never breaks the contract, however a file is damaged", () => {
    const original = Buffer.from(
      card("2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dvo=C5=99;Jan", "TEL;WORK:1", "AGENT:", "BEGIN:VCARD", "N:F;F", "END:VCARD") +
        card("3.0", "UID:1", "FN:Bo", "item1.EMAIL:a@b.c", "item1.X-ABLabel:_$!<X>!$_", "ADR;TYPE=a:;;1;2;3;4;5", "REV:20200101T000000Z") +
        card("4.0", "UID:1", "FN:Bo", "BDAY:--0102", "NOTE:a\\nb", "PHOTO;ENCODING=b:AAAA"),
    );
    fc.assert(
      fc.property(mutationsOf(original), (bytes) => {
        read(bytes);
      }),
      { seed: 61, numRuns: 300 },
    );
  });
});

describe("cards that were made to take long", () => {
  const hostile: readonly { readonly name: string; readonly text: string }[] = [
    { name: "100,000 begins", text: "BEGIN:VCARD\n".repeat(100_000) },
    { name: "100,000 agents inside one another", text: "BEGIN:VCARD\nAGENT:\n".repeat(100_000) },
    {
      name: "20,000 cards of one name",
      text: Array.from({ length: 20_000 }, (_, index) => card("3.0", "FN:Bo", `NOTE:${index}`)).join(""),
    },
    { name: "50,000 numbers in a card", text: card("3.0", "FN:Bo", ...Array.from({ length: 50_000 }, (_, index) => `TEL:${index}`)) },
    {
      name: "50,000 labels",
      text: card("3.0", "FN:Bo", ...Array.from({ length: 50_000 }, (_, i) => `i${i}.TEL:${i}\r\ni${i}.X-ABLABEL:l`)),
    },
    {
      name: "megabytes of signs",
      text: card("3.0", `FN:${";,\\".repeat(1_000_000)}`, `N:${";".repeat(2_000_000)}`, `NOTE:${"\\n".repeat(1_000_000)}`),
    },
    { name: "a megabyte of quoted-printable", text: card("2.1", `N;ENCODING=QUOTED-PRINTABLE:${"=41".repeat(300_000)}`) },
  ];
  for (const { name, text } of hostile) {
    it(`are survived: ${name}`, () => {
      read(text);
    });
  }
});

it("is recognised by what it holds, then by its name", () => {
  assert.ok(vcard.recognises(sourceOf("", "\ufeffBEGIN:VCARD\nFN:a\nEND:VCARD")));
  assert.ok(vcard.recognises(sourceOf("a.VCF", "")));
  assert.ok(!vcard.recognises(sourceOf("", "BEGIN:VCALENDAR")));
});
