import { decodeText } from "../decode-text.ts";

/** The bytes of a body, without its transfer encoding. An unknown encoding leaves them as they are. */
export function transferDecoded(bytes: Uint8Array, encoding: string): Uint8Array {
  if (/base64/i.test(encoding)) return base64Decoded(bytes);
  return /quoted-printable/i.test(encoding) ? quotedPrintableDecoded(bytes) : bytes;
}

/** Some mailers end every line with the padding, so each piece that ends with it is decoded for itself. */
function base64Decoded(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const pieces = text.split(/=+/, 100_000);
  return pieces.length <= 2 ? Buffer.from(text, "base64") : Buffer.concat(pieces.map((each) => Buffer.from(each, "base64")));
}

/** `=41` is a byte, a `=` at the end of a line joins it to the next; anything else stands for itself. */
function quotedPrintableDecoded(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const value = byte === 0x3d ? hexAt(bytes, at + 1) : -1;
    if (value >= 0) {
      decoded[length++] = value;
      at += 2;
      continue;
    }
    const next = byte === 0x3d ? softBreakEnd(bytes, at + 1) : at;
    if (next === at) decoded[length++] = byte;
    else at = next - 1;
  }
  return decoded.subarray(0, length);
}

function hexAt(bytes: Uint8Array, at: number): number {
  const [high, low] = [nibble(bytes[at]), nibble(bytes[at + 1])];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function nibble(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Where the next line begins when only blanks follow until the line's end; else the place of the `=`. */
function softBreakEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at - from < 80 && (bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
  if (at >= bytes.length) return at;
  if (bytes[at] === 0x0a) return at + 1;
  if (bytes[at] === 0x0d) return at + (bytes[at + 1] === 0x0a ? 2 : 1);
  return from - 1;
}

/** The text in the charset it names. What claims to be ASCII, or nothing, is UTF-8 where that is valid. */
export function charsetDecoded(bytes: Uint8Array, charset: string | undefined): string {
  if (charset === undefined || /^(?:us-)?ascii$|^ansi_x3/i.test(charset)) return decodeText(bytes).text;
  try {
    return new TextDecoder(charset.replace(/^(?:x-|cp-?)(?=\w)/i, (prefix) => (/^c/i.test(prefix) ? "windows-" : ""))).decode(bytes);
  } catch {
    return decodeText(bytes).text;
  }
}

/** Lines that end with a blank go on (RFC 3676); a blank before `>` or another blank was only put in. */
export function unflowed(text: string, deleteSpace: boolean): string {
  let result = "";
  for (const line of text.split(/\r?\n/)) {
    const bare = line.startsWith(" ") ? line.slice(1) : line;
    const flows = bare.endsWith(" ") && bare !== "-- ";
    result += flows ? (deleteSpace ? bare.slice(0, -1) : bare) : `${bare}\n`;
  }
  return result;
}
