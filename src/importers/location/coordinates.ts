import { asNumber, type JsonRecord } from "./json-records.ts";

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadius = 6_371_008.8;
const radians = Math.PI / 180;

/** Metres over ground. */
export function distance(a: Coordinates, b: Coordinates): number {
  const north = (b.latitude - a.latitude) * radians;
  const east = (b.longitude - a.longitude) * radians;
  const chord = Math.sin(north / 2) ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(east / 2) ** 2;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** A place on earth, null when it is none; 0° 0° is what programs write that don't know. */
export function coordinates(latitude: unknown, longitude: unknown): Coordinates | null {
  const [north, east] = [asNumber(latitude), asNumber(longitude)];
  if (north === undefined || east === undefined || Math.abs(north) > 90 || Math.abs(east) > 180) return null;
  return north === 0 && east === 0 ? null : { latitude: north, longitude: east };
}

/** Google's ten-millionths of a degree, also where they overflowed 32 bits. */
export function coordinatesE7(latitude: unknown, longitude: unknown): Coordinates | null {
  const [north, east] = [asNumber(latitude), asNumber(longitude)];
  if (north === undefined || east === undefined) return null;
  return coordinates((north > 900_000_000 ? north - 2 ** 32 : north) / 1e7, (east > 1_800_000_000 ? east - 2 ** 32 : east) / 1e7);
}

/** `48.8566°, 2.3522°`, the same without signs, and `geo:48.8566,2.3522`. */
export function coordinatesIn(text: unknown): Coordinates | null {
  if (typeof text !== "string" || text.length > 100) return null;
  const [, latitude, longitude] = /^\s*(?:geo:)?\s*([+-]?[\d.]+)\s*°?\s*,\s*([+-]?[\d.]+)\s*°?/i.exec(text) ?? [];
  return coordinates(latitude, longitude);
}

/** Members for a draft's content, rounded to a metre. */
export function placeMembers({ latitude, longitude }: Coordinates, prefix = ""): JsonRecord & Record<string, number> {
  return { [`${prefix}latitude`]: rounded(latitude, 5), [`${prefix}longitude`]: rounded(longitude, 5) };
}

export function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits + 0;
}
