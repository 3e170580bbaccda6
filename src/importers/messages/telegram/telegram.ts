import type { Json, JsonObject } from "../../../core/ports.ts";
import { withoutOwnWords } from "../../assistants/own-words.ts";
import { fitDraft } from "../../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../../importer.ts";
import { baseNameOf } from "../base-name.ts";
import { fewProblems } from "../few-problems.ts";
import { ItemNames, wordsHash } from "../item-names.ts";
import { numberOf, objectOf, textOf, withValues } from "../json-fields.ts";
import { placeInJson, positionInJson, problemInJson } from "../json-place.ts";
import { jsonShape } from "../json-shape.ts";
import { type JsonPath, jsonEntries } from "../json-slices.ts";
import { readMessage, type TelegramChat } from "./message.ts";

/**
 * Telegram Desktop's `result.json`, of one chat or of all: an item for each message and call. Exports of before 2022 tell the time
 * only as the exporting computer's clock had it; it is then told in `sent` and is no instant.
 */
export const telegram: Importer = { name: "telegram", version: "1", title: "Telegram chats", recognises, read };

function recognises({ bytes, name }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  const has = (...members: readonly string[]) => members.every((member) => shape.has(member));
  return (
    (has("messages/*/type") && (has("messages/*/date") || has("messages/*/date_unixtime"))) ||
    has("chats/list") ||
    has("personal_information", "about") ||
    (shape.size === 0 && /(?:^|\/)ChatExport_[^/]*\/result\.json$/.test(name))
  );
}

const chatMembers = new Set<string | number | undefined>(["name", "type", "id"]);
/** Where chats stand in an export of everything. */
const chatLists = new Set<string | number | undefined>(["chats", "left_chats"]);

/** How deep a chat's members stand: `name`, or `chats/list/0/name`. */
function depthOf(path: JsonPath): number {
  return chatLists.has(path[0]) ? 3 : 0;
}

function read(file: SourceFile): Generator<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const chats = chatsOf(file);
  const names = new ItemNames();
  const entries = jsonEntries(file.bytes, (path) => {
    const depth = depthOf(path);
    if (path.length <= depth) return path.length === 2 && path[1] !== "list" ? "pass" : "enter";
    if (path[depth] !== "messages") return "pass";
    return path.length === depth + 1 ? "enter" : "take";
  });
  for (const { path, value, reason } of entries) {
    if (reason !== undefined) yield { problem: problemInJson(path, reason) };
    else yield* itemOf(objectOf(value), path, chats.get(keyOf(path)) ?? namelessChat(file), file, names);
  }
}

/** The chats' own members; they need not stand before the messages. */
function chatsOf(file: SourceFile): Map<string, TelegramChat> {
  const members = new Map<string, Record<string, Json>>();
  const entries = jsonEntries(file.bytes, (path) => {
    const depth = depthOf(path);
    if (path.length <= depth) return path.length === 2 && path[1] !== "list" ? "pass" : "enter";
    return path.length === depth + 1 && chatMembers.has(path[depth]) ? "take" : "pass";
  });
  for (const { path, value } of entries) {
    if (value === undefined) continue;
    const key = keyOf(path);
    const before = members.get(key) ?? {};
    members.set(key, { ...before, [String(path.at(-1))]: value });
  }
  const none = namelessChat(file);
  return new Map([...members].map(([key, chat]) => [key, chatOf(chat, none.name)]));
}

function keyOf(path: JsonPath): string {
  return path.slice(0, depthOf(path)).join("/");
}

function chatOf(members: JsonObject, fallback: string): TelegramChat {
  const type = textOf(members["type"]);
  const name = textOf(members["name"]) ?? (type === "saved_messages" ? "Saved Messages" : fallback);
  return { name, type, id: numberOf(members["id"]) };
}

function namelessChat(file: SourceFile): TelegramChat {
  return { name: baseNameOf(file), type: undefined, id: undefined };
}

function* itemOf(message: JsonObject, path: JsonPath, chat: TelegramChat, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  if (message["type"] !== "message" && message["type"] !== "service") {
    yield { problem: problemInJson(path, "neither a message nor a notice: left out") };
    return;
  }
  const { kind, content, text } = readMessage(message, chat);
  const own = withoutOwnWords(text);
  // Only this node's own words: with nothing else in it, it is nothing that a person said.
  if (own === "" && text !== "" && content["attachments"] === undefined) return;
  const time = timeOf(message);
  if (time === undefined) yield { problem: problemInJson(path, "its date can't be read: left out") };
  const said = { ...content, ...(kind === "message" ? { text: own } : {}), ...time?.told };
  const id = numberOf(message["id"]);
  const where = [chat.type ?? "chat", chat.id ?? chat.name];
  const name =
    id === undefined
      ? names.made(...where, time?.key ?? "", String(content["from"] ?? ""), wordsHash(own))
      : names.told({ ...said, kind }, ...where, id);
  if (name === undefined) return;
  const draft: EvidenceDraft = {
    source: { adapter: telegram.name, version: telegram.version, uri: placeInJson(file.name, path), sha256: file.sha256 },
    external_id: name,
    kind,
    ...(time?.at === undefined ? {} : { observed_at: time.at }),
    content: said,
  };
  yield* fitDraft(draft, positionInJson(path));
}

/** The instant where it is told; else the clock's reading. */
function timeOf(message: JsonObject): { at?: number; told: Record<string, Json>; key: string } | undefined {
  const seconds = numberOf(message["date_unixtime"]);
  if (seconds !== undefined && Number.isSafeInteger(seconds * 1_000)) return { at: seconds * 1_000, told: {}, key: String(seconds) };
  const date = textOf(message["date"]);
  return date === undefined ? undefined : { told: withValues({ sent: date }), key: date };
}
