import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { telegram } from "../../src/importers/messages/telegram/telegram.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const at = 1_609_453_800;
const message = (id: number, more: object) => ({ id, type: "message", date: "2020-12-31T23:30:00", date_unixtime: `${at + id}`, ...more });
const notice = (id: number, more: object) => message(id, { type: "service", ...more });
const ann = (...messages: readonly object[]) => ({ name: "Ann", type: "personal_chat", id: 77, messages });
const read = (exported: object) => checked(telegram, "ChatExport_2021-01-01/result.json", JSON.stringify(exported, null, 1));
const only = (...messages: readonly object[]) => contentsOf(read(ann(...messages)))[0];

const chat = ann(
  message(1, { from: "Ann", from_id: "user77", text: "happy new year" }),
  message(2, {
    from: "Me",
    text: ["see ", { type: "text_link", text: "this", href: "https://example.org/a" }, " and ", { type: "bold", text: "that" }],
    text_entities: [{ type: "plain", text: "see " }],
    reply_to_message_id: 1,
    edited: "2020-12-31T23:31:00",
    edited_unixtime: `${at + 60}`,
  }),
  notice(3, { actor: "Ann", actor_id: "user77", action: "phone_call", duration_seconds: 65, discard_reason: "hangup" }),
);

describe("a chat of Telegram", () => {
  it("gives its messages with their instants, whatever their text is made of", () => {
    const { drafts } = read(chat);
    assert.deepEqual(
      drafts.map(({ kind, observed_at, external_id, content }) => ({ kind, observed_at, external_id, content })),
      [
        {
          kind: "message",
          observed_at: (at + 1) * 1_000,
          external_id: "personal_chat/77/1",
          content: { chat: "Ann", from: "Ann", text: "happy new year" },
        },
        {
          kind: "message",
          observed_at: (at + 2) * 1_000,
          external_id: "personal_chat/77/2",
          content: { chat: "Ann", from: "Me", reply_to: 1, edited: true, links: ["https://example.org/a"], text: "see this and that" },
        },
        {
          kind: "call",
          observed_at: (at + 3) * 1_000,
          external_id: "personal_chat/77/3",
          content: { name: "Ann", direction: "incoming", duration_s: 65, ended: "hangup" },
        },
      ],
    );
    assert.equal(drafts[1]?.source.uri, "ChatExport_2021-01-01/result.json#/messages/1");
  });

  it("names what is attached, also where the file wasn't exported", () => {
    const content = { chat: "Ann", from: "Me", text: "" };
    assert.deepEqual(only(message(1, { from: "Me", text: "", photo: "photos/photo_1.jpg" })), {
      ...content,
      attachments: [{ type: "photo", name: "photo_1.jpg" }],
    });
    const missing = "(File not included. Change data exporting settings to download.)";
    assert.deepEqual(only(message(1, { from: "Me", text: "", file: missing, media_type: "sticker", sticker_emoji: "🐟" })), {
      ...content,
      attachments: [{ type: "sticker", emoji: "🐟" }],
    });
  });

  it("tells places, polls and contacts", () => {
    assert.deepEqual(
      only(message(1, { from: "Me", text: "", location_information: { latitude: 49.2, longitude: 16.6 }, place_name: "Brno" })),
      {
        chat: "Ann",
        from: "Me",
        location: { latitude: 49.2, longitude: 16.6 },
        place: "Brno",
        text: "",
      },
    );
    assert.deepEqual(
      only(message(1, { from: "Me", text: "", poll: { question: "When?", answers: [{ text: "now" }, { text: "then" }] } })),
      {
        chat: "Ann",
        from: "Me",
        poll: { question: "When?", answers: ["now", "then"] },
        text: "",
      },
    );
    assert.deepEqual(only(message(1, { text: "", contact_information: { first_name: "Bo", last_name: "", phone_number: "+1" } })), {
      chat: "Ann",
      contact: { name: "Bo", number: "+1" },
      text: "",
    });
  });

  it("marks Telegram's own notices", () => {
    assert.deepEqual(only(notice(1, { actor: "Ann", action: "create_group", title: "Trip", members: ["Ann", null, "Bo"] })), {
      chat: "Ann",
      from: "Ann",
      system: true,
      action: "create_group",
      title: "Trip",
      members: ["Ann", "Bo"],
      text: "",
    });
  });

  it("tells which calls were missed and which were made", () => {
    const call = (more: object) => only(notice(1, { action: "phone_call", ...more }));
    assert.deepEqual(call({ actor_id: "user77", discard_reason: "missed" }), {
      name: "Ann",
      direction: "missed",
      duration_s: 0,
      ended: "missed",
    });
    assert.deepEqual(call({ actor_id: "user5", discard_reason: "missed" }), {
      name: "Ann",
      direction: "outgoing",
      duration_s: 0,
      ended: "missed",
    });
  });

  it("of before exports told instants keeps the clock's reading, which is none", () => {
    const old = { id: 1, type: "message", date: "2018-12-31T23:30:00", from: "Ann", text: "x" };
    const { drafts } = read(ann(old));
    assert.equal(drafts[0]?.observed_at, undefined);
    assert.equal(drafts[0]?.content["sent"], "2018-12-31T23:30:00");
  });

  it("without names of its own for messages counts those that are alike", () => {
    const bare = { messages: [1, 2].map(() => ({ type: "message", date_unixtime: "5", from: "Ann", text: "x" })) };
    const ids = read(bare).drafts.map(({ external_id }) => external_id);
    assert.equal(ids[1], `${ids[0]}#2`);
  });
});

describe("an export of everything", () => {
  const everything = {
    about: "Here is the data you requested.",
    personal_information: { user_id: 5, first_name: "Me" },
    chats: {
      about: "…",
      list: [ann(message(1, { from: "Ann", text: "one" })), { type: "saved_messages", id: 5, messages: [message(1, { text: "two" })] }],
    },
    left_chats: {
      about: "…",
      list: [{ messages: [message(9, { from: "Cy", text: "three" })], name: "Trip", type: "private_group", id: 8 }],
    },
  };

  it("gives the messages of every chat", () => {
    assert.deepEqual(
      read(everything).drafts.map(({ external_id, content, source }) => [
        external_id,
        content["chat"],
        content["text"],
        source.uri.split("#")[1],
      ]),
      [
        ["personal_chat/77/1", "Ann", "one", "/chats/list/0/messages/0"],
        ["saved_messages/5/1", "Saved Messages", "two", "/chats/list/1/messages/0"],
        ["private_group/8/9", "Trip", "three", "/left_chats/list/0/messages/0"],
      ],
    );
  });

  it("names a message as an export of its chat alone does", () => {
    assert.equal(read(ann(message(1, { from: "Ann", text: "one" }))).drafts[0]?.external_id, read(everything).drafts[0]?.external_id);
  });
});

describe("a chat's damage", () => {
  it("costs what is damaged, and is told", () => {
    const { id: _, ...dateless } = message(2, { from: "Ann", text: "when?", date: null, date_unixtime: "x" });
    const imported = read(ann(message(1, { from: "Ann", text: "one" }), dateless, { type: "story" }, message(4, { from: "Ann", text: 7 })));
    assert.deepEqual(problemLines(imported), [
      "entry 2: its date can't be read: left out",
      "entry 3: neither a message nor a notice: left out",
    ]);
    assert.equal(imported.drafts.length, 3);
  });

  it("leaves what stands before the end of a file that was cut off", () => {
    const whole = JSON.stringify(chat, null, 1);
    const imported = checked(telegram, "result.json", whole.slice(0, whole.indexOf("see ")));
    assert.deepEqual(problemLines(imported), ["entry 2: the file ends within it: left out"]);
    assert.deepEqual(imported.drafts[0]?.content, { chat: "Ann", from: "Ann", text: "happy new year" });
  });

  it("is survived", () => {
    assertSurvivesDamage(telegram, "result.json", JSON.stringify(chat, null, 1), 64);
  });

  it("is survived also where it is made to take long", () => {
    const line = JSON.stringify(message(1, { from: "Ann", text: "x" }));
    checked(telegram, "result.json", `{"messages":[${`${line},`.repeat(50_000)}${line}]}`);
    assert.equal(checked(telegram, "result.json", `{"messages":[${"0,".repeat(5_000_000)}0]}`).problems.length, 1_001);
    assert.equal(checked(telegram, "result.json", `{"messages":[${"0,".repeat(2_000)}0]}`).problems.length, 1_001);
    checked(telegram, "result.json", `{"chats":{"list":[${'{"messages":[]},'.repeat(200_000)}{}]}}`);
    checked(telegram, "result.json", `{"messages":[{"type":"message","date":"x","text":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`);
  });
});

describe("a message", () => {
  it("loses what this node answered, and is left out when it says nothing else", () => {
    const own = markOwnWords("you live in Brno");
    const { drafts } = read(ann(message(1, { from: "Me", text: own }), message(2, { from: "Me", text: ["so: ", own] })));
    assert.deepEqual(
      drafts.map(({ content }) => content["text"]),
      ["so:"],
    );
  });
});

describe("recognition", () => {
  it("is by what the file holds", () => {
    for (const exported of [chat, { chats: { list: [] } }, { about: "", personal_information: {} }])
      assert.ok(telegram.recognises(sourceOf("", JSON.stringify(exported))));
    for (const other of ['{"messages": [{"sender_name": "x", "timestamp_ms": 1}]}', "[]", "text", '{"posts": []}'])
      assert.ok(!telegram.recognises(sourceOf("", other)), other);
  });
});
