import { decodeText, wideMark } from "../decode-text.ts";

/** An object of JSON, before anyone knows what it is. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** An object of a list, by its number in the list from 1; or what is wrong with it. */
export type RecordOrProblem = { readonly entry: number; readonly record: JsonRecord } | { readonly entry: number; readonly reason: string };

/** Bytes that one object may have: a day's path has ten thousand. */
const recordBytesMax = 8 * 1024 * 1024;

/** Times that reading begins anew after something broken, and how many ways in which an object begins are remembered for it. */
const restartsMax = 100;
const openingsMax = 4;

/**
 * The objects of the list that is the file's value, or the value of a member with this name. They are cut by their brackets and read
 * one by one: one that is broken, or a file that was cut short, costs only itself. Null when there is no such list.
 */
export function jsonRecords(bytes: Uint8Array, name = ""): Iterable<RecordOrProblem> | null {
  const text = asUtf8(bytes);
  const at = listStart(text, name);
  return at === -1 ? null : recordsFrom(text, at);
}

/** What is said of a file of several lists that ends between two of them. */
export const cutShort = "the file ends before its first bracket is closed: it may be cut short";

/** Whether the file's last sign closes its first bracket. Within a list `jsonRecords` tells itself that the file was cut short. */
export function isClosed(bytes: Uint8Array): boolean {
  const text = asUtf8(bytes);
  const first = text[skipBlanks(text, 0)];
  let last = text.length - 1;
  while (last > 0 && skipBlanks(text, last) > last) last -= 1;
  return first === bracket.object ? text[last] === bracket.objectEnd : first !== bracket.list || text[last] === bracket.listEnd;
}

/** The value as an object of JSON; null when it is none. */
export function asRecord(value: unknown): JsonRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text without blanks around it; undefined when it is none or empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() || undefined : undefined;
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The first characters of a file of JSON, for recognising it: without what stands before its value. */
export function jsonStart(bytes: Uint8Array, length = 4_096): string {
  const start = decodeText(bytes.subarray(0, length)).text.trimStart();
  return /^[[{]/.test(start) ? start : "";
}

function asUtf8(bytes: Uint8Array): Buffer {
  if (wideMark(bytes) !== undefined) return Buffer.from(decodeText(bytes).text);
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
}

/** The place after the list's bracket. */
function listStart(text: Buffer, name: string): number {
  const first = skipBlanks(text, 0);
  if (name === "") return text[first] === bracket.list ? first + 1 : -1;
  if (text[first] !== bracket.object) return -1;
  const key = Buffer.from(JSON.stringify(name));
  for (let at = text.indexOf(key, first); at !== -1; at = text.indexOf(key, at + 1)) {
    const colon = skipBlanks(text, at + key.length);
    const value = skipBlanks(text, colon + 1);
    if (text[colon] === 0x3a && text[value] === bracket.list) return value + 1;
  }
  return -1;
}

const bracket = { object: 0x7b, objectEnd: 0x7d, list: 0x5b, listEnd: 0x5d } as const;

function* recordsFrom(text: Buffer, start: number): Generator<RecordOrProblem> {
  const openings = new Openings(text);
  let entry = 0;
  let at = start;
  let restarts = 0;
  for (;;) {
    at = skipBlanks(text, at, 0x2c);
    // After something broken a bracket may be one of its own.
    if (at >= text.length || (text[at] === bracket.listEnd && restarts === 0)) break;
    entry += 1;
    const end = text[at] === bracket.object ? objectEnd(text, at) : -1;
    const record = end === -1 ? null : parsed(text.subarray(at, end));
    if (record !== null) {
      openings.remember(at);
      yield { entry, record };
      at = end;
      continue;
    }
    const next = restarts < restartsMax ? openings.next(at) : -1;
    if (restarts === 0 || text[at] !== bracket.listEnd)
      yield { entry, reason: next === -1 ? "can't be read: the rest left out" : "can't be read: left out" };
    if (next === -1) return;
    [at, restarts] = [next, restarts + 1];
  }
  if (at >= text.length) yield { entry, reason: "the list has no end: it may be cut short" };
}

/** How the objects of a list begin, up to their first name: there reading can begin anew. */
class Openings {
  readonly #text: Buffer;
  readonly #known = new Map<string, Buffer>();

  constructor(text: Buffer) {
    this.#text = text;
  }

  remember(at: number): void {
    if (this.#known.size >= openingsMax) return;
    const opening = /^\{\s*"[^"\\]{1,60}"\s*:/.exec(this.#text.toString("latin1", at, at + 200))?.[0];
    if (opening !== undefined) this.#known.set(opening, Buffer.from(opening, "latin1"));
  }

  /** The nearest such beginning after the place; -1 when there is none. */
  next(at: number): number {
    this.remember(at);
    const places = [...this.#known.values()].map((opening) => this.#text.indexOf(opening, at + 1)).filter((place) => place !== -1);
    return places.length === 0 ? -1 : Math.min(...places);
  }
}

/** The place after the object's last bracket; -1 when it has none. No text of JSON holds a line break, so one ends what is broken. */
function objectEnd(text: Buffer, start: number): number {
  const most = Math.min(text.length, start + recordBytesMax);
  let depth = 0;
  for (let at = start; at < most; at += 1) {
    const byte = text[at];
    if (byte === 0x22) {
      at = stringEnd(text, at + 1, most);
      if (at === -1) return -1;
    } else if (byte === bracket.object || byte === bracket.list) depth += 1;
    else if (byte === bracket.objectEnd || byte === bracket.listEnd) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function stringEnd(text: Buffer, start: number, most: number): number {
  for (let at = start; at < most; at += 1) {
    const byte = text[at];
    if (byte === 0x22) return at;
    if (byte === 0x5c) at += 1;
    else if (byte === 0x0a) return -1;
  }
  return -1;
}

function parsed(bytes: Buffer): JsonRecord | null {
  try {
    return asRecord(JSON.parse(decodeText(bytes).text));
  } catch {
    return null;
  }
}

function skipBlanks(text: Buffer, start: number, also = 0x20): number {
  let at = start;
  for (let byte = text[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === also; byte = text[at]) at += 1;
  return at;
}
