import { limits } from "../limits.ts";
import type { Json, JsonObject } from "../ports.ts";
import { parseJson } from "./parse.ts";

/**
 * A value that is passed on as the JSON text it comes as: an operation is sent as it is stored, without being read and written
 * again, and taken in as it is sent. `JSON.stringify` and whoever else asks gets the value.
 */
export class RawJson {
  readonly #text: string | (() => string);

  /** The text is JSON, by whoever made it. As a function it is only made when it is asked for, each time anew. */
  constructor(text: string | (() => string)) {
    this.#text = text;
  }

  get text(): string {
    return typeof this.#text === "string" ? this.#text : this.#text();
  }

  toJSON(): Json {
    return parseJson(this.text, { maxDepth: limits.messageDepth });
  }
}

/** Characters that are put together at once: text that is longer outlives the moment in which it is needed. */
const partCharacters = 65_536;

/** `JSON.stringify(message)`, where items of lists may be raw. */
export function messageText(message: object): string {
  return messageParts(message).join("");
}

/** The same in parts, none of them long but where an item is. */
export function messageParts(message: object): string[] {
  const members = Object.entries(message);
  if (!members.some(([, value]) => hasRaw(value))) return [JSON.stringify(message)];
  const parts: string[] = [];
  let text = "{";
  for (const [name, value] of members) {
    if (value === undefined) continue;
    text += `${text === "{" && parts.length === 0 ? "" : ","}${JSON.stringify(name)}:`;
    if (!hasRaw(value)) text += JSON.stringify(value);
    else {
      for (const [index, item] of value.entries()) {
        text += `${index === 0 ? "[" : ","}${item instanceof RawJson ? item.text : JSON.stringify(item)}`;
        if (text.length < partCharacters) continue;
        parts.push(text);
        text = "";
      }
      text += "]";
    }
  }
  parts.push(`${text}}`);
  return parts;
}

function hasRaw(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.some((item) => item instanceof RawJson);
}

/** Text of a message as bytes of UTF-8, and how a part of them is decoded. Whether they are UTF-8 is known. */
export interface MessageBytes {
  readonly bytes: Uint8Array;
  readonly decode: (from: number, to: number) => string;
}

/**
 * What `parseJson` makes of a message, but for the objects in its list `name`: where that list comes first, behind `type`, each of
 * them is a `RawJson`, so that they can be read one by one. Whether those are JSON is told when they are read.
 */
export function parseAround(message: MessageBytes, name: string, options: { readonly maxDepth: number }): Json {
  const { bytes, decode } = message;
  const begins = new RegExp(`^\\{"type":"[a-z_]{1,64}","${name}":\\[(?=\\{)`).exec(decode(0, Math.min(bytes.length, 128)))?.[0];
  const found = begins === undefined ? null : itemsFrom(bytes, begins.length, options.maxDepth - 2);
  if (begins === undefined || found === null) return parseJson(decode(0, bytes.length), options);
  const rest = parseJson(`${begins}${decode(found.end, bytes.length)}`, options) as JsonObject;
  const items = found.items.map(([from, to]) => new RawJson(() => decode(from, to)));
  return { ...rest, [name]: items as unknown as Json };
}

/** Where the objects in a list stand of which the first begins at `start`, and where the list ends; null for anything else. */
function itemsFrom(bytes: Uint8Array, start: number, maxDepth: number): { items: [from: number, to: number][]; end: number } | null {
  const items: [number, number][] = [];
  for (let at = start; ; at++) {
    const end = endOfObject(bytes, at, maxDepth);
    if (end === null) return null;
    items.push([at, end]);
    at = end;
    if (bytes[at] === listEnds) return { items, end: at };
    if (bytes[at] !== comma) return null;
  }
}

/** Where the object that begins at `start` ends, by its brackets; null when there is none, or its nesting is over `maxDepth`. */
function endOfObject(bytes: Uint8Array, start: number, maxDepth: number): number | null {
  if (bytes[start] !== objectBegins) return null;
  for (let at = start, depth = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quotationMark) {
      for (at++; bytes[at] !== quotationMark && at < bytes.length; at++) if (bytes[at] === backslash) at++;
    } else if ((byte | 0x20) === objectBegins && ++depth > maxDepth)
      return null; // [ or {
    else if ((byte | 0x20) === objectEnds && --depth === 0) return at + 1; // ] or }
  }
  return null;
}

const quotationMark = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const listEnds = 0x5d;
const objectBegins = 0x7b;
const objectEnds = 0x7d;
