import { decodeWords } from "postal-mime";
import { fieldOf, type Head, readHead } from "./head.ts";
import { charsetDecoded, transferDecoded, unflowed } from "./part-bytes.ts";
import { type StructuredField, structuredField } from "./structured-field.ts";

/** A part of a message: several others, or bytes. */
export interface Part {
  readonly head: Head;
  /** `text/plain`. */
  readonly type: string;
  readonly parameters: StructuredField["parameters"];
  /** Content-Disposition's word; empty when there is none. */
  readonly disposition: string;
  readonly fileName: string | undefined;
  /** The parts of a multipart, none of anything else. */
  readonly parts: readonly Part[];
  /** The body as it stands in the message. */
  readonly body: Uint8Array;
}

/** What one message may have in all. */
export interface PartBudget {
  partsLeft: number;
  /** What had to be left out, in words. */
  readonly losses: Set<string>;
}

/** Parts of a message in all: a newsletter has ten. */
export const partsMax = 1_000;
const depthMax = 16;

/** Bytes of a text that are decoded. */
const textBytesMax = 4 * 1024 * 1024;

/** Reads the message or part that the bytes are. Bytes are cut, never copied, so the work grows with their number and `depthMax` only. */
export function readPart(bytes: Uint8Array, budget: PartBudget, depth = 0, defaultType = "text/plain"): Part {
  budget.partsLeft -= 1;
  const head = readHead(bytes);
  const { value, parameters } = structuredField(fieldOf(head, "content-type") ?? defaultType);
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : defaultType;
  const disposition = structuredField(fieldOf(head, "content-disposition") ?? "");
  const fileName = disposition.parameters.get("filename") ?? parameters.get("name");
  const boundary = parameters.get("boundary") ?? "";
  const isMultipart = type.startsWith("multipart/") && boundary !== "";
  const isTooDeep = isMultipart && depth >= depthMax;
  if (isTooDeep) budget.losses.add(`parts stand more than ${depthMax} deep: the inner ones left out`);
  const body = bytes.subarray(isTooDeep ? bytes.length : head.bodyAt);
  const parts = isMultipart && !isTooDeep ? readParts(body, boundary, type, budget, depth) : [];
  return { head, type, parameters, disposition: disposition.value, fileName: fileName && decodeWords(fileName).trim(), parts, body };
}

function readParts(body: Uint8Array, boundary: string, type: string, budget: PartBudget, depth: number): Part[] {
  const { pieces, isClosed } = cutAt(body, boundary, budget.partsLeft + 1);
  if (!isClosed && pieces.length > 0 && pieces.length <= budget.partsLeft)
    budget.losses.add("its last part has no end: it may be cut short");
  const parts: Part[] = [];
  for (const piece of pieces) {
    if (budget.partsLeft <= 0) {
      budget.losses.add(`more than ${partsMax} parts: the others left out`);
      break;
    }
    parts.push(readPart(piece, budget, depth + 1, type === "multipart/digest" ? "message/rfc822" : "text/plain"));
  }
  return parts;
}

/** The pieces between the boundary's lines, at most `most` of them; what stands before the first and after the last is for nobody. */
function cutAt(body: Uint8Array, boundary: string, most: number): { pieces: Uint8Array[]; isClosed: boolean } {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = Buffer.from(`--${boundary}`);
  const pieces: Uint8Array[] = [];
  let start = -1;
  for (let at = buffer.indexOf(mark); at !== -1; at = buffer.indexOf(mark, at + 1)) {
    const line = boundaryLine(buffer, at, mark.length);
    if (line === null) continue;
    if (start !== -1) pieces.push(buffer.subarray(start, Math.max(start, lineBreakBefore(buffer, at))));
    if (line.isLast || pieces.length >= most) return { pieces, isClosed: true };
    start = line.next;
  }
  if (start !== -1) pieces.push(buffer.subarray(start));
  return { pieces, isClosed: false };
}

/** The boundary stands on a line of its own, with `--` after it when it is the last, and blanks. */
function boundaryLine(buffer: Buffer, at: number, length: number): { isLast: boolean; next: number } | null {
  if (at > 0 && buffer[at - 1] !== 0x0a && buffer[at - 1] !== 0x0d) return null;
  let end = at + length;
  const isLast = buffer[end] === 0x2d && buffer[end + 1] === 0x2d;
  if (isLast) end += 2;
  while (buffer[end] === 0x20 || buffer[end] === 0x09) end += 1;
  if (end < buffer.length && buffer[end] !== 0x0a && buffer[end] !== 0x0d) return null;
  return { isLast, next: Math.min(buffer.length, end + (buffer[end] === 0x0d && buffer[end + 1] === 0x0a ? 2 : 1)) };
}

/** The line break before a boundary belongs to the boundary. */
function lineBreakBefore(buffer: Buffer, at: number): number {
  if (buffer[at - 1] === 0x0a) return buffer[at - 2] === 0x0d ? at - 2 : at - 1;
  return buffer[at - 1] === 0x0d ? at - 1 : at;
}

export function partBytes({ head, body }: Part): Uint8Array {
  return transferDecoded(body, fieldOf(head, "content-transfer-encoding") ?? "");
}

/** The words of a text, as many as an item can hold some times over. */
export function partText(part: Part): string {
  const body = part.body.length > textBytesMax ? part.body.subarray(0, part.body.lastIndexOf(0x0a, textBytesMax) + 1) : part.body;
  const text = charsetDecoded(partBytes({ ...part, body }), part.parameters.get("charset"));
  const isFlowed = part.parameters.get("format")?.toLowerCase() === "flowed";
  return isFlowed ? unflowed(text, part.parameters.get("delsp")?.toLowerCase() === "yes") : text;
}
