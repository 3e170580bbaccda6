/** Enough of DER (X.690) to write a certificate. Every function returns a whole value: tag, length, content. */
import { concat, utf8 } from "../core/bytes.ts";

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return value(0x30, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return value(0x31, ...parts);
}

/** A positive integer from its big-endian bytes, the first of which is not 0. */
export function integer(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0) < 0x80 ? value(0x02, bytes) : value(0x02, Uint8Array.of(0), bytes);
}

export function boolean(truth: boolean): Uint8Array {
  return value(0x01, Uint8Array.of(truth ? 0xff : 0));
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return value(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

export function text(words: string): Uint8Array {
  return value(0x0c, utf8(words));
}

/** `unused`: how many bits of the last byte don't count. */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return value(0x03, Uint8Array.of(unused), bytes);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return value(0x04, bytes);
}

/** A time to the second, in the form that RFC 5280 demands of its year. */
export function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, ""); // YYYYMMDDhhmmssZ
  return Number(digits.slice(0, 4)) < 2050 ? value(0x17, utf8(digits.slice(2))) : value(0x18, utf8(digits));
}

/** A context-specific tag, around whole values (`constructed`) or bare bytes. */
export function tagged(number: number, constructed: boolean, ...parts: readonly Uint8Array[]): Uint8Array {
  return value(0x80 | (constructed ? 0x20 : 0) | number, ...parts);
}

function value(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  if (content.length < 0x80) return concat(Uint8Array.of(tag, content.length), content);
  const length = [content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff];
  while (length[0] === 0) length.shift();
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
}

/** Seven bits a byte, all but the last with the high bit set. */
function base128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
