import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { type Coordinates, coordinatesE7 } from "./coordinates.ts";
import { asList, asNumber, asRecord, asText, type JsonRecord, jsonRecords, jsonStart } from "./json-records.ts";
import { PlaceDrafts, type Told } from "./place-drafts.ts";
import { type SourceInstant, sourceInstant } from "./source-instant.ts";

/** Google Takeout's Semantic Location History, a file a month: its place visits and activity segments. */
export const googleSemantic: Importer = {
  name: "google-semantic",
  version: "1",
  title: "Google Semantic Location History",
  recognises,
  read,
};

function recognises(file: SourceFile): boolean {
  return /^\{\s*"timelineObjects"\s*:/.test(jsonStart(file.bytes));
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(googleSemantic, file);
  const records = jsonRecords(file.bytes, "timelineObjects");
  if (records === null) drafts.problems.add("", "holds no timelineObjects");
  for (const item of records ?? []) {
    const position = `entry ${item.entry}`;
    const told = "reason" in item ? item.reason : toldBy(item.record);
    if (typeof told === "string") drafts.problems.add(position, told);
    else drafts.add(told, position);
  }
  yield* drafts.items();
}

/** What the object tells of, or why it can't be used. */
function toldBy(record: JsonRecord): Told | string {
  const visit = asRecord(record["placeVisit"]);
  if (visit !== null) return visitOf(visit);
  const segment = asRecord(record["activitySegment"]);
  return segment === null ? "is neither a placeVisit nor an activitySegment: left out" : tripOf(segment);
}

function visitOf(visit: JsonRecord): Told | string {
  const location = asRecord(visit["location"]) ?? {};
  const at = placeIn(location);
  const times = timesOf(visit);
  if (at === null) return "the placeVisit has no place: left out";
  if (times === null) return "the placeVisit has no time: left out";
  const more = { name: asText(location["name"]), address: asText(location["address"]), semantic_type: typeIn(location["semanticType"]) };
  return { kind: "visit", ...times, at, placeId: asText(location["placeId"]), more };
}

function tripOf(segment: JsonRecord): Told | string {
  const path = asRecord(segment["waypointPath"]) ?? {};
  const waypoints = asList(path["waypoints"]).flatMap((point) => placeIn(asRecord(point) ?? {}) ?? []);
  const at = placeIn(asRecord(segment["startLocation"]) ?? {}) ?? waypoints[0];
  const to = placeIn(asRecord(segment["endLocation"]) ?? {}) ?? waypoints.at(-1);
  const times = timesOf(segment);
  if (at === undefined) return "the activitySegment has no place: left out";
  if (times === null) return "the activitySegment has no time: left out";
  const metres = asNumber(segment["distance"]) ?? asNumber(path["distanceMeters"]);
  const mode = typeIn(segment["activityType"]) ?? typeIn(path["travelMode"]);
  return { kind: "trip", ...times, at, to, distance: metres, more: { mode } };
}

function placeIn(location: JsonRecord): Coordinates | null {
  return coordinatesE7(location["latitudeE7"] ?? location["latE7"], location["longitudeE7"] ?? location["lngE7"]);
}

function timesOf(record: JsonRecord): { start: SourceInstant; end?: SourceInstant } | null {
  const duration = asRecord(record["duration"]) ?? {};
  const start = sourceInstant(duration["startTimestamp"] ?? duration["startTimestampMs"]);
  const end = sourceInstant(duration["endTimestamp"] ?? duration["endTimestampMs"]);
  return start === null ? null : { start, ...(end === null ? {} : { end }) };
}

/** `IN_PASSENGER_VEHICLE` as `in_passenger_vehicle`; what only says that it isn't known is nothing. */
export function typeIn(value: unknown): string | undefined {
  const type = asText(value)
    ?.toLowerCase()
    .replace(/^type_/, "")
    .replaceAll(" ", "_");
  return type === undefined || /^unknown/.test(type) ? undefined : type;
}
