import { type ContentLine, parameter } from "../icalendar/content-line.ts";
import { isEncoded, propertyText, propertyTexts } from "../icalendar/property-text.ts";

/** UTF-16 units of a value that are worth reading: many times what an item can hold. */
const valueMax = 256 * 1024;

/** The value as text: decoded from quoted-printable and from the charset it names, unescaped, trimmed. */
export function cardText(line: ContentLine): string {
  return propertyText(inCharset(line));
}

/** The parts of a list, which commas separate. */
export function cardTexts(line: ContentLine): string[] {
  return propertyTexts(inCharset(line));
}

/** The parts of a structured value, which semicolons separate: each decoded for itself, since it may hold coded semicolons. */
export function cardParts(line: ContentLine): string[] {
  const { value, ...rest } = inCharset(line);
  return splitOutside(value, ";").map((part) => propertyText({ ...rest, value: part }));
}

/** Splits at the sign where no backslash stands before it. */
function splitOutside(text: string, sign: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += text[at] === "\\" ? 2 : 1) {
    if (text[at] !== sign) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return [...parts, text.slice(start)];
}

/**
 * vCard 2.1 may write text bare in the charset that it names. Such a line isn't UTF-8, so it was read as windows-1252, in which every
 * byte is one character: they are made bytes again and read in the charset that was meant.
 */
function inCharset(line: ContentLine): ContentLine {
  const value = line.value.slice(0, valueMax);
  const charset = parameter(line, "CHARSET");
  if (charset === undefined || /^utf-?8$/i.test(charset) || isEncoded(line, "QUOTED-PRINTABLE") || !/[^\0-\x7f]/.test(value))
    return { ...line, value };
  const bytes = Array.from(value, (character) => byteOf.get(character));
  if (!bytes.every((byte) => byte !== undefined)) return { ...line, value };
  try {
    return { ...line, value: new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes)) };
  } catch {
    return { ...line, value };
  }
}

const byteOf: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte]),
);
