import { limits } from "../limits.ts";
import type { Json } from "../ports.ts";
import { parseJson } from "./parse.ts";

/**
 * A value that is passed on as the JSON text it comes as: a page of the log is sent as it is stored, without being read and
 * written again. `JSON.stringify` and whoever else asks gets the value.
 */
export class RawJson {
  readonly text: string;

  /** `text` is JSON, by whoever made it. */
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): Json {
    return parseJson(this.text, { maxDepth: limits.messageDepth });
  }
}

/** `JSON.stringify(message)`, where members may be raw. */
export function messageText(message: object): string {
  const members = Object.entries(message);
  if (!members.some(([, value]) => value instanceof RawJson)) return JSON.stringify(message);
  const written = members.flatMap(([name, value]) => {
    const text = value instanceof RawJson ? value.text : JSON.stringify(value);
    return text === undefined ? [] : `${JSON.stringify(name)}:${text}`;
  });
  return `{${written.join(",")}}`;
}
