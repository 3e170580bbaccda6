import type { JsonObject } from "../../core/ports.ts";
import { roundDegrees } from "../degrees.ts";
import { type PhotoTags, type TagGroup, tagText } from "./tags.ts";

/** Where a photo was taken: signed degrees, metres above the sea. Undefined when its metadata don't say, or name no place on Earth. */
export function positionOf(tags: PhotoTags): JsonObject | undefined {
  const { latitude, longitude, altitude } = tags.gps.latitude === undefined ? xmpPosition(tags.xmp) : tags.gps;
  if (latitude === undefined || longitude === undefined || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return undefined;
  return {
    latitude: roundDegrees(latitude),
    longitude: roundDegrees(longitude),
    ...(altitude === undefined ? {} : { altitude: roundDegrees(altitude) }),
  };
}

function xmpPosition(xmp: TagGroup): PhotoTags["gps"] {
  const latitude = degrees(tagText(xmp, "GPSLatitude"), "N", "S");
  const longitude = degrees(tagText(xmp, "GPSLongitude"), "E", "W");
  const height = quotient(tagText(xmp, "GPSAltitude"));
  const altitude = height === undefined ? undefined : tagText(xmp, "GPSAltitudeRef") === "1" ? -height : height;
  return Object.fromEntries(Object.entries({ latitude, longitude, altitude }).filter((entry) => entry[1] !== undefined));
}

/** XMP's `34,22.91611E`, or the reader's `34.38…E`. */
function degrees(text: string | undefined, plus: string, minus: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?([NSEW])$/.exec(text ?? "");
  if (match === null || (match[4] !== plus && match[4] !== minus)) return undefined;
  const value = Number(match[1]) + Number(match[2] ?? 0) / 60 + Number(match[3] ?? 0) / 3_600;
  return match[4] === minus ? -value : value;
}

function quotient(text: string | undefined): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(text ?? "");
  const value = match === null ? Number.NaN : Number(match[1]) / Number(match[2] ?? 1);
  return Number.isFinite(value) ? value : undefined;
}
