import { decodeText, wideMark } from "../../decode-text.ts";

/** Bytes that are decoded and parsed at a time: a backup with pictures is hundreds of megabytes. */
const chunkBytes = 64 * 1024;

/** Bytes of an attribute from which on it may be a picture. */
const blobMin = 1_024;

/**
 * The file's text piece by piece, mended so that an XML parser takes it: the backup program writes a character outside the first plane as
 * two references to its halves, and characters that XML has no place for; and an ampersand alone would cost all that follows it.
 * Pictures are replaced by a note of their size.
 */
export function* xmlText(source: Uint8Array): Generator<string> {
  const wide = wideMark(source) !== undefined;
  const bytes = wide ? new TextEncoder().encode(decodeText(source).text) : source;
  const decoder = new TextDecoder(wide ? "utf-8" : encodingOf(bytes));
  let carried = "";
  for (const piece of chunks(bytes)) {
    const text = carried + decoder.decode(piece, { stream: true });
    const end = cutBefore(text);
    carried = text.slice(end);
    yield mended(text.slice(0, end));
  }
  yield mended(carried + decoder.decode());
}

/** What the XML declaration says, where it is an encoding that can hold the declaration itself. */
function encodingOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const told = /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml[^>]*\sencoding=["']([\w-]+)["']/.exec(start)?.[1]?.toLowerCase() ?? "";
  return /^(?:windows-125\d|iso-8859-(?:\d|1[01345])|us-ascii)$/.test(told) ? told : "utf-8";
}

function* chunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (const piece of withoutBlobs(bytes)) for (let at = 0; at < piece.length; at += chunkBytes) yield piece.subarray(at, at + chunkBytes);
}

const blobMark = Buffer.from(' data="');

/** The note that stands for a picture. */
const blobNote = "bytes:";

function* withoutBlobs(bytes: Uint8Array): Generator<Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  let at = 0;
  while (true) {
    const mark = buffer.indexOf(blobMark, at);
    const from = mark + blobMark.length;
    const to = mark < 0 ? -1 : buffer.indexOf('"', from);
    if (to < 0) break;
    if (to - from >= blobMin && isBase64(buffer.subarray(from, to))) {
      yield buffer.subarray(start, from);
      yield Buffer.from(`${blobNote}${Math.floor((to - from) * 0.75)}`);
      start = to;
    }
    at = to;
  }
  yield buffer.subarray(start);
}

/** Judged by its ends; a lost quote would put other elements in between. */
function isBase64(value: Buffer): boolean {
  const ends = Buffer.concat([value.subarray(0, 64), value.subarray(-64)]).toString("latin1");
  return /^[\w+/=\s-]*$/.test(ends) && !value.includes("<");
}

/** Bytes of the picture that the attribute holds or stood for. */
export function blobBytes(value: string): number {
  return value.startsWith(blobNote) ? Number(value.slice(blobNote.length)) : Math.floor(value.length * 0.75);
}

/** Where the text can be cut: not in a reference, nor between the halves of one character. */
function cutBefore(text: string): number {
  const last = text.lastIndexOf("&");
  const open = last >= 0 && last >= text.length - 12 && !text.includes(";", last) ? last : text.length;
  const before = /&#\w{1,8};$/.exec(text.slice(Math.max(0, open - 12), open))?.[0] ?? "";
  return before !== "" && /^[\ud800-\udbff]/.test(charOf(before)) ? open - before.length : open;
}

function mended(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g, "&amp;")
    .replace(/(?:&#(?:\d{1,7}|x[\da-fA-F]{1,6});)+/g, (run) => run.replace(/&#\w+;/g, charOf).toWellFormed())
    .replace(/(?![\t\n\r\u007f-\u009f])[\p{Cc}\ufffe\uffff]/gu, "\ufffd");
}

/** Half a character, or what stands for none; a reference that XML takes stays. */
function charOf(reference: string): string {
  const code = Number(`0${reference.slice(2, -1)}`);
  if (code >= 0xd800 && code <= 0xdfff) return String.fromCharCode(code);
  const taken = (code >= 0x20 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff) || code === 9 || code === 10 || code === 13;
  return taken ? reference : "\ufffd";
}
