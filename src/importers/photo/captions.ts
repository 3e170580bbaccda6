import type { Json } from "../../core/ports.ts";
import { type PhotoTags, tagNumber, tagText, tagTexts } from "./tags.ts";

/** What people wrote into a photo. Where its standards differ, the newest counts: XMP, then IPTC, then Exif. */
export function captionsOf({ exif, iptc, xmp }: PhotoTags): Record<string, Json> {
  const title = tagText(xmp, "title") ?? tagText(iptc, "Object Name") ?? tagText(exif, "XPTitle");
  const description =
    tagText(xmp, "description") ?? tagText(iptc, "Caption/Abstract") ?? tagText(exif, "ImageDescription") ?? tagText(exif, "XPComment");
  const creator = tagText(xmp, "creator") ?? tagText(iptc, "By-line") ?? tagText(exif, "Artist") ?? tagText(exif, "XPAuthor");
  const windows = tagTexts(exif, "XPKeywords")
    .flatMap((text) => text.split(";"))
    .map((word) => word.trim())
    .filter(Boolean);
  const keywords = [...new Set([...tagTexts(xmp, "subject"), ...tagTexts(iptc, "Keywords"), ...windows])];
  return present({ title, description, creator, keywords: keywords.length > 0 ? keywords : undefined });
}

export function cameraOf({ exif }: PhotoTags): Record<string, Json> {
  return present({ make: tagText(exif, "Make"), model: tagText(exif, "Model"), lens: tagText(exif, "LensModel") });
}

/** 1 to 8, as Exif counts the ways a picture can lie. */
export function orientationOf({ exif }: PhotoTags): number | undefined {
  const value = tagNumber(exif, "Orientation");
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8 ? value : undefined;
}

function present(members: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
