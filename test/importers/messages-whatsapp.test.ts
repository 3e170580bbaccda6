import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { whatsapp } from "../../src/importers/messages/whatsapp/whatsapp.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const chatFile = "WhatsApp Chat with Ann.txt";
const read = (...lines: readonly string[]) => checked(whatsapp, chatFile, lines.join("\n"));
const only = (...lines: readonly string[]) => contentsOf(read(...lines))[0] as Record<string, unknown>;
const ids = (...lines: readonly string[]) => read(...lines).drafts.map(({ external_id }) => external_id);

const lrm = "\u200e";
const thin = "\u202f";

const ios = [
  `[31/12/2020, 9:05:10${thin}PM] Ann: ${lrm}Messages and calls are end-to-end encrypted.`,
  `[31/12/2020, 9:05:12${thin}PM] Ann: happy new year`,
  "all of you",
  `${lrm}[31/12/2020, 9:06:00${thin}PM] Bo: ${lrm}<attached: 00000012-PHOTO-2020-12-31-21-06-00.jpg>`,
  `[31/12/2020, 9:07:00${thin}PM] Bo: see you ${lrm}<This message was edited>`,
  `${lrm}[31/12/2020, 9:08:00${thin}PM] Bo: ${lrm}You deleted this message.`,
  "",
].join("\r\n");

describe("a chat of iOS", () => {
  it("is read with its brackets, invisible marks, thin blanks and seconds", () => {
    const chat = "Ann";
    assert.deepEqual(contentsOf(checked(whatsapp, "WhatsApp Chat - Ann/_chat.txt", ios)), [
      { chat, from: "Ann", system: true, text: "Messages and calls are end-to-end encrypted.", sent: "2020-12-31T21:05:10" },
      { chat, from: "Ann", text: "happy new year\nall of you", sent: "2020-12-31T21:05:12" },
      {
        chat,
        from: "Bo",
        text: "",
        attachments: [{ name: "00000012-PHOTO-2020-12-31-21-06-00.jpg" }],
        sent: "2020-12-31T21:06:00",
      },
      { chat, from: "Bo", text: "see you", edited: true, sent: "2020-12-31T21:07:00" },
      { chat, from: "Bo", text: "", deleted: true, sent: "2020-12-31T21:08:00" },
    ]);
  });

  it("names its media when they were left out", () => {
    const content = only(
      `[2020-12-31, 21:06:00] Bo: ${lrm}image omitted`,
      `[2020-12-31, 21:07:00] Bo: report.pdf • ${lrm}12 pages ${lrm}document omitted`,
    );
    assert.deepEqual(content["attachments"], [{ type: "image" }]);
  });

  it("of before there were brackets is read", () => {
    assert.equal(only("31/12/16, 22:30:15: Ann: hello")["sent"], "2016-12-31T22:30:15");
  });
});

describe("a chat of Android", () => {
  it("is read with its dash, several lines, notices and media", () => {
    const chat = "Ann";
    const lines = [
      '31.12.20, 22:30 - Bo created group "Trip: north"',
      "31.12.20, 22:31 - Ann: first",
      "",
      "12:30 - is when we start",
      "31.12.20, 22:32 - Bo: IMG-20201231-WA0001.jpg (file attached)",
      "look: a boat",
      "31.12.20, 22:33 - Ann: <Media omitted>",
      "31.12.20, 22:34 - Ann:.",
      "31.12.20, 22:35 - Bo joined using this group's invite link",
    ];
    assert.deepEqual(contentsOf(read(...lines)), [
      { chat, system: true, text: 'Bo created group "Trip: north"', sent: "2020-12-31T22:30" },
      { chat, from: "Ann", text: "first\n\n12:30 - is when we start", sent: "2020-12-31T22:31" },
      { chat, from: "Bo", text: "look: a boat", attachments: [{ name: "IMG-20201231-WA0001.jpg" }], sent: "2020-12-31T22:32" },
      { chat, from: "Ann", text: "", attachments: [{}], sent: "2020-12-31T22:33" },
      { chat, from: "Ann", text: ".", sent: "2020-12-31T22:34" },
      { chat, system: true, text: "Bo joined using this group's invite link", sent: "2020-12-31T22:35" },
    ]);
  });

  it("names the lines of each message", () => {
    const { drafts } = read("31.12.20, 22:31 - Ann: a", "b", "31.12.20, 22:32 - Bo: c");
    assert.deepEqual(
      drafts.map(({ source }) => source.uri.split("#")[1]),
      ["line=0,2", "line=2,3"],
    );
  });
});

describe("the time", () => {
  const times = [
    ["31/12/2020, 11:25 a. m. - Ann: x", "2020-12-31T11:25"],
    [`12/31/20, 12:05${thin}AM - Ann: x`, "2020-12-31T00:05"],
    ["31/12/20, 00:08 a. m. - Ann: x", "2020-12-31T00:08"],
    ["31/12/2020 à 22:30 - Ann: x", "2020-12-31T22:30"],
    ["31-12-2020 22:30 - Ann: x", "2020-12-31T22:30"],
    ["2020/12/31 下午10:30 - Ann: x", "2020-12-31T22:30"],
    ["2020. 12. 31. 오전 12:30 - Ann: x", "2020-12-31T00:30"],
    ["٣١/١٢/٢٠٢٠، ١٠:٣٠ م - Ann: x", "2020-12-31T22:30"],
    ["31/12/2563 22:30 - Ann: x", "2020-12-31T22:30"],
    ["[31.12.20, 22:30:15] Ann: x", "2020-12-31T22:30:15"],
  ] as const;
  for (const [line, sent] of times) {
    it(`is read as its phone wrote it: ${line.slice(0, 30)}`, () => {
      assert.equal(only(line)["sent"], sent);
    });
  }

  it("is no instant, for nobody knows the phone's zone", () => {
    assert.equal(read("31.12.20, 22:30 - Ann: x").drafts[0]?.observed_at, undefined);
  });

  it("that doesn't exist leaves its message out and says so", () => {
    const imported = read("31.12.20, 22:30 - Ann: x", "31.02.20, 22:30 - Ann: y", "more", "31.12.20, 25:30 - Ann: z");
    assert.deepEqual(problemLines(imported), [
      "line 2: no date and time: 31.02.20, 22:30: left out",
      "line 4: no date and time: 31.12.20, 25:30: left out",
    ]);
    assert.equal(imported.drafts.length, 1);
  });
});

describe("day and month", () => {
  const sentOf = (...dates: readonly string[]) => contentsOf(read(...dates.map((date) => `${date}, 10:00 - Ann: x`)));
  const first = (...dates: readonly string[]) => (sentOf(...dates)[0] as Record<string, unknown>)["sent"];

  it("are told apart by a number above 12 anywhere in the file", () => {
    assert.equal(first("05/06/2020", "13/06/2020"), "2020-06-05T10:00");
    assert.equal(first("05/06/2020", "05/13/2020"), "2020-05-06T10:00");
  });

  it("are told apart by the order in which messages were sent", () => {
    assert.equal(first("05/01/2020", "07/01/2020", "02/02/2020"), "2020-01-05T10:00");
    assert.equal(first("01/05/2020", "01/07/2020", "02/02/2020"), "2020-01-05T10:00");
  });

  it("are told apart by dots and hyphens", () => {
    assert.equal(first("05.06.2020"), "2020-06-05T10:00");
    assert.equal(first("05-06-2020"), "2020-06-05T10:00");
  });

  it("that can't be told apart are said to be so, where they differ", () => {
    assert.deepEqual(sentOf("05/06/2020", "06/06/2020"), [
      {
        chat: "Ann",
        from: "Ann",
        text: "x",
        sent: "05/06/2020, 10:00",
        sent_either: ["2020-05-06T10:00", "2020-06-05T10:00"],
        date_basis: "day and month undecided",
      },
      { chat: "Ann", from: "Ann", text: "x", sent: "2020-06-06T10:00" },
    ]);
  });

  it("that a longer export settles leave a message its name", () => {
    const [before] = ids("05/06/2020, 10:00 - Ann: x");
    assert.equal(ids("05/06/2020, 10:00 - Ann: x", "13/06/2020, 10:00 - Ann: y")[0], before);
    const [american] = ids("5/6/20, 10:00 AM - Ann: x");
    assert.equal(ids("5/6/20, 10:00 AM - Ann: x", "5/13/20, 10:00 AM - Ann: y")[0], american);
  });
});

describe("a message's name", () => {
  const lines = ["a: one", "b: two", "b: two", "b: three", "a: two"].map((said) => `31.12.20, 22:30 - ${said}`);

  it("is the same in every export of the chat, so that exports that overlap double nothing", () => {
    const all = ids(...lines);
    assert.equal(new Set(all).size, 5);
    assert.deepEqual(ids(...lines.slice(1)), all.slice(1));
    assert.deepEqual(ids(...lines.slice(0, 3)), all.slice(0, 3));
    const again = checked(whatsapp, "elsewhere/WhatsApp Chat with Ann (2).txt", lines.join("\n"));
    assert.deepEqual(
      again.drafts.map(({ external_id }) => external_id),
      all,
    );
  });

  it("doesn't depend on whether media were exported", () => {
    assert.deepEqual(
      ids("31.12.20, 22:30 - a: <Media omitted>", "cake"),
      ids("31.12.20, 22:30 - a: IMG-20201231-WA0001.jpg (file attached)", "cake"),
    );
  });

  it("belongs to its chat, which the file's or the folder's name tells in many languages", () => {
    const chatOf = (name: string, collection = "test") =>
      (contentsOf(checked(whatsapp, name, lines.join("\n"), collection))[0] as { chat: string }).chat;
    assert.equal(chatOf("Chat de WhatsApp con Ann.txt"), "Ann");
    assert.equal(chatOf("WhatsApp-chat met Ann.txt"), "Ann");
    assert.equal(chatOf("Discussion WhatsApp avec Ann & Bo.txt"), "Ann & Bo");
    assert.equal(chatOf("_chat.txt", "WhatsApp Chat - Ann"), "Ann");
    assert.equal(chatOf("group.txt"), "group");
  });
});

describe("a line", () => {
  it("with a date of another form is part of what somebody said, and that is told", () => {
    const imported = read("31.12.20, 22:30 - Ann: look what Bo wrote:", "[12/31/20, 10:30:15 PM] Bo: hi", "31.12.20, 22:31 - Cy: ha");
    assert.deepEqual(problemLines(imported), ["line 2: 1 lines begin with a date of another form: kept as text of the message above"]);
    assert.equal(imported.drafts.length, 2);
  });

  it("before the first message is left out, and that is told", () => {
    assert.deepEqual(problemLines(read("", "stray", "31.12.20, 22:30 - Ann: x")), ["line 2: 1 lines that belong to no message: left out"]);
  });
});

describe("a message", () => {
  it("loses what this node answered, and is left out when it says nothing else", () => {
    const own = markOwnWords("you live in Brno");
    assert.deepEqual(contentsOf(read(`31.12.20, 22:30 - Ann: ${own}`, `31.12.20, 22:31 - Ann: see: ${own}`)), [
      { chat: "Ann", from: "Ann", text: "see:", sent: "2020-12-31T22:31" },
    ]);
  });

  it("that is too long is cut, and says so", () => {
    const { drafts, problems } = read(`31.12.20, 22:30 - Ann: ${"long ".repeat(50_000)}`);
    assert.deepEqual(drafts[0]?.content["truncated"], ["text"]);
    assert.equal(problems.length, 1);
  });
});

describe("recognition", () => {
  it("is by what the file holds", () => {
    const text = "31.12.20, 22:30 - Ann: x\n31.12.20, 22:31 - Bo: y";
    assert.ok(whatsapp.recognises(sourceOf("", text)));
    assert.ok(whatsapp.recognises(sourceOf("", ios)));
    assert.ok(whatsapp.recognises(sourceOf("WhatsApp Chat with Ann.txt", "")));
    for (const other of ["", "text", "31.12.20, 22:30 - dinner\n31.12.20, 23:30 - tea", "# Note\n31.12.20, 22:30 - Ann: x"])
      assert.ok(!whatsapp.recognises(sourceOf("", other)), other);
  });
});

describe("a damaged chat", () => {
  it("is survived", () => {
    assertSurvivesDamage(whatsapp, chatFile, ios, 61);
  });

  const hostile = [
    ["100,000 messages", "31.12.20, 22:30 - Ann: x\n".repeat(100_000)],
    ["a megabyte of bullets", `31.12.20, 22:30 - Ann: ${"•".repeat(1_000_000)}`],
    ["a megabyte of blanks", `31.12.20, 22:30 - Ann: a${" ".repeat(1_000_000)}b`],
    ["a megabyte of digits", `${"1".repeat(1_000_000)}\n31.12.20, 22:30 - Ann: x`],
    ["a megabyte of marks that begin", `31.12.20, 22:30 - Ann: ${"⟦fablepool".repeat(100_000)}`],
    ["500,000 lines without end", `31.12.20, 22:30 - Ann: x${"\n[".repeat(500_000)}`],
  ] as const;
  for (const [name, text] of hostile) {
    it(`made to take long is survived: ${name}`, () => {
      checked(whatsapp, chatFile, text);
    });
  }
});
