import type { Json, JsonObject } from "../../../core/ports.ts";
import { listOf, numberOf, objectOf, textOf, withValues } from "../json-fields.ts";

/** The chat that a message stands in. */
export interface TelegramChat {
  readonly name: string;
  /** `personal_chat`, `private_group`, … */
  readonly type: string | undefined;
  readonly id: number | string | undefined;
}

/** What a message or a service notice says, before its text is looked at for this node's own words. */
export interface TelegramItem {
  readonly kind: "message" | "call";
  readonly content: Record<string, Json>;
  readonly text: string;
}

/** Reads one entry of `messages`. */
export function readMessage(message: JsonObject, chat: TelegramChat): TelegramItem {
  if (message["action"] === "phone_call") return { kind: "call", content: callOf(message, chat), text: "" };
  const service = message["type"] === "service";
  const content = withValues({
    chat: chat.name,
    from: textOf(message[service ? "actor" : "from"]),
    ...(service ? noticeOf(message) : {}),
    reply_to: numberOf(message["reply_to_message_id"]),
    forwarded_from: textOf(message["forwarded_from"]),
    edited: numberOf(message["edited_unixtime"]) === undefined ? undefined : true,
    links: linksOf(message["text"]),
    attachments: attachmentsOf(message),
    location: locationOf(message["location_information"]),
    place: textOf(message["place_name"]),
    poll: pollOf(message["poll"]),
    contact: contactOf(message["contact_information"]),
  });
  return { kind: "message", content, text: joined(message["text"]) };
}

/** Text is written as one string, or as a list of strings and of objects with the formatting of each piece. */
function joined(text: Json | undefined): string {
  if (typeof text === "string") return text;
  return listOf(text)
    .map((piece) => (typeof piece === "string" ? piece : String(objectOf(piece)["text"] ?? "")))
    .join("");
}

/** Where words lead that don't say it themselves. */
function linksOf(text: Json | undefined): string[] {
  return listOf(text).flatMap((piece) => textOf(objectOf(piece)["href"]) ?? []);
}

function callOf(message: JsonObject, { name, id }: TelegramChat): Record<string, Json> {
  // In a chat with one person, that person's number is the chat's.
  const incoming = message["actor_id"] === `user${id}`;
  const missed = incoming && (message["discard_reason"] === "missed" || message["discard_reason"] === "busy");
  return withValues({
    name,
    direction: id === undefined ? undefined : missed ? "missed" : incoming ? "incoming" : "outgoing",
    duration_s: numberOf(message["duration_seconds"]) ?? 0,
    ended: textOf(message["discard_reason"]),
  });
}

/** What a notice is about: `create_group`, `invite_members`, … */
function noticeOf(message: JsonObject): Record<string, Json | undefined> {
  return {
    system: true,
    action: textOf(message["action"]),
    title: textOf(message["title"]),
    members: listOf(message["members"]).flatMap((member) => textOf(member) ?? []),
  };
}

function attachmentsOf(message: JsonObject): Json[] {
  const type = textOf(message["media_type"]) ?? (message["photo"] === undefined ? undefined : "photo");
  const told = type ?? (message["file"] === undefined ? undefined : "file");
  if (told === undefined) return [];
  const file =
    textOf(message["file_name"]) ??
    textOf(message["file"] ?? message["photo"])
      ?.split("/")
      .at(-1);
  // An export without media has a notice where the file's name would be.
  const name = file?.startsWith("(") ? undefined : file;
  return [withValues({ type: told, name, title: textOf(message["title"]), emoji: textOf(message["sticker_emoji"]) })];
}

function locationOf(value: Json | undefined): Json | undefined {
  const [latitude, longitude] = [numberOf(objectOf(value)["latitude"]), numberOf(objectOf(value)["longitude"])];
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function pollOf(value: Json | undefined): Json | undefined {
  const question = joined(objectOf(value)["question"]);
  if (question === "") return undefined;
  const answers = listOf(objectOf(value)["answers"]).map((answer) => joined(objectOf(answer)["text"]));
  return { question, answers };
}

function contactOf(value: Json | undefined): Json | undefined {
  const { first_name, last_name, phone_number } = objectOf(value);
  const name = [first_name, last_name].flatMap((part) => textOf(part) ?? []).join(" ");
  const contact = withValues({ name: textOf(name), number: textOf(phone_number) });
  return Object.keys(contact).length > 0 ? contact : undefined;
}
