const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The text that was meant, where each of its UTF-8 bytes was written as a character (`caf\u00c3\u00a9`), as Meta's exports do. A text
 * that can't be such bytes is left as it is.
 */
export function unbroken(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return text;
  try {
    return utf8.decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}
