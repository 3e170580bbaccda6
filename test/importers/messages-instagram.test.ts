import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instagram } from "../../src/importers/messages/instagram.ts";
import { unbroken } from "../../src/importers/messages/mojibake.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

/** As Meta's exports write text: each byte of its UTF-8 as a character. */
const broken = (text: string) => Buffer.from(text).toString("latin1");

const chat = {
  participants: [{ name: broken("Zoë") }, { name: "Bo" }],
  messages: [
    {
      sender_name: broken("Zoë"),
      timestamp_ms: 1_609_453_800_123,
      content: broken("šťastný 🎉"),
      reactions: [{ reaction: broken("❤"), actor: "Bo" }],
    },
    { sender_name: "Bo", timestamp_ms: 1_609_453_700_000, photos: [{ uri: "photos/1.jpg", creation_timestamp: 1 }] },
    {
      sender_name: "Bo",
      timestamp_ms: 1_609_453_600_000,
      share: { link: "https://example.org", share_text: broken("číst") },
      content: "look",
    },
    { sender_name: "Bo", timestamp_ms: 1_609_453_500_000, call_duration: 65 },
    { sender_name: "Bo", timestamp_ms: 1_609_453_400_000, is_unsent: true },
  ],
  title: broken("Zoë"),
  thread_path: "inbox/zoe_123",
};
const text = JSON.stringify(chat, null, 1);

describe("a chat of Instagram", () => {
  it("gives its messages with the characters that were meant", () => {
    assert.deepEqual(contentsOf(checked(instagram, "inbox/zoe_123/message_1.json", text)), [
      { chat: "Zoë", from: "Zoë", text: "šťastný 🎉", reactions: [{ from: "Bo", reaction: "❤" }] },
      { chat: "Zoë", from: "Bo", text: "", attachments: [{ type: "photo", name: "1.jpg" }] },
      { chat: "Zoë", from: "Bo", text: "look", link: "https://example.org", shared: "číst" },
      { name: "Zoë", from: "Bo", duration_s: 65 },
      { chat: "Zoë", from: "Bo", text: "", deleted: true },
    ]);
  });

  it("names its messages by the chat's place, the time and the words", () => {
    const { drafts } = checked(instagram, "message_1.json", text);
    assert.match(drafts[0]?.external_id ?? "", /^inbox\/zoe_123\/1609453800123\/Zoë\/[0-9a-f]{16}$/);
    assert.equal(drafts[0]?.observed_at, 1_609_453_800_123);
    assert.deepEqual(
      drafts.map(({ kind }) => kind),
      ["message", "message", "message", "call", "message"],
    );
  });

  it("is named after the people in it when it has no title", () => {
    const { title: _, ...untitled } = chat;
    assert.equal(checked(instagram, "message_1.json", JSON.stringify(untitled)).drafts[0]?.content["chat"], "Zoë, Bo");
  });

  it("leaves out what has no sender or time, and says so", () => {
    const imported = checked(
      instagram,
      "message_1.json",
      '{"messages":[{"sender_name":"Bo"},7,{"sender_name":"Bo","timestamp_ms":5,"content":"x"}]}',
    );
    assert.deepEqual(problemLines(imported), [
      "entry 1: no message with a sender and a time: left out",
      "entry 2: no message with a sender and a time: left out",
    ]);
    assert.equal(imported.drafts.length, 1);
  });

  it("that is damaged is survived", () => {
    assertSurvivesDamage(instagram, "message_1.json", text, 65);
  });
});

describe("unbroken", () => {
  it("mends what is bytes, and only that", () => {
    assert.equal(unbroken(broken("Žluťoučký 🐎")), "Žluťoučký 🐎");
    for (const right of ["plain", "café", "Žluťoučký", "ÿ", "é\u00ff", "5 €"]) assert.equal(unbroken(right), right);
  });
});

describe("recognition", () => {
  it("is by what the file holds", () => {
    assert.ok(instagram.recognises(sourceOf("", text)));
    for (const other of ['{"messages": [{"type": "message"}]}', "[]", "text"]) assert.ok(!instagram.recognises(sourceOf("", other)), other);
  });
});
