import { unitsWithin } from "../json-size.ts";
import { indexAtMost } from "../sorted.ts";

/** A stretch of a text: offsets in UTF-16 units. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text into parts of at most `bytes` bytes as JSON; together they are the whole text. A part ends where a heading begins
 * if that leaves it half full, else where another block begins, a line, a word, or between two characters. `bytes` is at
 * least 6, which any character fits in.
 */
export function partsOf(text: string, bytes: number, headings: readonly number[], blocks: readonly number[]): Part[] {
  const parts: Part[] = [];
  let start = 0;
  do {
    const reach = start + unitsWithin(text, bytes, start);
    const end = reach >= text.length ? text.length : cutBefore(text, start, reach, headings, blocks);
    parts.push({ start, end });
    start = end;
  } while (start < text.length);
  return parts;
}

function cutBefore(text: string, start: number, reach: number, headings: readonly number[], blocks: readonly number[]): number {
  const heading = headings[indexAtMost(headings, reach)];
  if (heading !== undefined && heading - start > (reach - start) / 2) return heading;
  const block = Math.max(blocks[indexAtMost(blocks, reach)] ?? 0, heading ?? 0);
  if (block > start) return block;
  // Looked for in the stretch alone: a text without any would be searched to its beginning each time.
  const stretch = text.slice(start, reach);
  const end = stretch.lastIndexOf("\n") + 1 || stretch.lastIndexOf(" ") + 1;
  return end > 0 ? start + end : reach;
}
