import { type Address, addressParser, decodeWords } from "postal-mime";
import type { Json, JsonObject } from "../../core/ports.ts";
import { fingerprint } from "../contacts/own-names.ts";
import { bodyOf } from "./body.ts";
import { fieldOf, type Head } from "./head.ts";
import { type MailDate, mailDate } from "./mail-date.ts";
import { partsMax, readPart } from "./parts.ts";

/** A message as evidence will tell it. */
export interface Message {
  readonly content: JsonObject;
  readonly externalId: string;
  readonly observedAt: number | undefined;
  /** What of it could not be read, in words. */
  readonly losses: readonly string[];
}

/** UTF-16 units of a field that are read: more than an item can hold. */
const fieldMax = 128 * 1024;

/** Times that a message may have been sent at; others are mistakes or meant to be on top of the list. */
const [earliest, latest] = [Date.UTC(1971, 0, 1), Date.UTC(2100, 0, 1)];

/** Reads the message; null when it has no head and says nothing. */
export function readMessage(bytes: Uint8Array): Message | null {
  const budget = { partsLeft: partsMax, losses: new Set<string>() };
  const part = readPart(bytes, budget);
  const body = bodyOf(part, budget);
  const { head } = part;
  const date = dateOf(head);
  const told: Record<string, Json | undefined> = {
    from: addresses(head, "from")[0] ?? addresses(head, "sender")[0],
    to: addresses(head, "to"),
    cc: addresses(head, "cc"),
    bcc: addresses(head, "bcc"),
    subject: words(head, "subject"),
    date: date.text,
    text: body.text,
    attachments: body.attachments.map((each) => ({ ...each })),
    message_id: bareId(head, "message-id"),
    in_reply_to: bareId(head, "in-reply-to"),
    list_id: listId(head),
  };
  const content = Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, Json] => {
      const value = entry[1];
      return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
    }),
  );
  const hasHead = ["from", "to", "subject", "date", "message_id"].some((name) => name in content);
  const hasBody = fieldOf(head, "content-type") !== undefined && ("text" in content || "attachments" in content);
  if (!hasHead && !hasBody) return null;
  const id = content["message_id"];
  return {
    content,
    externalId: typeof id === "string" ? id : `sha256:${fingerprint(content)}`,
    observedAt: date.at,
    losses: [...budget.losses],
  };
}

function words(head: Head, name: string): string | undefined {
  const value = fieldOf(head, name);
  return value === undefined ? undefined : decodeWords(value.slice(0, fieldMax)).trim();
}

/** `<id@host>` without its brackets. */
function bareId(head: Head, name: string): string | undefined {
  const value = fieldOf(head, name)?.slice(0, fieldMax);
  return value === undefined ? undefined : (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim();
}

/** `Name <list.example.org>`: the part that names the list. */
function listId(head: Head): string | undefined {
  return bareId(head, "list-id");
}

/** The people in a field; the names of groups are left out. */
function addresses(head: Head, name: string): JsonObject[] {
  return head.fields
    .filter((field) => field.name === name)
    .flatMap((field) => addressParser(field.value.slice(0, fieldMax)))
    .flatMap((entry: Address) => entry.group ?? [entry])
    .filter((person) => person.address !== "" || person.name !== "")
    .map((person) => ({
      ...(person.name === "" ? {} : { name: person.name }),
      ...(person.address === "" ? {} : { address: person.address }),
    }));
}

/** What Date says; when it can't have been then, the time of the last Received. */
function dateOf(head: Head): { readonly text?: string; readonly at?: number } {
  const written = fieldOf(head, "date");
  const date = written === undefined ? null : mailDate(written);
  const received = mailDate(/;([^;]*)$/.exec(fieldOf(head, "received") ?? "")?.[1] ?? "");
  const at = [date, received].map((each) => plausible(each)).find((each) => each !== undefined);
  const text = date?.text ?? written?.slice(0, 200) ?? received?.text;
  return { ...(text === undefined ? {} : { text }), ...(at === undefined ? {} : { at }) };
}

function plausible(date: MailDate | null): number | undefined {
  return date?.at !== undefined && date.at >= earliest && date.at < latest ? date.at : undefined;
}
