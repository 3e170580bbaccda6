import type { ImportProblem } from "../importer.ts";
import type { Container } from "./container.ts";

interface Box {
  readonly type: string;
  readonly start: number;
  /** Where its contents begin and end. */
  readonly body: number;
  readonly end: number;
}

const brands: ReadonlySet<string> = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"]);

export function isHeif(bytes: Uint8Array): boolean {
  if (name(bytes, 4) !== "ftyp") return false;
  const end = Math.min(long(bytes, 0), bytes.length, 128);
  const found = [name(bytes, 8)];
  for (let at = 16; at + 4 <= end; at += 4) found.push(name(bytes, at));
  return found.some((brand) => brands.has(brand)) && !["avif", "avis"].includes(name(bytes, 8));
}

/** Reads the meta box: its largest picture is the photo itself, the others are tiles and thumbnails of it. */
export function readHeif(bytes: Uint8Array): Container | { readonly damage: ImportProblem } {
  const { boxes, damage } = boxesIn(bytes, 0, bytes.length);
  const meta = boxes.find((box) => box.type === "meta");
  if (meta === undefined) return { damage: { position: damage?.position ?? "", reason: "no picture in it" } };
  const inside = boxesIn(bytes, meta.body + 4, meta.end);
  const properties = inside.boxes.filter((box) => box.type === "iprp").flatMap((box) => boxesIn(bytes, box.body, box.end).boxes);
  const sizes = properties
    .filter((box) => box.type === "ipco")
    .flatMap((box) => boxesIn(bytes, box.body, box.end).boxes)
    .filter((box) => box.type === "ispe" && box.end - box.body >= 12)
    .map((box) => ({ width: long(bytes, box.body + 4), height: long(bytes, box.body + 8) }));
  const largest = sizes.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a), { width: 0, height: 0 });
  const items = inside.boxes.find((box) => box.type === "iinf");
  const exif =
    items === undefined
      ? -1
      : Buffer.from(bytes.buffer, bytes.byteOffset + items.body, items.end - items.body).indexOf("Exif", 0, "latin1");
  const wrong = damage ?? inside.damage;
  return {
    format: "heif",
    ...largest,
    ...(wrong === undefined ? {} : { damage: wrong }),
    ...(exif === -1 ? {} : { exifAt: (items?.body ?? 0) + exif }),
  };
}

/** The boxes in a stretch of the file, up to the first that doesn't fit. */
function boxesIn(bytes: Uint8Array, start: number, end: number): { boxes: Box[]; damage?: ImportProblem } {
  const boxes: Box[] = [];
  let at = start;
  while (at + 8 <= end) {
    const short = long(bytes, at);
    const size = short === 1 ? long(bytes, at + 8) * 2 ** 32 + long(bytes, at + 12) : short === 0 ? end - at : short;
    const body = at + (short === 1 ? 16 : 8);
    if (at + size < body || at + size > end)
      return { boxes, damage: { position: `byte ${at}`, reason: "a box is longer than what holds it" } };
    boxes.push({ type: name(bytes, at + 4), start: at, body, end: at + size });
    at += size;
  }
  return { boxes };
}

function name(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 4)).toString("latin1");
}

function long(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
