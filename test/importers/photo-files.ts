/** Exif fields by tag number: text, whole numbers (SHORT), or fractions (RATIONAL). */
export type ExifFields = Readonly<Record<number, string | number | readonly (readonly [number, number])[]>>;

export interface Exif {
  readonly main?: ExifFields;
  readonly camera?: ExifFields;
  readonly gps?: ExifFields;
}

/** Tags by the names that Exif gives them. */
export const tag = {
  description: 0x010e,
  make: 0x010f,
  model: 0x0110,
  orientation: 0x0112,
  dateTime: 0x0132,
  artist: 0x013b,
  original: 0x9003,
  digitized: 0x9004,
  offset: 0x9010,
  offsetOriginal: 0x9011,
  subSeconds: 0x9291,
  lens: 0xa434,
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
  altitudeRef: 5,
  altitude: 6,
  gpsTime: 7,
  gpsDate: 29,
} as const;

const exifPointer = 0x8769;
const gpsPointer = 0x8825;

/** A big-endian TIFF block: the main directory and those it points to, one after the other. */
export function tiff({ main = {}, camera, gps }: Exif): Buffer {
  const own: Record<number, string | number | readonly (readonly [number, number])[]> = { ...main };
  if (camera !== undefined) own[exifPointer] = 0;
  if (gps !== undefined) own[gpsPointer] = 0;
  const mainStart = 8;
  const cameraStart = mainStart + directory(own, mainStart).length;
  const gpsStart = cameraStart + (camera === undefined ? 0 : directory(camera, cameraStart).length);
  if (camera !== undefined) own[exifPointer] = cameraStart;
  if (gps !== undefined) own[gpsPointer] = gpsStart;
  return Buffer.concat([
    Buffer.from("4d4d002a00000008", "hex"),
    directory(own, mainStart),
    ...(camera === undefined ? [] : [directory(camera, cameraStart)]),
    ...(gps === undefined ? [] : [directory(gps, gpsStart)]),
  ]);
}

function directory(fields: ExifFields, start: number): Buffer {
  const entries = Object.entries(fields).map(([number, value]) => ({ number: Number(number), ...encoded(Number(number), value) }));
  let room = start + 2 + entries.length * 12 + 4;
  const heads: Buffer[] = [word(entries.length)];
  const tails: Buffer[] = [];
  for (const { number, type, count, data } of entries) {
    const inline = data.length <= 4;
    heads.push(word(number), word(type), long(count), inline ? Buffer.concat([data, Buffer.alloc(4 - data.length)]) : long(room));
    if (inline) continue;
    tails.push(data);
    room += data.length;
  }
  return Buffer.concat([...heads, long(0), ...tails]);
}

function encoded(number: number, value: string | number | readonly (readonly [number, number])[]) {
  if (typeof value === "string") return { type: 2, count: Buffer.byteLength(value) + 1, data: Buffer.from(`${value}\0`) };
  if (number === exifPointer || number === gpsPointer) return { type: 4, count: 1, data: long(Number(value)) };
  if (number === tag.altitudeRef) return { type: 1, count: 1, data: Buffer.from([Number(value)]) };
  if (typeof value === "number") return { type: 3, count: 1, data: word(value) };
  return { type: 5, count: value.length, data: Buffer.concat(value.flatMap(([over, under]) => [long(over), long(under)])) };
}

/** A JPEG of the size given, with what metadata there are; its picture is one byte. */
export function jpeg(parts: { exif?: Exif | Buffer; xmp?: string; iptc?: Buffer; width?: number; height?: number } = {}): Buffer {
  const { exif, xmp, iptc, width = 40, height = 30 } = parts;
  const frame = Buffer.concat([Buffer.from([8]), word(height), word(width), Buffer.from([1, 1, 0x11, 0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...(exif === undefined ? [] : [segment(0xe1, Buffer.from("Exif\0\0"), Buffer.isBuffer(exif) ? exif : tiff(exif as Exif))]),
    ...(xmp === undefined ? [] : [segment(0xe1, Buffer.from("http://ns.adobe.com/xap/1.0/\0"), Buffer.from(xmp))]),
    ...(iptc === undefined ? [] : [segment(0xed, Buffer.from("Photoshop 3.0\0"), iptc)]),
    segment(0xc0, frame),
    segment(0xda, Buffer.from([1, 1, 0, 0, 0x3f, 0])),
    Buffer.from([0x00, 0xff, 0xd9]),
  ]);
}

export function segment(marker: number, ...data: readonly Buffer[]): Buffer {
  const body = Buffer.concat(data);
  return Buffer.concat([Buffer.from([0xff, marker]), word(body.length + 2), body]);
}

/** Photoshop's resource block with IPTC records: [number, text]. */
export function iptcBlock(records: readonly (readonly [number, string])[]): Buffer {
  const data = Buffer.concat(
    records.map(([number, text]) => Buffer.concat([Buffer.from([0x1c, 2, number]), word(Buffer.byteLength(text)), Buffer.from(text)])),
  );
  return Buffer.concat([Buffer.from("8BIM\x04\x04\0\0", "latin1"), long(data.length), data, Buffer.alloc(data.length % 2)]);
}

export function xmpPacket(attributes: string, elements = ""): string {
  const spaces = [
    "exif=http://ns.adobe.com/exif/1.0/",
    "photoshop=http://ns.adobe.com/photoshop/1.0/",
    "dc=http://purl.org/dc/elements/1.1/",
  ]
    .map((space) => `xmlns:${space.replace("=", '="')}"`)
    .join(" ");
  const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${rdf}"><rdf:Description ${spaces} ${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

/** A HEIC file with a thumbnail's size and the picture's, and Exif data where its items say they are. */
export function heic(parts: { exif?: Exif; width?: number; height?: number; brand?: string } = {}): Buffer {
  const { exif, width = 4032, height = 3024, brand = "heic" } = parts;
  const sizes = [box("ispe", long(0), long(320), long(240)), box("ispe", long(0), long(width), long(height))];
  const properties = box("iprp", box("ipco", ...sizes));
  const data = exif === undefined ? Buffer.from("picture") : Buffer.concat([long(6), Buffer.from("Exif\0\0"), tiff(exif)]);
  const start = box("ftyp", Buffer.from(brand), long(0), Buffer.from("mif1heic"));
  const items =
    exif === undefined
      ? []
      : [box("iinf", long(0), word(1), box("infe", Buffer.from([2, 0, 0, 0]), word(1), word(0), Buffer.from("Exif\0")))];
  const meta = (place: number) => {
    const location =
      exif === undefined
        ? []
        : [box("iloc", long(0), Buffer.from([0x44, 0]), word(1), word(1), word(0), word(1), long(place), long(data.length))];
    return box("meta", long(0), ...items, ...location, properties);
  };
  const place = start.length + meta(0).length + 8;
  return Buffer.concat([start, meta(place), box("mdat", data)]);
}

export function box(type: string, ...data: readonly Buffer[]): Buffer {
  const body = Buffer.concat(data);
  return Buffer.concat([long(body.length + 8), Buffer.from(type, "latin1"), body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
