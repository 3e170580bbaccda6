export type TextEncodingName = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const windows1252 = new TextDecoder("windows-1252");

/** The bytes as text: what a byte order mark says, else UTF-8 where that is valid, else windows-1252 (which can't fail). */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly encoding: TextEncodingName } {
  const mark = wideMark(bytes);
  if (mark !== undefined) return { text: new TextDecoder(mark).decode(bytes), encoding: mark };
  try {
    return { text: utf8.decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: windows1252.decode(bytes), encoding: "windows-1252" };
  }
}

/** The UTF-16 that the byte order mark names. */
export function wideMark(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}
