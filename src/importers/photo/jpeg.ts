import type { ImportProblem } from "../importer.ts";
import type { Container } from "./container.ts";

/** Markers that stand alone, without a length. */
const bare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
/** Start of frame: the picture's size. C4, C8 and CC are tables. */
const frame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const scanMarker = 0xda;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Walks the segments up to the image data. Without a frame there is no picture. */
export function readJpeg(bytes: Uint8Array): Container | { readonly damage: ImportProblem } {
  let damage: ImportProblem | undefined;
  let size: { width: number; height: number } | undefined;
  let exifAt: number | undefined;
  let at = 2;
  while (at < bytes.length) {
    const marker = markerAt(bytes, at);
    if (marker === undefined) {
      damage ??= { position: `byte ${at}`, reason: "no segment where one should begin" };
      at = nextMarker(bytes, at);
      continue;
    }
    const { code, body } = marker;
    if (code === scanMarker) break;
    at = body;
    if (bare(code)) continue;
    const length = word(bytes, body);
    if (length < 2 || body + length > bytes.length) {
      damage ??= { position: `byte ${body}`, reason: "a segment is longer than the file" };
      if (length >= 2) break;
      continue;
    }
    if (frame(code)) size ??= { height: word(bytes, body + 3), width: word(bytes, body + 5) };
    if (code === 0xe1 && startsWith(bytes, body + 2, "Exif\0")) exifAt ??= body + 2;
    at = body + length;
  }
  if (size === undefined)
    return { damage: { position: damage?.position ?? "", reason: `no picture in it${damage === undefined ? "" : `: ${damage.reason}`}` } };
  return { format: "jpeg", ...size, ...(damage === undefined ? {} : { damage }), ...(exifAt === undefined ? {} : { exifAt }) };
}

function markerAt(bytes: Uint8Array, start: number): { code: number; body: number } | undefined {
  let at = start;
  if (bytes[at] !== 0xff) return undefined;
  while (bytes[at] === 0xff) at += 1;
  const code = bytes[at];
  return code === undefined || code === 0 ? undefined : { code, body: at + 1 };
}

function nextMarker(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at - 1] === 0xff && (bytes[at] ?? 0) >= 0xc0 && bytes[at] !== 0xff) return at - 1 > start ? at - 1 : at;
  }
  return bytes.length;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return Buffer.from(bytes.subarray(at, at + text.length)).toString("latin1") === text;
}
