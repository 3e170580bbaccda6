import { decodeText } from "../decode-text.ts";

/** One entry of a zip file's directory. */
export interface ZipEntry {
  /** As the archive has it. */
  readonly name: string;
  readonly isEncrypted: boolean;
  /** 0: stored, 8: deflated; others aren't read. */
  readonly method: number;
  readonly crc32: number;
  /** The bytes as they stand in the archive. */
  readonly packed: Uint8Array;
  /** Bytes that the entry says to have. */
  readonly size: number;
}

const signature = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 } as const;

/** True when the bytes begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  const first = bytes.length < 22 ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE(0);
  return first === signature.local || first === signature.end;
}

/**
 * The entries that the archive's directory names, at most `most` of them, and whether there are more. Null when there is no directory: it
 * stands at the end, so one that was cut short has none. An entry whose bytes aren't there ends the list.
 */
export function zipEntries(bytes: Uint8Array, most: number): { readonly entries: readonly ZipEntry[]; readonly isWhole: boolean } | null {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(zip);
  if (directory === null) return null;
  const entries: ZipEntry[] = [];
  let at = directory.start;
  while (at + 46 <= zip.length && zip.readUInt32LE(at) === signature.entry && entries.length < most) {
    const lengths = { name: zip.readUInt16LE(at + 28), extra: zip.readUInt16LE(at + 30), comment: zip.readUInt16LE(at + 32) };
    const next = at + 46 + lengths.name + lengths.extra + lengths.comment;
    const entry = next > zip.length ? null : readEntry(zip, at, lengths.name, lengths.extra, directory.shift);
    if (entry === null) return { entries, isWhole: false };
    entries.push(entry);
    at = next;
  }
  return { entries, isWhole: at >= directory.end };
}

interface Directory {
  readonly start: number;
  readonly end: number;
  /** Bytes that were put before the archive, which its own places don't count. */
  readonly shift: number;
}

function findDirectory(zip: Buffer): Directory | null {
  if (zip.length < 22) return null;
  // The end record is followed by a comment of at most 65,535 bytes.
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"), zip.length - 22);
  if (end === -1 || end < zip.length - 22 - 65_535) return null;
  let [size, start, last] = [zip.readUInt32LE(end + 12), zip.readUInt32LE(end + 16), end];
  if (start === 0xffffffff || size === 0xffffffff) {
    const locator = end - 20;
    const end64 = locator < 0 || zip.readUInt32LE(locator) !== signature.locator64 ? -1 : number64(zip, locator + 8);
    if (end64 < 0 || end64 + 56 > zip.length || zip.readUInt32LE(end64) !== signature.end64) return null;
    [size, start, last] = [number64(zip, end64 + 40), number64(zip, end64 + 48), end64];
  }
  const shift = last - size - start;
  return shift < 0 || start < 0 ? null : { start: start + shift, end: last, shift };
}

/** Null when the entry's bytes aren't where it says. */
function readEntry(zip: Buffer, at: number, nameLength: number, extraLength: number, shift: number): ZipEntry | null {
  const flags = zip.readUInt16LE(at + 8);
  const name = zip.subarray(at + 46, at + 46 + nameLength);
  const extra = zip.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  const told = { size: zip.readUInt32LE(at + 24), packed: zip.readUInt32LE(at + 20), offset: zip.readUInt32LE(at + 42) };
  const { size, packed, offset } = wide(extra, told);
  const local = offset + shift;
  if (local < 0 || local + 30 > zip.length || zip.readUInt32LE(local) !== signature.local) return null;
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (packed < 0 || start + packed > zip.length) return null;
  return {
    name: decodeText(name).text,
    isEncrypted: (flags & 1) === 1,
    method: zip.readUInt16LE(at + 10),
    crc32: zip.readUInt32LE(at + 16),
    packed: zip.subarray(start, start + packed),
    size,
  };
}

/** What doesn't fit into 32 bits stands in the extra field with number 1, in this order. */
function wide<Told extends Record<"size" | "packed" | "offset", number>>(extra: Buffer, told: Told): Record<keyof Told, number> {
  const numbers = { ...told } as Record<keyof Told, number>;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let place = at + 4;
    for (const name of ["size", "packed", "offset"] as const) {
      if (told[name] !== 0xffffffff || place + 8 > extra.length) continue;
      numbers[name] = number64(extra, place);
      place += 8;
    }
  }
  return numbers;
}

/** -1 for what no file has. */
function number64(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : Number(value);
}
