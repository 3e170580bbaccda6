import type { LineRange } from "../place.ts";

/** A message of a mailbox file, `>From ` restored, and the lines it stood on. */
export interface MailboxMessage extends LineRange {
  readonly bytes: Uint8Array;
}

/** A line that begins a message: `From `, a sender or `-`, and most often a date. */
const start = /^From (\S+)[ \t]*(.*)$/;
const dated = /\d{1,2}:\d\d.*\b\d{4}\b|\b\d{4}\b.*\d{1,2}:\d\d/;
const field = /^[\x21-\x39\x3b-\x7e]+:|^>From /;

/** True when the bytes begin as a mailbox file does. */
export function isMailbox(bytes: Uint8Array): boolean {
  const { end, next } = lineAt(bytes, afterMark(bytes));
  return isStart(latin1(bytes, afterMark(bytes), end), bytes, next);
}

/**
 * The messages of a mailbox file. A message begins at a `From ` line that looks like one and stands before a field: a sentence that
 * begins so is left where it is. The empty line that should stand before it is lacking often.
 */
export function* messagesOf(bytes: Uint8Array): Generator<MailboxMessage> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let from = 0;
  let line = 1;
  let begins = -1;
  let at = afterMark(bytes);
  while (at !== -1) {
    const { end, next } = lineAt(bytes, at);
    if (isStart(latin1(bytes, at, end), bytes, next)) {
      const here = line + linesIn(buffer, from, at);
      if (begins !== -1) yield { bytes: withoutMarks(buffer.subarray(begins, at)), from: line, to: here - 1 };
      [begins, from, line] = [next, at, here];
    }
    const found = buffer.indexOf("\nFrom ", at);
    at = found === -1 ? -1 : found + 1;
  }
  if (begins === -1) return;
  const last = line + linesIn(buffer, from, buffer.length);
  yield { bytes: withoutMarks(buffer.subarray(begins)), from: line, to: Math.max(line, buffer.at(-1) === 0x0a ? last - 1 : last) };
}

function isStart(text: string, bytes: Uint8Array, next: number): boolean {
  const match = start.exec(text);
  if (match === null) return false;
  const [, sender = "", rest = ""] = match;
  const fits = rest === "" ? sender === "-" || /@|^\d+$/.test(sender) : dated.test(rest);
  return fits && (next >= bytes.length || field.test(latin1(bytes, next, Math.min(lineAt(bytes, next).end, next + 200))));
}

function afterMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function lineAt(bytes: Uint8Array, at: number): { end: number; next: number } {
  const newline = bytes.indexOf(0x0a, at);
  const next = newline === -1 ? bytes.length : newline + 1;
  const end = newline === -1 ? bytes.length : newline;
  return { end: bytes[end - 1] === 0x0d && end > at ? end - 1 : end, next };
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 1_000)).toString("latin1");
}

function linesIn(buffer: Buffer, start: number, end: number): number {
  let lines = 0;
  for (let at = buffer.indexOf(0x0a, start); at !== -1 && at < end; at = buffer.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

/** Lines of `>From ` and `>>From ` lose one mark, which the mailbox's writer put there. */
function withoutMarks(message: Buffer): Uint8Array {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = message.indexOf("From "); at !== -1; at = message.indexOf("From ", at + 1)) {
    let mark = at;
    while (message[mark - 1] === 0x3e) mark -= 1;
    if (mark === at || (mark > 0 && message[mark - 1] !== 0x0a)) continue;
    pieces.push(message.subarray(start, mark));
    start = mark + 1;
  }
  return pieces.length === 0 ? message : Buffer.concat([...pieces, message.subarray(start)]);
}
