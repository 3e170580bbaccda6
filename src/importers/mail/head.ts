import { decodeText } from "../decode-text.ts";

/** One header field, unfolded. */
export interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

export interface Head {
  readonly fields: readonly Field[];
  /** Where the body begins. */
  readonly bodyAt: number;
}

/** Fields of one head, and UTF-16 units of it, that are read: a thousand `Received` are not a message. */
const fieldsMax = 1_000;
const headMax = 1024 * 1024;

/** The head of a message or of a part: everything before the first empty line. Lines that are no fields are skipped. */
export function readHead(bytes: Uint8Array): Head {
  const { end, bodyAt } = headEnd(bytes);
  const fields: { name: string; parts: string[] }[] = [];
  for (const line of decodeText(bytes.subarray(0, Math.min(end, headMax))).text.split(/\r\n|\n|\r/)) {
    const field = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)$/.exec(line);
    if (/^[ \t]/.test(line)) fields.at(-1)?.parts.push(line);
    else if (field !== null && fields.length < fieldsMax) fields.push({ name: (field[1] ?? "").toLowerCase(), parts: [field[2] ?? ""] });
  }
  return { fields: fields.map(({ name, parts }) => ({ name, value: parts.join("").trim() })), bodyAt };
}

/** The first field of the name; the others are most often forged or repeated. */
export function fieldOf({ fields }: Head, name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value || undefined;
}

function headEnd(bytes: Uint8Array): { end: number; bodyAt: number } {
  let start = 0;
  while (start < bytes.length) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end += 1;
    const next = end + (bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? 2 : 1);
    if (end === start) return { end, bodyAt: Math.min(next, bytes.length) };
    start = next;
  }
  return { end: bytes.length, bodyAt: bytes.length };
}
