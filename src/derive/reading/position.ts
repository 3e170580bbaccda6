import type { JsonObject } from "../../core/ports.ts";
import type { SeenEvidence } from "../deriver.ts";
import { numberOf, objectOf, textOf } from "./fields.ts";
import { dayMs, parseWall, type Wall, wallOf } from "./wall.ts";

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where the person was at a time. */
export interface Presence {
  readonly position: Position | null;
  /** The name of the place as the source has it. */
  readonly name: string;
  readonly city: string;
  readonly from: Wall;
  /** Days since 1970-01-01 and minutes of the end; the beginning again when it is not known. */
  readonly to: Wall;
  /** What the source itself takes it for. */
  readonly role: "home" | "work" | null;
}

/** Presence that a photo or a visit tells of; null for anything else. */
export function presenceOf(item: SeenEvidence): Presence | null {
  const { kind, content } = item;
  if (kind !== "photo" && kind !== "visit") return null;
  const from = wallOf(item);
  if (from === null) return null;
  const place = objectOf(content["place"]);
  return {
    position: positionIn(kind === "photo" ? objectOf(content["position"]) : content),
    name: (textOf(content["name"]) || textOf(content["location"]) || textOf(place["name"]) || textOf(place["location"])).slice(0, 120),
    city: (textOf(content["city"]) || textOf(place["city"])).slice(0, 80),
    from,
    to: parseWall(textOf(content["end"])) ?? from,
    role: roleOf(`${textOf(content["semantic_type"])} ${kind === "visit" ? textOf(content["name"]) : ""}`),
  };
}

function roleOf(told: string): Presence["role"] {
  if (/\bhome\b|_home\b|\bhome_/iu.test(told)) return "home";
  return /\bwork\b|_work\b|\bwork_|\boffice\b/iu.test(told) ? "work" : null;
}

export function positionIn(content: JsonObject): Position | null {
  const latitude = numberOf(content["latitude"]);
  const longitude = numberOf(content["longitude"]);
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return latitude === 0 && longitude === 0 ? null : { latitude, longitude };
}

/** Kilometres over ground. */
export function kilometres(left: Position, right: Position): number {
  const radians = Math.PI / 180;
  const north = (right.latitude - left.latitude) * radians;
  const east = (right.longitude - left.longitude) * radians;
  const chord = Math.sin(north / 2) ** 2 + Math.cos(left.latitude * radians) * Math.cos(right.latitude * radians) * Math.sin(east / 2) ** 2;
  return 12_742 * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Hours between two walls, never negative. */
export function hoursBetween(from: Wall, to: Wall): number {
  const minutes = (to.day - from.day) * (dayMs / 60_000) + (to.minute ?? 0) - (from.minute ?? 0);
  return Math.max(0, minutes / 60);
}
