import { DOMParser, onErrorStopParsing } from "@xmldom/xmldom";
import ExifReader from "exifreader";

/** One tag as the reader gives it; nothing about it is certain. */
interface Tag {
  readonly value?: unknown;
  readonly description?: unknown;
}
export type TagGroup = Readonly<Record<string, Tag | readonly Tag[] | undefined>>;

/** The metadata of a photo by standard; a group that the file lacks is empty. */
export interface PhotoTags {
  readonly exif: TagGroup;
  readonly iptc: TagGroup;
  readonly xmp: TagGroup;
  /** Degrees and metres, signed. */
  readonly gps: { readonly latitude?: number; readonly longitude?: number; readonly altitude?: number };
}

export const noTags: PhotoTags = { exif: {}, iptc: {}, xmp: {}, gps: {} };

/** Characters of XMP that are parsed: standard packets fit in a JPEG segment of 64 KiB, and endless nesting takes minutes. */
const xmpMax = 128 * 1024;

/** Groups that say nothing of what a person remembers. */
const excludeTags = { icc: true, mpf: true, makerNotes: true, photoshop: true, thumbnail: true, composite: true } as const;

/** Reads all metadata; throws when the file is beyond the reader. `xmpLost`: there is XMP that can't be read. */
export function readTags(bytes: Uint8Array): { tags: PhotoTags; xmpLost: boolean } {
  // The reader looks for an XML parser by itself, and does without when there is none: the same photo would give two results.
  const parser = new DOMParser({ onError: onErrorStopParsing });
  let failed = false;
  const domParser = {
    parseFromString(xml: string, type: string) {
      failed = true;
      if (xml.length > xmpMax) throw new RangeError("too much XMP");
      const document = parser.parseFromString(xml, type);
      failed = false;
      return document;
    },
  };
  const own = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const groups = ExifReader.load(own, { expanded: true, excludeTags, domParser });
  const { Latitude: latitude, Longitude: longitude, Altitude: altitude } = groups.gps ?? {};
  const xmp = (groups.xmp ?? {}) as TagGroup;
  const tags = {
    exif: (groups.exif ?? {}) as TagGroup,
    iptc: (groups.iptc ?? {}) as TagGroup,
    xmp,
    gps: Object.fromEntries(Object.entries({ latitude, longitude, altitude }).filter((entry) => Number.isFinite(entry[1]))),
  };
  return { tags, xmpLost: failed && Object.keys(xmp).every((name) => name === "_raw") };
}

/** The tag's text; undefined when it has none, or only blanks. */
export function tagText(group: TagGroup, name: string): string | undefined {
  return tagTexts(group, name)[0];
}

/** The texts of a tag that can have several. */
export function tagTexts(group: TagGroup, name: string): string[] {
  const tag = Object.hasOwn(group, name) ? group[name] : undefined;
  const tags: readonly Tag[] = tag === undefined ? [] : "length" in tag ? tag : [tag];
  return tags
    .flatMap((one) => textsOf(one))
    .map(trimmed)
    .filter(Boolean);
}

export function tagNumber(group: TagGroup, name: string): number | undefined {
  const tag = Object.hasOwn(group, name) ? group[name] : undefined;
  const value = tag === undefined || "length" in tag ? undefined : tag.value;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** XMP gives strings and lists of tags, Exif lists of strings, IPTC bytes with their text as description. */
function textsOf(tag: Tag): string[] {
  const { value, description } = tag;
  if (Array.isArray(value) && value.length > 0 && value.every(isTag)) return value.flatMap((one) => textsOf(one));
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "string") return [value[0]];
  return typeof value === "string" ? [value] : typeof description === "string" ? [description] : [];
}

function isTag(value: unknown): value is Tag {
  return typeof value === "object" && value !== null && "description" in value;
}

/** Cameras fill fixed fields with blanks or NULs. */
function trimmed(text: string): string {
  return text.replace(/\0[\s\S]*$/, "").trim();
}
