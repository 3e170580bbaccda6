import type { Json, JsonObject } from "../core/ports.ts";

/** Bytes of the value as JSON: also an upper bound of its canonical bytes. */
export function jsonBytes(value: Json | JsonObject): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * How many UTF-16 units from `start` take at most `bytes` bytes inside a JSON string, without splitting a code point.
 * A prefix of NFC text is NFC, and so is the rest.
 */
export function unitsWithin(text: string, bytes: number, start = 0): number {
  let left = bytes;
  let at = start;
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    left -= pointBytes(point);
    if (left < 0) break;
    at += point > 0xffff ? 2 : 1;
  }
  return at - start;
}

function pointBytes(point: number): number {
  if (point < 0x20) return "\b\t\n\f\r".includes(String.fromCodePoint(point)) ? 2 : 6;
  if (point === 0x22 || point === 0x5c) return 2;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  if (point >= 0xd800 && point < 0xe000) return 6;
  return point < 0x10000 ? 3 : 4;
}
