import { decodeText, wideMark } from "../decode-text.ts";

/** An unfolded line of text and the number, from 1, of the physical line that it begins on. */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/**
 * The file's unfolded lines; blank ones are left out. Unfolding works on bytes, since writers fold inside a UTF-8 sequence,
 * and every line is decoded alone, since one file can hold text in two encodings.
 */
export function* logicalLines(source: Uint8Array): Generator<LogicalLine> {
  let pieces: Uint8Array[] = [];
  let first = 0;
  for (const { bytes, line } of physicalLines(asNarrow(source))) {
    const folded = bytes[0] === 0x20 || bytes[0] === 0x09;
    const soft = endsSoftly(pieces) && !beginsOrEnds(bytes);
    if (pieces.length > 0 && (folded || soft)) {
      if (soft) pieces.push((pieces.pop() ?? bytes).subarray(0, -1));
      pieces.push(folded ? bytes.subarray(1) : bytes);
      continue;
    }
    if (pieces.length > 0) yield { text: textOf(pieces), line: first };
    pieces = [bytes];
    first = line;
  }
  if (pieces.length > 0) yield { text: textOf(pieces), line: first };
}

/** UTF-16 becomes UTF-8, so that line breaks are single bytes; anything else stays as it is. */
function asNarrow(source: Uint8Array): Uint8Array {
  return wideMark(source) === undefined ? source : new TextEncoder().encode(decodeText(source).text);
}

/** Non-empty lines that end with CRLF, LF or CR. */
function* physicalLines(bytes: Uint8Array): Generator<{ bytes: Uint8Array; line: number }> {
  let line = 1;
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x0a && byte !== 0x0d) continue;
    if (at > start) yield { bytes: bytes.subarray(start, at), line };
    if (byte === 0x0d && bytes[at + 1] === 0x0a) at += 1;
    start = at + 1;
    line += 1;
  }
  if (start < bytes.length) yield { bytes: bytes.subarray(start), line };
}

/** True when the line so far is quoted-printable and ends with that encoding's soft line break, as vCalendar 1.0 writes it. */
function endsSoftly(pieces: readonly Uint8Array[]): boolean {
  if (pieces.at(-1)?.at(-1) !== 0x3d) return false;
  const head = Buffer.concat(pieces.slice(0, 3)).subarray(0, 256).toString("latin1");
  return /^[^:]*;[^:]*quoted-printable[^:]*:/i.test(head);
}

/** A soft line break that was cut off must not swallow the end of its component. */
function beginsOrEnds(bytes: Uint8Array): boolean {
  return /^(?:begin|end):/i.test(Buffer.from(bytes.subarray(0, 6)).toString("latin1"));
}

function textOf(pieces: readonly Uint8Array[]): string {
  const [only] = pieces;
  // Only the first line of a file can begin with blanks here: programs that print an indented literal do that.
  return decodeText(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)).text.trim();
}
