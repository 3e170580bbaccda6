import type { ImportProblem } from "../importer.ts";
import { placeOf } from "../place.ts";
import { wellFormed } from "../well-formed.ts";
import type { JsonPath } from "./json-slices.ts";

/** The value's place as a relative reference with a JSON Pointer (RFC 6901, section 6): `a/result.json#/messages/12`. */
export function placeInJson(name: string, path: JsonPath): string {
  const parts = path.map((part) => encodeURIComponent(wellFormed(String(part)).replaceAll("~", "~0").replaceAll("/", "~1")));
  return parts.length === 0 ? placeOf(name) : `${placeOf(name)}#/${parts.join("/")}`;
}

/** The entry of the outermost list that the value stands in, from 1; empty when it stands in none. */
export function positionInJson(path: JsonPath): string {
  const index = path.find((part) => typeof part === "number");
  return index === undefined ? "" : `entry ${index + 1}`;
}

/** A problem of the value; one in a list inside a list is told by its number there too. */
export function problemInJson(path: JsonPath, reason: string): ImportProblem {
  const inner = path.filter((part) => typeof part === "number")[1];
  return { position: positionInJson(path), reason: inner === undefined ? reason : `its entry ${inner + 1}: ${reason}` };
}
