/** The lines with their numbers, from 1, and where in the text they start. */
export function* textLines(text: string): Generator<{ line: string; number: number; start: number }> {
  let start = 0;
  for (let number = 1; start < text.length; number += 1) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield { line: text.slice(start, end), number, start };
    start = end + 1;
  }
}
