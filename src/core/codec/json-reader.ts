import { PoolError } from "../errors.ts";
import type { Json, JsonObject } from "../ports.ts";
import { endOfString, unescapeString } from "./json-string.ts";

/**
 * The value of JSON `text` by the rules of `parseJson`, read by ourselves: several times slower than the platform's parser, but right about
 * escapes in keys, and able to say what is wrong and where. Recursion ends at `maxDepth`.
 */
export function readJson(text: string, maxDepth: number): Json {
  if (!text.isWellFormed()) throw refusal(text.search(/\p{Surrogate}/u), "a lone surrogate");
  const cursor = new Cursor(text);
  const value = readValue(cursor, maxDepth, maxDepth);
  if (cursor.skipSpace() !== text.length) throw refusal(cursor.at, "text after the value");
  return value;
}

/** `text` is not the JSON that was expected: the reason, and the UTF-16 unit where it shows. */
export function refusal(position: number, reason: string): PoolError {
  return new PoolError("parse", `position ${position}: ${reason}`, { position });
}

class Cursor {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }

  skipSpace(): number {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    return this.at;
  }

  /** What comes next if it is `character`: true, and it is passed. */
  take(character: string): boolean {
    if (this.text[this.skipSpace()] !== character) return false;
    this.at++;
    return true;
  }

  /** What `sticky` matches from here on, which is passed; "" when it doesn't. */
  match(sticky: RegExp): string {
    sticky.lastIndex = this.at;
    if (!sticky.test(this.text)) return "";
    const from = this.at;
    this.at = sticky.lastIndex;
    return this.text.slice(from, this.at);
  }
}

function readValue(cursor: Cursor, levels: number, maxDepth: number): Json {
  const from = cursor.skipSpace();
  const first = cursor.text[from];
  if (first === '"') return readString(cursor);
  if (first !== "{" && first !== "[") return readScalar(cursor);
  if (levels <= 0) throw refusal(from, `nested more than ${maxDepth} levels deep`);
  cursor.at++;
  return first === "{" ? readObject(cursor, levels - 1, maxDepth) : readArray(cursor, levels - 1, maxDepth);
}

function readArray(cursor: Cursor, levels: number, maxDepth: number): Json {
  const array: Json[] = [];
  if (cursor.take("]")) return array;
  do array.push(readValue(cursor, levels, maxDepth));
  while (cursor.take(","));
  if (!cursor.take("]")) throw refusal(cursor.at, "expected a comma or ]");
  return array;
}

function readObject(cursor: Cursor, levels: number, maxDepth: number): JsonObject {
  const object: Record<string, Json> = {};
  if (cursor.take("}")) return object;
  do {
    const from = cursor.skipSpace();
    if (cursor.text[from] !== '"') throw refusal(from, "expected a key in quotation marks");
    const key = readString(cursor);
    if (Object.hasOwn(object, key)) throw refusal(from, `the key ${JSON.stringify(key.slice(0, 64))} stands twice in one object`);
    if (!cursor.take(":")) throw refusal(cursor.at, "expected a colon");
    const value = readValue(cursor, levels, maxDepth);
    if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
  } while (cursor.take(","));
  if (!cursor.take("}")) throw refusal(cursor.at, "expected a comma or }");
  return object;
}

function readString(cursor: Cursor): string {
  const { text, at: from } = cursor;
  const end = endOfString(text, from);
  if (end === text.length) throw refusal(from, "a string that never ends");
  cursor.at = end + 1;
  const content = unescapeString(text.slice(from, cursor.at));
  if (content === null) throw refusal(from, "a string with a control character or an unknown escape");
  if (!content.isWellFormed()) throw refusal(from, "a string with a lone surrogate");
  return content;
}

const literals = new Map<string, Json>(Object.entries({ null: null, true: true, false: false }));
const literal = /null|true|false/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function readScalar(cursor: Cursor): Json {
  const from = cursor.at;
  const digits = cursor.match(number);
  if (digits === "") {
    const value = literals.get(cursor.match(literal));
    if (value === undefined) throw refusal(from, from < cursor.text.length ? "expected a value" : "the text ends too early");
    return value;
  }
  const value = Number(digits);
  if (!Number.isFinite(value)) throw refusal(from, "a number too large for a double");
  return value;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
