import { hash } from "node:crypto";
import type { Json, JsonObject } from "../../../core/ports.ts";
import { fitDraft } from "../../fit-draft.ts";
import type { Importer, ImportItem, SourceFile } from "../../importer.ts";
import { fewProblems } from "../../messages/few-problems.ts";
import { ItemNames, wordsHash } from "../../messages/item-names.ts";
import { numberOf, objectOf, textOf, withValues } from "../../messages/json-fields.ts";
import { placeInJson, positionInJson, problemInJson } from "../../messages/json-place.ts";
import { jsonShape } from "../../messages/json-shape.ts";
import { type JsonPath, jsonEntries } from "../../messages/json-slices.ts";
import { withoutOwnWords } from "../own-words.ts";
import { type ChatPart, readMessage } from "./message.ts";
import { pathOf } from "./path.ts";

/**
 * ChatGPT's `conversations.json`: an item for each thing that the person or the assistant said, along the conversation as it stands.
 * What the assistant said has `said_by`, so that nothing is concluded about the person from it alone.
 */
export const chatgpt: Importer = { name: "chatgpt", version: "1", title: "ChatGPT conversations", recognises, read };

const assistant = "ChatGPT";

function recognises({ bytes, name }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  return shape.has("*/mapping") || (shape.size <= 1 && /(?:^|\/)conversations(?:-\d+)?\.json$/.test(name));
}

function read(file: SourceFile): Iterable<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const names = new ItemNames();
  for (const { path, value, reason } of jsonEntries(file.bytes, ({ length }) => (length === 0 ? "enter" : "take"))) {
    if (reason !== undefined) yield { problem: problemInJson(path, reason) };
    else yield* conversationOf(objectOf(value), path, file, names);
  }
}

function* conversationOf(conversation: JsonObject, at: JsonPath, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  if (Object.keys(objectOf(conversation["mapping"])).length === 0) {
    yield { problem: problemInJson(at, "a conversation without messages: left out") };
    return;
  }
  const title = textOf(conversation["title"]);
  const id = textOf(conversation["conversation_id"]) ?? textOf(conversation["id"]) ?? nameless(conversation, title);
  for (const node of pathOf(conversation)) {
    const said = readMessage(node.message);
    if (said === null) continue;
    const item = itemOf(said, { id, title, node: node.id });
    const name = item === null ? undefined : names.told(item.content, ...item.name);
    if (item === null || name === undefined) continue;
    const seconds = said.part === "turn" ? numberOf(node.message["create_time"]) : undefined;
    const path = [...at, "mapping", node.id];
    yield* fitDraft(
      {
        source: { adapter: chatgpt.name, version: chatgpt.version, uri: placeInJson(file.name, path), sha256: file.sha256 },
        external_id: name,
        kind: item.kind,
        ...instant(seconds),
        content: item.content,
      },
      positionInJson(path),
    );
  }
}

interface Item {
  readonly kind: string;
  readonly content: Record<string, Json>;
  readonly name: readonly string[];
}

/** Null when nothing is left without this node's own words. */
function itemOf(said: ChatPart, { id, title, node }: { id: string; title: string | undefined; node: string }): Item | null {
  if (said.part === "instructions") {
    const text = withoutOwnWords([said.about, said.wishes].flatMap((one) => one ?? []).join("\n\n"));
    // They stand in every conversation, and are said once.
    const content = { assistant, part: "custom instructions", role: "user", text };
    return text === "" ? null : { kind: "chat_message", content, name: ["instructions", wordsHash(text)] };
  }
  const text = withoutOwnWords(said.text);
  if (said.part === "memory") {
    return text === "" ? null : { kind: "memory", content: { noted_by: assistant, text }, name: ["memory", wordsHash(said.text)] };
  }
  if (text === "" && said.attachments.length === 0) return null;
  const { role, attachments } = said;
  const content = withValues({
    assistant,
    conversation: title,
    role,
    said_by: role === "assistant" ? "assistant" : undefined,
    text,
    attachments,
  });
  return { kind: "chat_message", content, name: [id, node] };
}

/** A conversation without a name of its own has that of when it began. */
function nameless(conversation: JsonObject, title: string | undefined): string {
  return `sha256:${hash("sha256", JSON.stringify([conversation["create_time"] ?? null, title ?? null])).slice(0, 32)}`;
}

/** Seconds since the epoch, with a fraction. */
function instant(seconds: number | undefined): { observed_at?: number } {
  const at = Math.round((seconds ?? Number.NaN) * 1_000);
  return Number.isSafeInteger(at) && at !== 0 ? { observed_at: at } : {};
}
