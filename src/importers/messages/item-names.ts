import { hash } from "node:crypto";
import type { JsonObject } from "../../core/ports.ts";
import { wellFormed, wellFormedObject } from "../well-formed.ts";

/** Longer names are replaced by their hash: the name stands in every index. */
const nameMax = 512;

/** Names for the items of one file, none given twice. */
export class ItemNames {
  /** How often each name was asked for. */
  readonly #times = new Map<string, number>();
  /** What a name stands for: an item, or the hashes of those that were told under it. */
  readonly #contents = new Map<string, JsonObject | ReadonlySet<string>>();

  /**
   * The name of a message that its source gives none: made of what tells it apart, and of how many before it are the same in all of
   * that. Two exports of one chat give a message the same name, whatever either holds before and after.
   */
  made(...parts: readonly (string | number)[]): string {
    return this.#next(nameOf(parts));
  }

  /** The name of what its source names. Undefined for an item that was in the file before; another one under its name gets `name#2`. */
  told(content: JsonObject, ...parts: readonly (string | number)[]): string | undefined {
    const name = nameOf(parts);
    const first = this.#contents.get(name);
    if (first === undefined) this.#contents.set(name, content);
    else {
      const before = first instanceof Set ? first : new Set([contentHash(first as JsonObject)]);
      const words = contentHash(content);
      if (before.has(words)) return undefined;
      this.#contents.set(name, before.add(words));
    }
    return this.#next(name);
  }

  #next(name: string): string {
    let free = name;
    while (this.#times.has(free)) {
      const times = (this.#times.get(name) ?? 1) + 1;
      this.#times.set(name, times);
      free = `${name}#${times}`;
    }
    this.#times.set(free, 1);
    return free;
  }
}

/** A short stand-in for a text in a name. */
export function wordsHash(text: string): string {
  return hash("sha256", wellFormed(text)).slice(0, 16);
}

function contentHash(content: JsonObject): string {
  return hash("sha256", JSON.stringify(wellFormedObject(content)));
}

function nameOf(parts: readonly (string | number)[]): string {
  const name = wellFormed(parts.join("/"));
  return name.length > nameMax ? `sha256:${hash("sha256", name)}` : name;
}
