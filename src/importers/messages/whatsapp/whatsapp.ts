import type { Json } from "../../../core/ports.ts";
import { withoutOwnWords } from "../../assistants/own-words.ts";
import { decodeText } from "../../decode-text.ts";
import { fitDraft } from "../../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../../importer.ts";
import { type LineRange, placeOf } from "../../place.ts";
import { fewProblems } from "../few-problems.ts";
import { ItemNames, wordsHash } from "../item-names.ts";
import { withValues } from "../json-fields.ts";
import { textLines } from "../text-lines.ts";
import { chatNameOf } from "./chat-name.ts";
import { type DayReading, dayOf } from "./day-order.ts";
import { type Entry, readEntry } from "./entry.ts";
import { type Habits, habitsOf } from "./habits.ts";
import { type LineHead, readLineHead } from "./line-head.ts";

/**
 * WhatsApp's chat exports, of iOS and Android: an item for each message. The time is the phone's clock without a zone, so it is told
 * in `sent` and is no instant. Where the file doesn't settle which number is the day, `date_basis` says so and `sent` stays as written.
 */
export const whatsapp: Importer = { name: "whatsapp", version: "1", title: "WhatsApp chats", recognises, read };

/** UTF-16 units of one message that are worth reading: many times what an item can hold. */
const messageMax = 1024 * 1024;

/** Bytes of a file's beginning that are looked at: an encryption notice and a few messages. */
const headBytes = 4_096;

function recognises(file: SourceFile): boolean {
  if (/(?:^|\/)(?:_chat|[^/]*whatsapp[^/]*)\.txt$/i.test(file.name)) return true;
  const start = decodeText(file.bytes.subarray(0, headBytes)).text.trimStart();
  if (readLineHead(start) === null) return false;
  const { shape, heads, isSender } = habitsOf(start);
  return heads > 1 && shape !== undefined && start.split("\n").some((line) => isNamed(line, isSender));
}

function isNamed(line: string, isSender: Habits["isSender"]): boolean {
  const head = readLineHead(line);
  return head !== null && readEntry(line.slice(head.end), isSender).from !== undefined;
}

interface Message extends LineRange {
  readonly head: LineHead;
  readonly rest: string;
}

function read(file: SourceFile): Generator<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const { text } = decodeText(file.bytes);
  const habits = habitsOf(text);
  const chat = chatNameOf(file);
  const names = new ItemNames();
  for (const found of messagesOf(text, habits)) {
    if ("reason" in found) {
      yield { problem: found };
      continue;
    }
    const position = `line ${found.from}`;
    const content = contentOf(found, chat, habits);
    if (content === undefined) yield { problem: { position, reason: `no date and time: ${found.head.written}: left out` } };
    else if (content !== null) yield* fitDraft(draftOf(file, found, content, habits.days, names), position);
  }
}

interface LineCount {
  readonly first: number;
  readonly lines: number;
}

function oneMore(count: LineCount | undefined, line: number): LineCount {
  return { first: count?.first ?? line, lines: (count?.lines ?? 0) + 1 };
}

/** The messages, each with the lines that follow its first; before and after them what can't be one. */
function* messagesOf(text: string, habits: Habits): Generator<Message | { position: string; reason: string }> {
  let open: { head: LineHead; from: number; start: number } | undefined;
  let stray: LineCount | undefined;
  let foreign: LineCount | undefined;
  let last = 0;
  for (const { line, number, start } of textLines(text)) {
    const head = readLineHead(line);
    if (head !== null && head.shape === habits.shape) {
      if (open !== undefined) yield messageOf(open, text.slice(open.start, start), number - 1);
      open = { head, from: number, start: start + head.end };
    } else if (open === undefined) stray = line.trim() === "" ? stray : oneMore(stray, number);
    else if (head !== null) foreign = oneMore(foreign, number);
    last = number;
  }
  if (open !== undefined) yield messageOf(open, text.slice(open.start), last);
  if (stray !== undefined) yield { position: `line ${stray.first}`, reason: `${stray.lines} lines that belong to no message: left out` };
  if (foreign !== undefined)
    yield {
      position: `line ${foreign.first}`,
      reason: `${foreign.lines} lines begin with a date of another form: kept as text of the message above`,
    };
}

function messageOf({ head, from }: { head: LineHead; from: number }, rest: string, to: number): Message {
  return { head, from, to, rest: rest.slice(0, messageMax).replaceAll("\r\n", "\n").trimEnd() };
}

/** Undefined when it has no time; null when it says nothing but this node's own words. */
function contentOf({ head, rest }: Message, chat: string, { days, isSender }: Habits): Record<string, Json> | null | undefined {
  const sent = sentOf(head, days);
  if (sent === undefined) return undefined;
  const { text, ...entry }: Entry = readEntry(rest, isSender);
  const own = withoutOwnWords(text);
  if (own === "" && text !== "" && entry.attachments === undefined) return null;
  return withValues({ chat, ...entry, text: own, ...sent });
}

/** The time as the phone's clock had it. */
function sentOf({ date, time, written }: LineHead, { order, decided }: DayReading): Record<string, Json> | undefined {
  const day = dayOf(date, order);
  if (day === undefined || time === undefined) return undefined;
  const other = decided ? day : dayOf(date, order === "day-month-year" ? "month-day-year" : "day-month-year");
  if (other === day || other === undefined) return { sent: `${day}T${time}` };
  return { sent: written, sent_either: [day, other].sort().map((one) => `${one}T${time}`), date_basis: "day and month undecided" };
}

function draftOf(file: SourceFile, message: Message, content: Record<string, Json>, days: DayReading, names: ItemNames): EvidenceDraft {
  const { head } = message;
  const moment = `${dayOf(head.date, days.order)}T${head.time}`;
  // An export with media and one without tell of the same message in other words.
  const words = content["attachments"] === undefined ? String(content["text"]) : `attached ${content["text"]}`;
  return {
    source: { adapter: whatsapp.name, version: whatsapp.version, uri: placeOf(file.name, message), sha256: file.sha256 },
    external_id: names.made(String(content["chat"]), moment, String(content["from"] ?? ""), wordsHash(words)),
    kind: "message",
    content,
  };
}
