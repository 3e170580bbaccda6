import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../src/core/ports.ts";
import { mail } from "../../src/importers/mail/mail.ts";
import { mailDate } from "../../src/importers/mail/mail-date.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

function message(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n`;
}

function read(data: string | Uint8Array, name = "a.eml") {
  const imported = withinSeconds("the mail", () => importAll(mail, sourceOf(name, data)));
  assertRules(imported);
  return imported;
}

function only(data: string | Uint8Array): JsonObject {
  const { drafts, problems } = read(data);
  assert.deepEqual(problems, []);
  assert.equal(drafts.length, 1);
  return drafts[0]?.content ?? {};
}

/** A multipart of the subtype with these parts, each given as its lines. */
function multipart(type: string, boundary: string, ...parts: readonly (readonly string[])[]): string[] {
  const inside = parts.flatMap((part) => [`--${boundary}`, ...part]);
  return [`Content-Type: multipart/${type}; boundary="${boundary}"`, "", "for nobody", ...inside, `--${boundary}--`, "for nobody"];
}

describe("a message", () => {
  it("becomes an item that says who wrote what to whom, and when", () => {
    const text = message(
      "Return-Path: <bounce@example.org>",
      "From: =?utf-8?Q?Jos=C3=A9?= <jose@example.org>",
      'To: "Novák, Jan" <jan@example.org>, Team: eva@example.org, undisclosed-recipients:;',
      "Cc: lone@example.org",
      "Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFk?=",
      " =?utf-8?q?_this?=",
      "Date: Tue, 3 Jun 2008 11:05:30 -0700 (PDT)",
      "Message-ID: <1234@local.example>",
      "In-Reply-To: <0@local.example>",
      "List-Id: A list <dev.example.org>",
      "",
      "Hello",
      "",
      "Bye  ",
    );
    const { drafts } = read(text);
    assert.deepEqual(drafts[0], {
      source: { adapter: "mail", version: "1", uri: "a.eml", sha256: sourceOf("a", text).sha256 },
      external_id: "1234@local.example",
      kind: "mail",
      observed_at: Date.UTC(2008, 5, 3, 18, 5, 30),
      content: {
        from: { name: "José", address: "jose@example.org" },
        to: [{ name: "Novák, Jan", address: "jan@example.org" }, { address: "eva@example.org" }],
        cc: [{ address: "lone@example.org" }],
        subject: "If you can read this",
        date: "2008-06-03T11:05:30-07:00",
        text: "Hello\n\nBye",
        message_id: "1234@local.example",
        in_reply_to: "0@local.example",
        list_id: "dev.example.org",
      },
    });
  });

  it("has its plain text, else that of its HTML, and names what is attached", () => {
    const plain = [
      "Content-Type: text/plain; charset=iso-8859-2",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "P=F8=EDli=B9 =",
      "dlouh=FD",
    ];
    const html = ["Content-Type: text/html", "", "<p>Příliš <b>dlouhý</b><script>alert(1)</script>"];
    const image = ["Content-Type: image/png; name=a.png", "Content-ID: <1>", "Content-Transfer-Encoding: base64", "", "AAECAwQ="];
    const file = [
      "Content-Type: application/pdf",
      "Content-Disposition: attachment;",
      " filename*0*=utf-8''na%C3%AF;",
      ' filename*1="ve (1).pdf"',
      "",
      "%PDF",
    ];
    const related = multipart("related", "r", html, image);
    const content = only(message("From: a@b.c", ...multipart("mixed", "m", multipart("alternative", "a", plain, related), file)));
    assert.deepEqual(content, {
      from: { address: "a@b.c" },
      text: "Příliš dlouhý",
      attachments: [
        { name: "a.png", type: "image/png", size: 5 },
        { name: "naïve (1).pdf", type: "application/pdf", size: 4 },
      ],
    });
    const bare = only(message("From: a@b.c", ...multipart("alternative", "a", ["", " "], html)));
    assert.equal(bare["text"], "Příliš dlouhý");
  });

  it("tells of a message that it forwards, but not of the one that a report is about", () => {
    const inner = ["From: x@y.z", "Subject: =?utf-8?B?w6E=?=", "Date: Mon, 1 Jan 2001 00:00:00 +0000", "", "inner"];
    const forwarded = only(
      message("From: a@b.c", ...multipart("mixed", "m", ["", "see below"], ["Content-Type: message/rfc822", "", ...inner])),
    );
    assert.equal(forwarded["text"], "see below\n\nFrom: x@y.z\nDate: Mon, 1 Jan 2001 00:00:00 +0000\nSubject: á\n\ninner");
    assert.deepEqual(forwarded["attachments"], [{ name: "á", type: "message/rfc822", size: inner.join("\r\n").length }]);
    const report = only(
      message("From: a@b.c", ...multipart("report", "m", ["", "failed"], ["Content-Type: message/rfc822", "", ...inner])),
    );
    assert.equal(report["text"], "failed");
    const digest = only(message("From: a@b.c", ...multipart("digest", "m", ["", ...inner])));
    assert.match(String(digest["text"]), /inner$/);
  });

  it("is read in the charset it names; what names none is UTF-8, else windows-1252", () => {
    const body = (head: string, hex: string) =>
      only(Buffer.concat([Buffer.from(`From: a@b.c\n${head}\n\n`), Buffer.from(hex, "hex")]))["text"];
    assert.equal(body("Content-Type: text/plain; charset=koi8-r", "f0c5d4d2"), "Петр");
    assert.equal(body("Content-Type: text/plain; charset=us-ascii", "c3a9"), "é");
    assert.equal(body("X-A: b", "e9"), "é");
    assert.equal(body("Content-Type: text/plain; charset=none-such", "e9"), "é");
    const head = Buffer.from("From: a@b.c\nSubject: caf\u00e9\n\ntext", "latin1");
    assert.equal(only(head)["subject"], "café");
    const flowed = only(message("From: a@b.c", "Content-Type: text/plain; format=flowed", "", "one ", "two", " > three", "-- ", "me"));
    assert.equal(flowed["text"], "one two\n> three\n-- \nme");
  });

  it("without Message-ID is named by what it says", () => {
    const id = (text: string) => read(text).drafts[0]?.external_id ?? "";
    assert.match(id(message("From: a@b.c", "", "x")), /^sha256:[0-9a-f]{64}$/);
    assert.notEqual(id(message("From: a@b.c", "", "x")), id(message("From: a@b.c", "", "y")));
    assert.equal(id(message("From: a@b.c", "X-Spam: 1", "", "x")), id(message("From: a@b.c", "X-Spam: 2", "", "x")));
  });

  it("that is too long for one item is cut, and says so", () => {
    const imported = read(message("From: a@b.c", "Message-ID: <1>", "", "word ".repeat(20_000)));
    assert.deepEqual(imported.drafts[0]?.content["truncated"], ["text"]);
    assert.match(problemLines(imported)[0] ?? "", /^text is too long: its first \d+ of 99999 characters are kept$/);
  });
});

describe("the date of a message", () => {
  it("is read however it is written", () => {
    const cases: readonly (readonly [string, string | null])[] = [
      ["Mon, 2 May 2005 16:07:05 -0600", "2005-05-02T16:07:05-06:00"],
      ["Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00"],
      ["Wed, 20 Dec 95 19:59 CST", "1995-12-20T19:59:00-06:00"],
      ["Thu, 6 Jun 1996 15:50:39 +0400 (MOW DST)", "1996-06-06T15:50:39+04:00"],
      ["Tue, 22 Jan 2002 14:35:28 UT", "2002-01-22T14:35:28Z"],
      ["Fri, 23 Aug 2002 2:32:53 -0400", "2002-08-23T02:32:53-04:00"],
      ["May 8, 2005 1:17 PM", "2005-05-08T13:17:00"],
      ["Mon May  2 16:07:05 2005", "2005-05-02T16:07:05"],
      ["Mon, 01-Jan-01 12.00.00 GMT", "2001-01-01T12:00:00Z"],
      ["Tue, 12 Oct 2010 16:21:05 H0500", "2010-10-12T16:21:05"],
      ["Mon, 31 Feb 2005 16:07:05 -0600", null],
      ["<HR>", null],
      ["", null],
    ];
    for (const [written, text] of cases) assert.equal(mailDate(written)?.text ?? null, text, written);
    assert.equal(mailDate("Mon, 2 May 2005 16:07:05 -0600")?.at, Date.UTC(2005, 4, 2, 22, 7, 5));
    assert.equal(mailDate("May 8, 2005 1:17 PM")?.at, undefined);
  });

  it("gives way to the time of receipt where it can't be true", () => {
    const received = "Received: from x by y; Mon, 30 Jun 2008 15:33:50 +0600";
    const at = (date: string) => read(message(received, `Date: ${date}`, "From: a@b.c", "", "x")).drafts[0];
    assert.equal(at("Mon, 30 Jun 3609 15:33:50 +0600")?.observed_at, Date.UTC(2008, 5, 30, 9, 33, 50));
    assert.equal(at("Mon, 30 Jun 3609 15:33:50 +0600")?.content["date"], "3609-06-30T15:33:50+06:00");
    assert.equal(at("no date")?.content["date"], "no date");
    assert.equal(read(message("Date: Mon, 30 Jun 3609 15:33:50 +0600", "From: a@b.c", "", "x")).drafts[0]?.observed_at, undefined);
  });
});

describe("the text of HTML", () => {
  const text = (html: string) => only(message("From: a@b.c", "Content-Type: text/html; charset=utf-8", "", html))["text"];

  it("is what a reader sees, in lines", () => {
    const page =
      "<html><head><title>no</title><style>p{}</style></head><body><h1>Dear  Jan&nbsp;&amp;\nEva</h1><!-- <p>no --><p>one<br>two</p>" +
      "<ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr></table>&euro;&#228;&#x1F600;&unknown; a &lt; b<img alt='x>y'></body>";
    assert.equal(text(page), "Dear Jan & Eva\n\none\ntwo\n\n* a\n* b\n\n1 2\n\n€ä😀&unknown; a < b");
  });

  it("survives what is broken", () => {
    assert.equal(text("a < b <3 <b>c"), "a < b <3 c");
    assert.equal(text("<script>no end <p>kept"), "no end\n\nkept");
    assert.equal(text('<a title="open>text</a> more'), "text more");
    assert.equal(text("before<!-- open"), "before");
  });
});

describe("a mailbox file", () => {
  const start = "From jan@example.org Mon May  2 16:07:05 2005";

  it("holds messages with their lines; >From is restored", () => {
    const text = [
      start,
      ...["From: a@b.c", "Message-ID: <1@x>", "", ">From the start", ">>From twice", "From here on, a sentence", "", ""],
      "From 1844347792267117879@xxx Mon Jan 01 00:00:00 +0000 2018",
      ...["From: d@e.f", "Message-ID: <2@x>", "", "second", ""],
      "From - ",
      ...["From: g@h.i", "Message-ID: <3@x>", "", "third", ""],
    ].join("\n");
    const { drafts, problems } = read(text, "mbox");
    assert.deepEqual(problems, []);
    assert.deepEqual(
      drafts.map(({ external_id, source, content }) => [external_id, source.uri, content["text"]]),
      [
        ["1@x", "mbox#line=0,9", "From the start\n>From twice\nFrom here on, a sentence"],
        ["2@x", "mbox#line=9,15", "second"],
        ["3@x", "mbox#line=15,20", "third"],
      ],
    );
  });

  it("gives the same item as the message alone, and one twice only once", () => {
    const alone = read(message("From: a@b.c", "Message-ID: <1@x>", "", "x")).drafts[0];
    const one = `${start}\nFrom: a@b.c\nMessage-ID: <1@x>\n\nx\n\n`;
    const other = `${start}\nFrom: a@b.c\nMessage-ID: <1@x>\n\nother\n\n`;
    const { drafts } = read(one + one + other);
    assert.equal(drafts.length, 2);
    assert.deepEqual([drafts[0]?.external_id, drafts[0]?.content], [alone?.external_id, alone?.content]);
    assert.match(drafts[1]?.external_id ?? "", /^1@x#[0-9a-f]{16}$/);
  });

  it("keeps its other messages when one can't be read", () => {
    const imported = read(`${start}\n>From broken\n\n\n${start}\nFrom: a@b.c\n\nx\n`);
    assert.deepEqual(problemLines(imported), ["line 1: holds no mail: left out"]);
    assert.equal(imported.drafts.length, 1);
  });
});

describe("a damaged message", () => {
  const cut = ["From: a@b.c", "Content-Type: multipart/mixed; boundary=m", "", "--m", "", "first", "--m", "Content-Type: image/png", ""];

  it("says what is missing", () => {
    assert.deepEqual(problemLines(read(message(...cut, "half"))), ["its last part has no end: it may be cut short"]);
    assert.deepEqual(problemLines(read("no mail at all")), ["holds no mail: left out"]);
    const apart = read(message("From: a@b.c", "Content-Type: multipart/mixed; boundary=m", "", "--n", "text"));
    assert.deepEqual(problemLines(apart), ["its parts can't be told apart: they are kept as one text"]);
  });

  it("never breaks the contract, whatever the damage", () => {
    const original = [
      "From x@y Mon May  2 16:07:05 2005",
      "From: =?utf-8?Q?Jos=C3=A9?= <jose@example.org>",
      "Date: Tue, 3 Jun 2008 11:05:30 -0700",
      ...multipart(
        "mixed",
        "m",
        multipart(
          "alternative",
          "a",
          ["Content-Transfer-Encoding: quoted-printable", "", "=C3=A9=", "x"],
          ["Content-Type: text/html", "", "<p>a&amp;b"],
        ),
        ["Content-Type: message/rfc822", "", "Subject: inner", "", "text"],
        ["Content-Type: a/b; name*=utf-8''%41", "Content-Transfer-Encoding: base64", "", "AAEC"],
      ),
      "",
      "From x@y Mon May  2 16:07:05 2005",
      "Message-ID: <2>",
      "",
      ">From a",
    ].join("\n");
    fc.assert(
      fc.property(mutationsOf(Buffer.from(original)), (bytes) => {
        read(bytes);
      }),
      { seed: 62, numRuns: 300 },
    );
  });
});

describe("mail that was made to take long", () => {
  const nested = (depth: number) =>
    `${Array.from({ length: depth }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`).join("")}\ntext`;
  let matryoshka = "Subject: innermost\n\ntext\n";
  for (let level = 0; level < 60; level += 1) matryoshka = `Subject: ${level}\nContent-Type: message/rfc822\n\n${matryoshka}`;
  const hostile: readonly { readonly name: string; readonly text: string; readonly told?: RegExp }[] = [
    { name: "multiparts 10,000 deep", text: `From: a@b.c\n${nested(10_000)}`, told: /^parts stand more than 16 deep/m },
    { name: "messages 60 deep", text: matryoshka },
    {
      name: "300,000 parts",
      text: `From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n${"--b\n\n".repeat(300_000)}`,
      told: /^more than 1000 parts/m,
    },
    { name: "3,000,000 empty lines", text: `From: a@b.c\n\n${"\n".repeat(3_000_000)}` },
    { name: "a hundred thousand fields", text: `${"To: a@b.c\n".repeat(100_000)}\nx` },
    { name: "a field of megabytes", text: `To: ${"a@b.c, ".repeat(300_000)}\nSubject: ${"=?utf-8?q?=41?= ".repeat(100_000)}\n\nx` },
    {
      name: "brackets and quotes",
      text: `To: ${'(<"'.repeat(100_000)}\nContent-Type: a/b; ${'n="\\'.repeat(100_000)}\nDate: ${"( ".repeat(100_000)}\n\nx`,
    },
    { name: "megabytes of open tags", text: `From: a@b.c\nContent-Type: text/html\n\n${"<script><!-<a b='<p style=\"".repeat(200_000)}` },
    { name: "entities", text: `From: a@b.c\nContent-Type: text/html\n\n${"&#&amp".repeat(500_000)}` },
    { name: "base64 of paddings", text: `From: a@b.c\nContent-Transfer-Encoding: base64\n\n${"QQ==\n".repeat(500_000)}` },
    { name: "quoted-printable of signs", text: `From: a@b.c\nContent-Transfer-Encoding: quoted-printable\n\n${"= ".repeat(1_000_000)}` },
    { name: "20,000 messages", text: "From - \nFrom: a@b.c\nMessage-ID: <1>\n\nx\n\n".repeat(20_000) },
    {
      name: "half a million lines that begin with From",
      text: `From - \nFrom: a@b.c\n\n${"From - \n".repeat(250_000)}${">From x\n".repeat(250_000)}`,
    },
  ];
  for (const { name, text, told } of hostile) {
    it(`is survived: ${name}`, () => {
      const imported = read(text);
      if (told !== undefined) assert.match(problemLines(imported).join("\n"), told);
    });
  }
});

it("is recognised by what it holds, then by its name; Outlook's own files aren't", () => {
  assert.ok(mail.recognises(sourceOf("", "Received: from a by b\nFrom: a@b.c\n\nx")));
  assert.ok(mail.recognises(sourceOf("", "From a@b.c Mon May  2 16:07:05 2005\nSubject: x\n\n")));
  assert.ok(mail.recognises(sourceOf("a.eml", "Subject: x\n\n")));
  assert.ok(!mail.recognises(sourceOf("a.msg", Buffer.from("d0cf11e0a1b11ae1000000", "hex"))));
  for (const note of [
    "From: me\nDate: today\n\nx",
    "From here on\nSubject: x",
    "# Note\n\nReceived: 1\nFrom: 2",
    "Title: x\nDate: 2020-01-01\n\n",
  ]) {
    assert.ok(!mail.recognises(sourceOf("", note)), note);
  }
});
