import type { Json } from "../../core/ports.ts";
import { decodeText, wideMark } from "../decode-text.ts";

/** Names and indices from the root of a JSON text down to one of its values. */
export type JsonPath = readonly (string | number)[];

/** What to do with the value at a path: look inside, read it, or go past it. */
export type Step = "enter" | "take" | "pass";

/** A value that was read, or why it can't be. */
export type JsonEntry =
  | { readonly path: JsonPath; readonly value: Json; readonly reason?: never }
  | { readonly path: JsonPath; readonly value?: never; readonly reason: string };

/** Bytes of one value: more would be parsed into more memory than a program should take. */
const valueBytesMax = 16 * 1024 * 1024;

/**
 * The values of a JSON text that `stepFor` says to take, in their order, each parsed alone: a large file never stands in memory as
 * objects, and a damaged value costs only itself. A text that ends too early gives what is whole before its end.
 */
export function* jsonEntries(bytes: Uint8Array, stepFor: (path: JsonPath) => Step): Generator<JsonEntry> {
  yield* new Scanner(asUtf8(bytes), stepFor).value();
}

/** Bytes in which every character of JSON's grammar is one byte; without byte order mark. */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  if (wideMark(bytes) !== undefined) return new TextEncoder().encode(decodeText(bytes).text);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** The grammar's bytes. */
const sign = { quote: 0x22, comma: 0x2c, colon: 0x3a, backslash: 0x5c, newline: 0x0a } as const;
const opens = new Set([0x7b, 0x5b]);
const closes = new Set([0x7d, 0x5d]);

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #stepFor: (path: JsonPath) => Step;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, stepFor: (path: JsonPath) => Step) {
    this.#bytes = bytes;
    this.#stepFor = stepFor;
  }

  /** Returns false when the text can't be followed any further. */
  *value(): Generator<JsonEntry, boolean> {
    this.#skipBlanks();
    const step = this.#stepFor(this.#path);
    const from = this.#at;
    if (step === "enter" && opens.has(this.#bytes[from] ?? 0)) return yield* this.#container();
    const whole = this.#skipValue();
    if (!whole) yield this.#lost("the file ends within it: left out");
    else if (step === "take") yield this.#parsed(from);
    return whole;
  }

  *#container(): Generator<JsonEntry, boolean> {
    const isObject = this.#bytes[this.#at] === 0x7b;
    this.#at += 1;
    let index = 0;
    while (true) {
      this.#skipBlanks();
      const byte = this.#bytes[this.#at];
      if (byte === undefined) {
        yield this.#lost("the file ends within it");
        return false;
      }
      if (byte === sign.comma || closes.has(byte)) this.#at += 1;
      if (closes.has(byte)) return true;
      if (byte === sign.comma) continue;
      const name = isObject ? this.#name() : index;
      if (name === undefined) {
        yield this.#lost("not JSON: the rest of the file is left out");
        return false;
      }
      this.#path.push(name);
      index += 1;
      const goesOn = yield* this.value();
      this.#path.pop();
      if (!goesOn) return false;
    }
  }

  /** A member's name, and past its colon. */
  #name(): string | undefined {
    const from = this.#at;
    if (this.#bytes[from] !== sign.quote || this.#skipString() !== "whole") return undefined;
    const name = parsedJson(this.#bytes.subarray(from, this.#at));
    this.#skipBlanks();
    if (typeof name !== "string" || this.#bytes[this.#at] !== sign.colon) return undefined;
    this.#at += 1;
    return name;
  }

  #parsed(from: number): JsonEntry {
    const path = [...this.#path];
    if (this.#at - from > valueBytesMax) return { path, reason: `of ${this.#at - from} bytes, which is beyond all measure: left out` };
    const value = parsedJson(this.#bytes.subarray(from, this.#at));
    return value === undefined ? { path, reason: "not JSON: left out" } : { path, value };
  }

  #lost(reason: string): JsonEntry {
    return { path: [...this.#path], reason };
  }

  #skipBlanks(): void {
    while (isBlank(this.#bytes[this.#at])) this.#at += 1;
  }

  #skipValue(): boolean {
    const from = this.#at;
    let depth = 0;
    while (true) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return false;
      if (byte === sign.quote) {
        const string = this.#skipString();
        if (string === "cut") return false;
        // A value of one line whose string lacks its end is over with the line.
        if (string === "unended" && this.#bytes.indexOf(sign.newline, from) === this.#at) return true;
      } else {
        if (depth === 0 && !opens.has(byte)) {
          this.#skipWord();
          return true;
        }
        if (byte === 0x7b || byte === 0x5b) depth += 1;
        else if (byte === 0x7d || byte === 0x5d) depth -= 1;
        this.#at += 1;
      }
      if (depth === 0) return true;
    }
  }

  /** A number, `true`, `false`, `null`, or what stands in their place. */
  #skipWord(): void {
    while (true) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || byte === sign.comma || byte === sign.quote || isBlank(byte) || opens.has(byte) || closes.has(byte)) return;
      this.#at += 1;
    }
  }

  /** No string holds a line break, so one that lacks its end is over there and costs no other value. */
  #skipString(): "whole" | "unended" | "cut" {
    while (true) {
      this.#at += 1;
      const byte = this.#bytes[this.#at];
      if (byte === sign.backslash) this.#at += 1;
      else if (byte === undefined) return "cut";
      else if (byte === sign.newline) return "unended";
      else if (byte === sign.quote) {
        this.#at += 1;
        return "whole";
      }
    }
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function parsedJson(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(decodeText(bytes).text) as Json;
  } catch {
    return undefined;
  }
}
