import type { Json, JsonObject } from "../../core/ports.ts";
import { withoutOwnWords } from "../assistants/own-words.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { baseNameOf } from "./base-name.ts";
import { fewProblems } from "./few-problems.ts";
import { ItemNames, wordsHash } from "./item-names.ts";
import { listOf, numberOf, objectOf, textOf, withValues } from "./json-fields.ts";
import { placeInJson, positionInJson, problemInJson } from "./json-place.ts";
import { jsonShape } from "./json-shape.ts";
import { type JsonPath, jsonEntries } from "./json-slices.ts";
import { unbroken } from "./mojibake.ts";

/** Instagram's and Messenger's `message_1.json`: an item for each message and call. */
export const instagram: Importer = { name: "instagram", version: "1", title: "Instagram and Messenger chats", recognises, read };

function recognises({ bytes, name }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  if (shape.has("messages/*/sender_name") && shape.has("messages/*/timestamp_ms")) return true;
  return (shape.has("participants") && shape.has("messages")) || (shape.size === 0 && /(?:^|\/)message_\d+\.json$/.test(name));
}

interface Chat {
  readonly name: string;
  /** What names it for ever; its title may change. */
  readonly key: string;
}

const chatMembers = new Set<string | number | undefined>(["participants", "title", "thread_path"]);

function read(file: SourceFile): Generator<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const chat = chatOf(file);
  const names = new ItemNames();
  const entries = jsonEntries(file.bytes, (path) => {
    if (path.length === 2) return "take";
    return path.length === 0 || path[0] === "messages" ? "enter" : "pass";
  });
  for (const { path, value, reason } of entries) {
    if (reason !== undefined) yield { problem: problemInJson(path, reason) };
    else yield* itemOf(objectOf(value), path, chat, file, names);
  }
}

/** The chat's own members stand after its messages. */
function chatOf(file: SourceFile): Chat {
  const members: Record<string, Json> = {};
  const entries = jsonEntries(file.bytes, (path) => (path.length === 0 ? "enter" : chatMembers.has(path[0]) ? "take" : "pass"));
  for (const { path, value } of entries) if (value !== undefined) members[String(path[0])] = value;
  const people = listOf(members["participants"]).flatMap((person) => said(objectOf(person)["name"]) ?? []);
  const name = said(members["title"]) ?? (people.length > 0 ? people.join(", ") : baseNameOf(file));
  return { name, key: said(members["thread_path"]) ?? name };
}

function* itemOf(message: JsonObject, path: JsonPath, chat: Chat, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  const from = said(message["sender_name"]);
  const at = numberOf(message["timestamp_ms"]);
  if (from === undefined || at === undefined || !Number.isSafeInteger(at)) {
    yield { problem: problemInJson(path, "no message with a sender and a time: left out") };
    return;
  }
  const duration = numberOf(message["call_duration"]);
  const text = said(message["content"]) ?? "";
  const own = withoutOwnWords(text);
  const content: Record<string, Json> =
    duration === undefined
      ? messageOf(message, chat, from, own)
      : withValues({ name: chat.name, from, duration_s: duration, text: textOf(own) });
  if (own === "" && text !== "" && content["attachments"] === undefined) return;
  const draft: EvidenceDraft = {
    source: { adapter: instagram.name, version: instagram.version, uri: placeInJson(file.name, path), sha256: file.sha256 },
    external_id: names.made(chat.key, at, from, wordsHash(text)),
    kind: duration === undefined ? "message" : "call",
    observed_at: at,
    content,
  };
  yield* fitDraft(draft, positionInJson(path));
}

function messageOf(message: JsonObject, chat: Chat, from: string, text: string): Record<string, Json> {
  const share = objectOf(message["share"]);
  return withValues({
    chat: chat.name,
    from,
    text,
    attachments: attachmentsOf(message),
    link: said(share["link"]),
    shared: said(share["share_text"]),
    reactions: listOf(message["reactions"]).map((one) =>
      withValues({ from: said(objectOf(one)["actor"]), reaction: said(objectOf(one)["reaction"]) }),
    ),
    deleted: message["is_unsent"] === true ? true : undefined,
  });
}

/** The members that hold media, and what each is. */
const media = { photos: "photo", videos: "video", audio_files: "audio", gifs: "gif", files: "file", sticker: "sticker" } as const;

function attachmentsOf(message: JsonObject): Json[] {
  return Object.entries(media).flatMap(([member, type]) => {
    const value = message[member];
    const files = member === "sticker" && value !== undefined ? [value] : listOf(value);
    return files.map((file) => withValues({ type, name: said(objectOf(file)["uri"])?.split("/").at(-1) }));
  });
}

function said(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : unbroken(text);
}
