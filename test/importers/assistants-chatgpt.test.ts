import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chatgpt } from "../../src/importers/assistants/chatgpt/chatgpt.ts";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const start = 1_735_779_600.25;

interface Turn {
  readonly id: string;
  readonly parent?: string;
  readonly role?: string;
  readonly message?: object;
  readonly parts?: readonly unknown[];
}

/** A conversation whose nodes name their parents; the last is the current one. */
function conversation(turns: readonly Turn[], more: object = {}) {
  const nodes = turns.map(({ id, parent = "root", role = "user", parts = [id], message = {} }, index) => {
    const create_time = start + index;
    const content = { content_type: "text", parts };
    return [
      id,
      {
        id,
        parent,
        children: childrenOf(id, turns),
        message: { id, author: { role }, create_time, content, recipient: "all", ...message },
      },
    ];
  });
  const mapping = { root: { id: "root", message: null, parent: null, children: childrenOf("root", turns) }, ...Object.fromEntries(nodes) };
  return {
    title: "A leak",
    create_time: start,
    update_time: start,
    mapping,
    current_node: turns.at(-1)?.id,
    conversation_id: "c1",
    id: "c1",
    ...more,
  };
}

function childrenOf(id: string, turns: readonly Turn[]): string[] {
  return turns.filter(({ parent = "root" }) => parent === id).map((turn) => turn.id);
}

const read = (...conversations: readonly object[]) => checked(chatgpt, "conversations.json", JSON.stringify(conversations));
const texts = (...conversations: readonly object[]) => read(...conversations).drafts.map(({ content }) => content["text"]);

const leak = conversation([
  { id: "a", parts: ["water comes through the wall"] },
  { id: "b", parent: "a", role: "assistant", parts: ["Which wall?"] },
  { id: "c", parent: "b", parts: ["the balcony's"] },
]);

describe("a conversation with ChatGPT", () => {
  it("gives what the person and the assistant said, each with its instant", () => {
    const common = { assistant: "ChatGPT", conversation: "A leak" };
    assert.deepEqual(
      read(leak).drafts.map(({ kind, external_id, observed_at, content, source }) => [kind, external_id, observed_at, content, source.uri]),
      [
        [
          "chat_message",
          "c1/a",
          1_735_779_600_250,
          { ...common, role: "user", text: "water comes through the wall" },
          "conversations.json#/0/mapping/a",
        ],
        [
          "chat_message",
          "c1/b",
          1_735_779_601_250,
          { ...common, role: "assistant", said_by: "assistant", text: "Which wall?" },
          "conversations.json#/0/mapping/b",
        ],
        ["chat_message", "c1/c", 1_735_779_602_250, { ...common, role: "user", text: "the balcony's" }, "conversations.json#/0/mapping/c"],
      ],
    );
  });

  it("goes the way to the current node, without the branches of prompts that were written anew", () => {
    const turns = [{ id: "first" }, { id: "second" }, { id: "answer", parent: "second", role: "assistant" }];
    assert.deepEqual(texts(conversation(turns)), ["second", "answer"]);
    assert.deepEqual(texts(conversation(turns, { current_node: "first" })), ["first"]);
  });

  it("goes the way to the newest message when its current node isn't told or isn't there", () => {
    for (const current_node of [null, "gone"])
      assert.deepEqual(texts(conversation([{ id: "a" }, { id: "b" }, { id: "c", parent: "b" }], { current_node })), ["b", "c"]);
  });

  it("ends where its parents go in a circle", () => {
    assert.deepEqual(
      texts(
        conversation([
          { id: "a", parent: "b" },
          { id: "b", parent: "a" },
        ]),
      ),
      ["a", "b"],
    );
  });

  it("leaves out tools, thoughts, what was hidden and what is empty", () => {
    const quiet: readonly Turn[] = [
      { id: "system", role: "system" },
      { id: "tool", role: "tool" },
      { id: "search", role: "assistant", message: { recipient: "browser" } },
      { id: "thoughts", role: "assistant", message: { content: { content_type: "thoughts", thoughts: [{ content: "hm" }] } } },
      { id: "code", role: "assistant", message: { content: { content_type: "code", text: "search()" } } },
      { id: "hidden", message: { metadata: { is_visually_hidden_from_conversation: true } } },
      { id: "empty", parts: [""] },
      { id: "none", message: { content: null } },
    ];
    for (const turn of quiet) assert.deepEqual(texts(conversation([turn])), [], turn.id);
  });

  it("keeps what was said aloud, and names what was attached", () => {
    const image = { content_type: "image_asset_pointer", asset_pointer: "file-service://file-1" };
    const spoken = { content_type: "audio_transcription", text: "hello", direction: "in" };
    const turns = [
      { id: "a", parts: [spoken, "and"] },
      { id: "b", parent: "a", parts: [image], message: { metadata: { attachments: [{ name: "wall.jpg", mime_type: "image/jpeg" }] } } },
      { id: "c", parent: "b", parts: [image, "this"] },
    ];
    const told = contentsOf(read(conversation(turns))) as Record<string, unknown>[];
    assert.deepEqual(
      told.map(({ text, attachments }) => [text, attachments]),
      [
        ["hello\nand", undefined],
        ["", [{ name: "wall.jpg", type: "image/jpeg" }]],
        ["this", [{ type: "image_asset_pointer" }]],
      ],
    );
  });

  it("tells the custom instructions once, as the person wrote them", () => {
    const context = (profile: string, more: object = {}) => ({
      id: "i",
      message: { content: { content_type: "user_editable_context", user_profile: profile, user_instructions: "" }, metadata: more },
    });
    const wrapped = "The user provided the following information about themselves:\n```I am a beekeeper.\nIn Brno.```";
    const beside = {
      user_context_message_data: { about_user_message: "I am a beekeeper.\nIn Brno." },
      is_visually_hidden_from_conversation: true,
    };
    const { drafts } = read(conversation([context(wrapped)]), conversation([context("x", beside)], { conversation_id: "c2" }));
    assert.deepEqual(
      drafts.map(({ observed_at, content }) => [observed_at, content]),
      [[undefined, { assistant: "ChatGPT", part: "custom instructions", role: "user", text: "I am a beekeeper.\nIn Brno." }]],
    );
  });

  it("tells what the assistant has noted as a memory of its own", () => {
    const noted = { content_type: "model_editable_context", model_set_context: "1. [2025-01-01]. Lives in Brno." };
    const { drafts } = read(conversation([{ id: "m", role: "assistant", message: { content: noted } }]));
    assert.deepEqual([drafts[0]?.kind, drafts[0]?.content], ["memory", { noted_by: "ChatGPT", text: "1. [2025-01-01]. Lives in Brno." }]);
  });

  it("loses what this node answered, and a message is left out when it says nothing else", () => {
    const own = markOwnWords("the person lives in Brno");
    const turns = [
      { id: "a", role: "tool", parts: [own] },
      { id: "b", parent: "a", role: "assistant", parts: [own] },
      { id: "c", parent: "b", role: "assistant", parts: [`You live in Brno. ${own}`] },
    ];
    assert.deepEqual(texts(conversation(turns)), ["You live in Brno."]);
  });

  it("that is told twice in a file is told once", () => {
    assert.equal(read(leak, leak).drafts.length, 3);
    assert.equal(read(leak, { ...leak, title: "Another title" }).drafts.length, 6);
  });

  it("without a name is named by when it began", () => {
    const { id: _, conversation_id: __, ...nameless } = leak;
    assert.match(read(nameless).drafts[0]?.external_id ?? "", /^sha256:[0-9a-f]{32}\/a$/);
  });

  it("that is too long is cut, and says so", () => {
    const { drafts, problems } = read(conversation([{ id: "a", parts: ["long ".repeat(50_000)] }]));
    assert.deepEqual(drafts[0]?.content["truncated"], ["text"]);
    assert.equal(problems[0]?.position, "entry 1");
  });
});

describe("a damaged export", () => {
  it("loses only the conversation that is damaged", () => {
    const text = JSON.stringify(
      [leak, 7, leak, leak].map((one, index) => (typeof one === "number" ? one : { ...one, conversation_id: `c${index}` })),
    );
    const imported = checked(chatgpt, "conversations.json", text.replace('"conversation_id":"c2"', '"conversation_id":c2'));
    assert.deepEqual(problemLines(imported), ["entry 2: a conversation without messages: left out", "entry 3: not JSON: left out"]);
    assert.equal(imported.drafts.length, 6);
  });

  it("that was cut off gives the conversations before its end", () => {
    const text = JSON.stringify([leak, { ...leak, conversation_id: "c2" }]);
    const imported = checked(chatgpt, "conversations.json", text.slice(0, -40));
    assert.deepEqual(problemLines(imported), ["entry 2: the file ends within it: left out"]);
    assert.equal(imported.drafts.length, 3);
  });

  it("is survived", () => {
    assertSurvivesDamage(chatgpt, "conversations.json", JSON.stringify([leak, { ...leak, conversation_id: "c2" }], null, 1), 71);
  });

  it("is survived also where it is made to take long", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({ id: `n${index}`, parent: index === 0 ? "root" : `n${index - 1}` }));
    const mapping = Object.fromEntries(
      chain.map((node) => [node.id, { ...node, children: [], message: { author: { role: "user" }, content: { parts: ["x"] } } }]),
    );
    assert.equal(read({ title: "t", mapping, current_node: "n19999" }).drafts.length, 20_000);
    checked(chatgpt, "conversations.json", `[{"mapping":{"a":{"message":${"[".repeat(500_000)}${"]".repeat(500_000)}}}}]`);
  });
});

describe("recognition", () => {
  it("is by what the file holds", () => {
    assert.ok(chatgpt.recognises(sourceOf("", JSON.stringify([leak]))));
    assert.ok(chatgpt.recognises(sourceOf("export/conversations.json", "[]")));
    for (const other of ["[]", '[{"chat_messages": []}]', '{"mapping": {}}', "text"])
      assert.ok(!chatgpt.recognises(sourceOf("", other)), other);
    assert.ok(!chatgpt.recognises(sourceOf("conversations.json", '[{"uuid": "x", "chat_messages": []}]')));
  });
});
