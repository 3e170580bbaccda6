/**
 * Dictionaries of structured field values (RFC 8941), read strictly: a key or parameter that stands twice, which that RFC
 * lets the last one win, makes the whole field unreadable here, since two readers must never see different things signed.
 * Each item keeps its text as it was received: RFC 9421 signs text.
 */
export type BareItem =
  | { readonly type: "string" | "token"; readonly value: string }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "bytes"; readonly value: Uint8Array };

export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  readonly text: string;
  readonly bare: BareItem;
  readonly parameters: Parameters;
}

export interface InnerList {
  readonly text: string;
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

export type Dictionary = ReadonlyMap<string, Item | InnerList>;

/** The members of a dictionary field, or null when `text` is none. */
export function parseDictionary(text: string): Dictionary | null {
  try {
    return new FieldReader(text).dictionary();
  } catch (error) {
    if (error === unreadable) return null;
    throw error;
  }
}

/** A byte sequence as it is written in a field. */
export function byteSequence(bytes: Uint8Array): string {
  return `:${Buffer.from(bytes).toString("base64")}:`;
}

export function isInnerList(member: Item | InnerList): member is InnerList {
  return "items" in member;
}

const unreadable = Symbol("not a dictionary of structured fields");

/** One cursor over one field; every method reads a thing of RFC 8941 section 4.2 or throws `unreadable`. */
class FieldReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  dictionary(): Dictionary {
    const members = new Map<string, Item | InnerList>();
    this.#match(/ */y);
    while (this.#at < this.#text.length) {
      const name = this.#key();
      if (members.has(name)) throw unreadable;
      members.set(name, this.#skip("=") ? this.#itemOrList() : this.#flag());
      this.#match(/[ \t]*/y);
      if (this.#at === this.#text.length) break;
      this.#match(/,[ \t]*(?=.)/y); // a comma at the end is an error
    }
    return members;
  }

  #itemOrList(): Item | InnerList {
    return this.#text[this.#at] === "(" ? this.#innerList() : this.#item();
  }

  /** A member without a value is true. */
  #flag(): Item {
    const from = this.#at;
    return { bare: { type: "boolean", value: true }, parameters: this.#parameters(), text: this.#text.slice(from, this.#at) };
  }

  #innerList(): InnerList {
    const from = this.#at;
    this.#match(/\( */y);
    const items: Item[] = [];
    while (!this.#skip(")")) {
      items.push(this.#item());
      if (this.#text[this.#at] !== ")") this.#match(/ +/y);
    }
    return { items, parameters: this.#parameters(), text: this.#text.slice(from, this.#at) };
  }

  #item(): Item {
    const from = this.#at;
    return { bare: this.#bareItem(), parameters: this.#parameters(), text: this.#text.slice(from, this.#at) };
  }

  #parameters(): Parameters {
    const parameters = new Map<string, BareItem>();
    while (this.#skip(";")) {
      this.#match(/ */y);
      const name = this.#key();
      if (parameters.has(name)) throw unreadable;
      parameters.set(name, this.#skip("=") ? this.#bareItem() : { type: "boolean", value: true });
    }
    return parameters;
  }

  #key(): string {
    return this.#match(/[a-z*][a-z0-9_.*-]*/y);
  }

  #bareItem(): BareItem {
    const first = this.#text[this.#at] ?? "";
    if (first === '"') {
      const quoted = this.#match(/"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y);
      return { type: "string", value: quoted.slice(1, -1).replaceAll(/\\(.)/g, "$1") };
    }
    if (first === ":") return { type: "bytes", value: bytesOf(this.#match(/:[A-Za-z0-9+/=]*:/y).slice(1, -1)) };
    if (first === "?") return { type: "boolean", value: this.#match(/\?[01]/y) === "?1" };
    if (/[-0-9]/.test(first)) return { type: "number", value: Number(this.#match(/-?(?:\d{1,12}\.\d{1,3}|\d{1,15})(?![\d.])/y)) };
    return { type: "token", value: this.#match(/[A-Za-z*][!#$%&'*+\-.^_`|~:/0-9A-Za-z]*/y) };
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  /** What a sticky pattern takes from here on. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0];
    if (taken === undefined) throw unreadable;
    this.#at += taken.length;
    return taken;
  }
}

/** Only base64 that encodes back to itself: padded, and without stray bits. */
function bytesOf(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) throw unreadable;
  return new Uint8Array(bytes);
}
