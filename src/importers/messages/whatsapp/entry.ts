import type { Json } from "../../../core/ports.ts";

/** What stands after a line's head: who said what, or WhatsApp's own notice. */
export interface Entry {
  readonly from?: string;
  readonly text: string;
  /** A notice of WhatsApp, not what a person said. */
  readonly system?: true;
  readonly edited?: true;
  readonly deleted?: true;
  readonly attachments?: readonly Json[];
}

/** WhatsApp's own mark of direction: before its notices, and before what iOS says of media. */
const mark = "\u200e";

/** Notices in which a colon may stand, so that a part of them looks like a name. */
const notice = /^.{1,80} (?:created (?:the )?group|changed (?:the|this group's|their|to)) /i;
const encryption = /^Messages (?:and calls are end-to-end encrypted|you send to this (?:chat|group) (?:and calls )?are now secured)/i;
/** What people make that iOS marks like a notice. */
const made = /^(?:POLL|Location):/;

/** No notice about media is longer. */
const noticeMax = 512;

const omittedKinds = "image|video|audio|voice message|video note|GIF|sticker|document|contact card";
const omitted = new RegExp(`^(?:(.*?) ?•[^\n]*? )?(${omittedKinds}) omitted\\s*`, "i");
/** iOS: `<attached: 00000012-PHOTO.jpg>`, in the words of its language. */
const attachedInside = /^<[^<>:\n]{3,24} ?: ?([^<>\n]+\.\w{2,5})>\s*/;
/** Android: `IMG-20200131-WA0001.jpg (file attached)`, in the words of its language. */
const attachedBeside = /^([^\n]{1,200}\.\w{2,5}) \([^()\n]{5,40}\)(?:\n|$)/;
/** Android without media. */
const leftOut =
  /^<(?:Media omitted|Medien ausgeschlossen|Multimedia omitido|Archivo omitido|Médias? omis|Fichier omis|Media omessi|Mídia oculta|Media weggelaten|Ficheiro não revelado|Медиафайл пропущен|Без медиафайлов|Pominięto multimedia|Media utelämnat)>(?:\n|$)/i;
const editedMark = "<This message was edited>";
const deletedNotice = /^(?:This message was deleted|You deleted this message)\.?$/i;

/** Reads what one message says; `isSender` knows the names that a message of the file has surely. */
export function readEntry(rest: string, isSender: (name: string) => boolean): Entry {
  const { from, said } = splitSender(rest, isSender);
  const bare = said.replace(/[\u200e\u2066-\u2069]/g, "").trim();
  if (from === undefined) return { text: bare, system: true };
  if (deletedNotice.test(bare)) return { from, text: "", deleted: true };

  const edited = bare.endsWith(editedMark);
  const { text, attachments } = splitMedia(edited ? bare.slice(0, -editedMark.length).trimEnd() : bare);
  const system = !edited && ((said.startsWith(mark) && !made.test(bare)) || encryption.test(bare));
  if (attachments.length > 0) return { from, text, attachments, ...(edited ? { edited } : {}) };
  return { from, text, ...(edited ? { edited } : {}), ...(system && text !== "" ? { system } : {}) };
}

/** The name before the colon of a line that surely has one: a blank follows, and it is no notice. */
export function senderOf(rest: string): string | undefined {
  const { name, blank } = beforeColon(rest);
  return name !== undefined && blank && !notice.test(name) ? name : undefined;
}

function splitSender(rest: string, isSender: (name: string) => boolean): { from?: string; said: string } {
  const { name, after } = beforeColon(rest);
  const sure = senderOf(rest) !== undefined || (name !== undefined && isSender(name));
  return name !== undefined && sure ? { from: name, said: rest.slice(after) } : { said: rest };
}

function beforeColon(rest: string): { name?: string; blank: boolean; after: number } {
  const line = rest.slice(0, 256).split("\n", 1)[0] ?? "";
  const colon = line.search(/:(?:[ \u200e]|$)/);
  const at = colon < 0 ? line.indexOf(":") : colon;
  const name = line
    .slice(0, Math.max(at, 0))
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[\u00a0\u202f]/g, " ")
    .trim();
  if (at < 1 || name === "") return { blank: false, after: 0 };
  return { name, blank: colon >= 0, after: at + (line[at + 1] === " " ? 2 : 1) };
}

function splitMedia(text: string): { text: string; attachments: Json[] } {
  for (const [pattern, describe] of media) {
    const match = pattern.exec(text.slice(0, noticeMax));
    if (match !== null) return { text: text.slice(match[0].length).trim(), attachments: [describe(match)] };
  }
  return { text, attachments: [] };
}

const media: readonly (readonly [RegExp, (match: RegExpExecArray) => Json])[] = [
  [leftOut, () => ({})],
  [attachedInside, (match) => ({ name: match[1]?.trim() ?? "" })],
  [omitted, (match) => ({ type: match[2]?.toLowerCase() ?? "", ...(match[1] ? { name: match[1] } : {}) })],
  [attachedBeside, (match) => ({ name: match[1] ?? "" })],
];
