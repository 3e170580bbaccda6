import type { Json } from "../../../core/ports.ts";
import { withoutOwnWords } from "../../assistants/own-words.ts";
import { withValues } from "../json-fields.ts";
import type { Attributes, BackupElement } from "./elements.ts";
import { contactOf, numbersOf, told } from "./fields.ts";
import { blobBytes } from "./xml-text.ts";

/** `type` of an SMS, `msg_box` of an MMS. */
const boxes: Readonly<Record<string, string>> = {
  1: "incoming",
  2: "outgoing",
  3: "draft",
  4: "outgoing",
  5: "failed",
  6: "outgoing",
};

/** A text message, and what tells it from others of its moment. */
export interface TextMessage {
  readonly content: Record<string, Json>;
  readonly words: string;
  readonly box: string;
}

/** What a text message says; null when that is nothing but this node's own words. */
export function messageOf({ name, attributes, parts, addresses }: BackupElement): TextMessage | null {
  const said = name === "sms" ? (told(attributes, "body") ?? "") : textOf(parts);
  const files = filesOf(parts);
  const text = withoutOwnWords(said);
  if (text === "" && said !== "" && files.length === 0) return null;

  const box = told(attributes, name === "sms" ? "type" : "msg_box") ?? "";
  const direction = boxes[box];
  const numbers = numbersOf(attributes, "address");
  const contact = contactOf(attributes);
  const other = contact ?? (numbers.length > 0 ? numbers.join(", ") : undefined);
  const isGroup = numbers.length > 1;
  const subject = told(attributes, name === "sms" ? "subject" : "sub");
  const content = withValues({
    chat: other,
    ...(isGroup ? { numbers } : { number: numbers[0] }),
    name: contact,
    direction,
    from: direction !== "incoming" ? undefined : isGroup ? senderOf(addresses) : other,
    to: direction === "incoming" ? undefined : other,
    // The rich format that replaces MMS keeps data of its own there.
    subject: subject?.startsWith("proto:") ? undefined : subject,
    text,
    attachments: files,
  });
  return { content, words: `${said}${files.length > 0 ? JSON.stringify(files) : ""}`, box };
}

/** The number that a group's message came from. */
function senderOf(addresses: readonly Attributes[]): string | undefined {
  const sender = addresses.find((address) => address["type"] === "137");
  return sender === undefined ? undefined : told(sender, "address");
}

function textOf(parts: readonly Attributes[]): string {
  return parts.flatMap((part) => (part["ct"] === "text/plain" ? (told(part, "text") ?? []) : [])).join("\n");
}

/** Everything but the texts and the description of how it is laid out. */
function filesOf(parts: readonly Attributes[]): Json[] {
  return parts.flatMap((part) => {
    const type = told(part, "ct");
    if (type === "text/plain" || type === "application/smil") return [];
    const data = told(part, "data");
    const name = told(part, "cl") ?? told(part, "fn") ?? told(part, "name");
    return [withValues({ type, name, bytes: data === undefined ? undefined : blobBytes(data) })];
  });
}
