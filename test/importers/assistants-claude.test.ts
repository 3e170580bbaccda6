import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { claude } from "../../src/importers/assistants/claude.ts";
import { isoInstant } from "../../src/importers/assistants/iso-instant.ts";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const created_at = "2025-01-02T01:00:00.123456Z";
const at = 1_735_779_600_123;
const message = (uuid: string, sender: string, text: string, more: object = {}) => ({
  uuid,
  text,
  content: [{ type: "text", text }],
  sender,
  created_at,
  updated_at: created_at,
  attachments: [],
  files: [],
  ...more,
});
const leak = {
  uuid: "c1",
  name: "A leak",
  created_at,
  updated_at: created_at,
  account: { uuid: "u1" },
  chat_messages: [message("a", "human", "water comes through"), message("b", "assistant", "Which wall?")],
};
const read = (...entries: readonly unknown[]) => checked(claude, "conversations.json", JSON.stringify(entries));
const turn = (...messages: readonly object[]) => contentsOf(read({ ...leak, chat_messages: messages }))[0] as Record<string, unknown>;

describe("a conversation with Claude", () => {
  it("gives what the person and the assistant said, each with its instant", () => {
    const common = { assistant: "Claude", conversation: "A leak" };
    assert.deepEqual(
      read(leak).drafts.map(({ kind, external_id, observed_at, content, source }) => [kind, external_id, observed_at, content, source.uri]),
      [
        ["chat_message", "c1/a", at, { ...common, role: "user", text: "water comes through" }, "conversations.json#/0/chat_messages/0"],
        [
          "chat_message",
          "c1/b",
          at,
          { ...common, role: "assistant", said_by: "assistant", text: "Which wall?" },
          "conversations.json#/0/chat_messages/1",
        ],
      ],
    );
  });

  it("is read by its blocks of text, without thoughts and tools; of old exports by its text", () => {
    const blocks = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "one" },
      { type: "tool_use", name: "search", input: {} },
      { type: "text", text: "two" },
    ];
    assert.equal(turn(message("a", "assistant", "one block isn't supported", { content: blocks }))["text"], "one\n\ntwo");
    assert.equal(turn(message("a", "human", "old", { content: undefined }))["text"], "old");
  });

  it("keeps a long text that was pasted beside what was said", () => {
    const attachments = [{ file_name: "paste.txt", file_type: "txt", file_size: 9, extracted_content: "dear diary" }];
    assert.deepEqual(turn(message("a", "human", "", { content: [], attachments, files: [{ file_name: "wall.jpg" }] })), {
      assistant: "Claude",
      conversation: "A leak",
      role: "user",
      text: "",
      attachments: [{ name: "paste.txt", type: "txt" }, { name: "wall.jpg" }],
      pasted: "dear diary",
    });
  });

  it("loses what this node answered, and a message is left out when it says nothing else", () => {
    const own = markOwnWords("the person lives in Brno");
    const attachments = [{ file_name: "paste.txt", extracted_content: own }];
    const messages = [
      message("a", "assistant", own),
      message("b", "human", "", { content: [], attachments }),
      message("c", "human", `so: ${own}`),
    ];
    assert.deepEqual(
      read({ ...leak, chat_messages: messages }).drafts.map(({ content }) => content["text"]),
      ["so:"],
    );
  });
});

describe("what Claude has noted", () => {
  it("is a memory for all conversations, and one for each project", () => {
    const memories = {
      conversations_memory: "**Work**\n\nA beekeeper.",
      project_memories: { p1: "Builds a boat." },
      account_uuid: "u1",
    };
    assert.deepEqual(
      checked(claude, "memories.json", JSON.stringify([memories])).drafts.map(({ kind, external_id, content }) => [
        kind,
        external_id,
        content,
      ]),
      [
        ["memory", "memory/u1/", { noted_by: "Claude", text: "**Work**\n\nA beekeeper." }],
        ["memory", "memory/u1/p1", { noted_by: "Claude", project_id: "p1", text: "Builds a boat." }],
      ],
    );
  });
});

describe("a project", () => {
  const project = {
    uuid: "p1",
    name: "Boat",
    description: "to sail",
    prompt_template: "I have two hands.",
    created_at,
    is_starter_project: false,
    docs: [{ uuid: "d1", filename: "plan.md", content: "Buy wood.", created_at }],
  };
  const expected = [
    ["chat_project", "project/p1", { assistant: "Claude", name: "Boat", description: "to sail", text: "I have two hands." }],
    ["chat_document", "document/p1/d1", { assistant: "Claude", project: "Boat", name: "plan.md", text: "Buy wood." }],
  ];

  it("gives what the person told Claude for it, and its documents, in a list or alone", () => {
    for (const exported of [[{ ...project, is_starter_project: true }, project], project]) {
      const { drafts } = checked(claude, "projects.json", JSON.stringify(exported));
      assert.deepEqual(
        drafts.map(({ kind, external_id, content }) => [kind, external_id, content]),
        expected,
      );
    }
  });
});

describe("a damaged export", () => {
  it("loses what is damaged, and says so", () => {
    const imported = read(
      leak,
      { a: 1 },
      { ...leak, uuid: "c2", chat_messages: [7, message("x", "nobody", "x"), message("a", "human", "y")] },
    );
    assert.deepEqual(problemLines(imported), ["entry 2: neither a conversation, a memory nor a project: left out"]);
    assert.equal(imported.drafts.length, 3);
  });

  it("is survived", () => {
    assertSurvivesDamage(claude, "conversations.json", JSON.stringify([leak, { ...leak, uuid: "c2" }], null, 1), 72);
  });
});

describe("isoInstant", () => {
  it("reads a time with its offset, and none without", () => {
    assert.equal(isoInstant("2025-01-02T03:00:00.123+02:00"), at);
    assert.equal(isoInstant("2025-01-02 01:00Z"), 1_735_779_600_000);
    assert.equal(isoInstant("2025-01-02T01:00:00.57Z"), 1_735_779_600_570);
    for (const none of [
      "2025-01-02T01:00:00",
      "2025-02-30T01:00:00Z",
      "2025-01-02T25:00:00Z",
      "2025-01-02T01:00:00+99:00",
      "soon",
      undefined,
    ])
      assert.equal(isoInstant(none), undefined, String(none));
  });
});

describe("recognition", () => {
  it("is by what the file holds", () => {
    for (const text of [JSON.stringify([leak]), '[{"conversations_memory": "x"}]', '{"uuid": "p", "prompt_template": ""}'])
      assert.ok(claude.recognises(sourceOf("", text)), text);
    for (const other of ["[]", '[{"mapping": {}}]', "text"]) assert.ok(!claude.recognises(sourceOf("", other)), other);
  });
});
