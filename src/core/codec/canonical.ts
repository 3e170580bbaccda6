import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";

/**
 * The canonical text of `value`: RFC 8785 (JCS), as protocol section 2 demands. Its UTF-8 bytes are what is hashed and signed.
 *
 * Strict: null, booleans, finite numbers, well-formed strings, arrays without holes, and plain objects (prototype `Object.prototype`
 * or none, no symbol keys). Anything else throws `not_canonical` and names the place; nothing is dropped or replaced.
 * An object or array at the top is level 1; `maxDepth` is the last level allowed, so cycles end there too.
 */
export function canonical(value: unknown, maxDepth: number = limits.payloadDepth): string {
  if (isInOrder(value, maxDepth)) {
    const text = JSON.stringify(value);
    // Of a lone surrogate the platform makes an escape; whether these characters are one, `write` finds out.
    if (!text.includes("\\ud")) return text;
  }
  try {
    return write(value, maxDepth);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const path = error.path.reverse();
    throw new PoolError("not_canonical", `${inWords(path)} ${error.why}`, { path });
  }
}

/**
 * True when the platform's own serialisation, which writes members as they are enumerated, is the canonical text but for lone
 * surrogates: all is as `canonical` demands and every object's keys are in order, as those of what was parsed from canonical text are.
 * Measured: looking and then serialising takes half the time of writing.
 */
function isInOrder(value: unknown, levels: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      return levels > 0 && (Array.isArray(value) ? isArrayInOrder(value, levels - 1) : isObjectInOrder(value, levels - 1));
    default:
      return false;
  }
}

function isArrayInOrder(array: readonly unknown[], levels: number): boolean {
  if (Object.getPrototypeOf(array) !== Array.prototype || Object.hasOwn(array, "toJSON")) return false;
  for (let index = 0; index < array.length; index++) if (!isInOrder(array[index], levels)) return false;
  return true;
}

function isObjectInOrder(object: object, levels: number): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype || Object.getOwnPropertySymbols(object).length > 0) return false;
  let last = "";
  for (const key in object) {
    if (key < last || !isInOrder((object as Record<string, unknown>)[key], levels)) return false;
    last = key;
  }
  return true;
}

function write(value: unknown, levels: number): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      if (!Number.isFinite(value)) throw new Refusal(`is ${value}, which JSON has no number for`);
      return `${value}`; // ECMAScript's shortest form is RFC 8785's, −0 included
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (levels <= 0) throw new Refusal("is nested too deeply");
      return Array.isArray(value) ? writeArray(value, levels - 1) : writeObject(value as Record<string, unknown>, levels - 1);
    default:
      throw new Refusal(`is ${value === undefined ? "undefined or missing" : `a ${typeof value}`}, which JSON cannot carry`);
  }
}

function writeArray(array: readonly unknown[], levels: number): string {
  let index = 0;
  try {
    let text = "[";
    for (; index < array.length; index++) {
      if (index > 0) text += ",";
      text += write(array[index], levels); // a hole reads as undefined
    }
    return `${text}]`;
  } catch (error) {
    throw at(index, error);
  }
}

function writeObject(object: Readonly<Record<string, unknown>>, levels: number): string {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw new Refusal("is not a plain object");
  if (Object.getOwnPropertySymbols(object).length > 0) throw new Refusal("has a symbol for a key");
  let key = "";
  try {
    let text = "";
    for (key of sortedKeys(object)) {
      text += text === "" ? "{" : ",";
      text += quoteKey(key);
      text += write(object[key], levels);
    }
    return text === "" ? "{}" : `${text}}`;
  } catch (error) {
    throw at(key, error);
  }
}

/** Keys by UTF-16 code unit: what `<` compares. What was parsed from canonical text is in order already. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  let last = "";
  for (const key of keys) {
    if (key < last) return keys.sort();
    last = key;
  }
  return keys;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON escapes
const needsCare = /["\\\u0000-\u001f\ud800-\udfff]/;

function quote(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Refusal("has a lone surrogate");
  return JSON.stringify(text); // its escapes are RFC 8785's
}

/** The same few keys come in every operation: `"key":` of those is remembered. Measured: 1.25 times as fast. */
const quotedKeys = new Map<string, string>();
const quotedKeysMax = 1_024;
const quotedKeyCharactersMax = 64;

function quoteKey(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const quoted = `${quote(key)}:`;
  if (key.length <= quotedKeyCharactersMax) {
    if (quotedKeys.size >= quotedKeysMax) quotedKeys.clear();
    quotedKeys.set(key, quoted);
  }
  return quoted;
}

/** What is wrong, with the way there, filled from the inside out. */
class Refusal {
  readonly why: string;
  readonly path: (string | number)[] = [];
  constructor(why: string) {
    this.why = why;
  }
}

function at(step: string | number, error: unknown): unknown {
  if (error instanceof Refusal) error.path.push(step);
  return error;
}

function inWords(path: readonly (string | number)[]): string {
  if (path.length === 0) return "the value";
  return path.map((step) => (typeof step === "number" ? `item ${step}` : JSON.stringify(step.slice(0, 64)))).join(", ");
}
