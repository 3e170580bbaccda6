import { decodeText } from "../decode-text.ts";
import { type ContentLine, parameter } from "./content-line.ts";

/** The property's text: decoded when it is quoted-printable (vCalendar 1.0), unescaped, trimmed. */
export function propertyText(line: ContentLine): string {
  return unescapeText(decodedValue(line)).trim();
}

/** The texts of a list: commas part them, in vCalendar 1.0 semicolons; both escaped where they belong to a text. */
export function propertyTexts(line: ContentLine): string[] {
  const value = decodedValue(line);
  const texts: string[] = [];
  let start = 0;
  for (let at = 0; at <= value.length; at += value[at] === "\\" ? 2 : 1) {
    if (at < value.length && value[at] !== "," && value[at] !== ";") continue;
    texts.push(unescapeText(value.slice(start, at)).trim());
    start = at + 1;
  }
  // A backslash at the very end escapes nothing, so the loop steps over the end.
  if (start < value.length) texts.push(unescapeText(value.slice(start)).trim());
  return texts.filter(Boolean);
}

function unescapeText(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\\;,:"nN])/g, (_, sign: string) => (sign === "n" || sign === "N" ? "\n" : sign)) : text;
}

export function isEncoded(line: ContentLine, encoding: "QUOTED-PRINTABLE" | "BASE64"): boolean {
  return parameter(line, "ENCODING")?.toUpperCase() === encoding || line.parameters.has(encoding);
}

function decodedValue(line: ContentLine): string {
  if (!isEncoded(line, "QUOTED-PRINTABLE")) return line.value;
  const escaped = line.value.replace(/=(?:\r?\n|$)/g, "");
  // Letters that were written bare stand beside the coded bytes.
  const bytes = Buffer.concat(
    escaped
      .split(/(=[0-9a-f]{2})/i)
      .map((part, index) => Buffer.from(index % 2 === 1 ? part.slice(1) : part, index % 2 === 1 ? "hex" : "utf8")),
  );
  return textOf(bytes, parameter(line, "CHARSET")).replaceAll("\r\n", "\n");
}

function textOf(bytes: Uint8Array, charset: string | undefined): string {
  try {
    return charset === undefined ? decodeText(bytes).text : new TextDecoder(charset).decode(bytes);
  } catch {
    return decodeText(bytes).text;
  }
}
