import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { type Coordinates, coordinates } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { asList, asRecord, asText, type JsonRecord, jsonRecords, jsonStart } from "./json-records.ts";
import { PlaceDrafts, type Told } from "./place-drafts.ts";
import { type SourceInstant, sourceInstant } from "./source-instant.ts";

/**
 * GeoJSON, also Overland's and Google's saved places: points with a time are folded into visits and trips, points with a name are places,
 * and so are lines whose points have times.
 */
export const geojson: Importer = { name: "geojson", version: "1", title: "GeoJSON points and places", recognises, read };

/** Members that hold a point's time. */
const timeNames = ["time", "timestamp", "datetime", "when", "recorded_at", "tst", "date", "created_at"];

function recognises(file: SourceFile): boolean {
  const start = jsonStart(file.bytes);
  if (/^\{\s*"type"\s*:\s*"FeatureCollection"/.test(start)) return true;
  const isFeature = /"type"\s*:\s*"Feature"/.test(start);
  return /^\{\s*"(?:features|crs|name|bbox)"\s*:/.test(start)
    ? /"type"\s*:\s*"FeatureCollection"/.test(start) || isFeature
    : /^\{\s*"locations"\s*:/.test(start) && isFeature;
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(geojson, file);
  const fixes: Fix[] = [];
  const records = jsonRecords(file.bytes, "features") ?? jsonRecords(file.bytes, "locations");
  if (records === null) drafts.problems.add("", "holds no features");
  for (const item of records ?? []) {
    const position = `entry ${item.entry}`;
    const reason = "reason" in item ? item.reason : addFeature(item.record, position, fixes, drafts);
    if (reason !== undefined) drafts.problems.add(position, reason);
  }
  drafts.addFixes(fixes);
  yield* drafts.items();
}

/** Says what is wrong with the feature. */
function addFeature(feature: JsonRecord, position: string, fixes: Fix[], drafts: PlaceDrafts): string | undefined {
  const geometry = asRecord(feature["geometry"]) ?? {};
  const properties = asRecord(feature["properties"]) ?? {};
  if (geometry["type"] === "LineString") return addLine(geometry, properties, drafts);
  const at = geometry["type"] === "Point" ? placeIn(geometry["coordinates"]) : null;
  const time = timeNames.map((name) => sourceInstant(properties[name])).find((each) => each !== null);
  const place = placeOf(properties, at, time);
  if (place !== null) drafts.add(place, position);
  else if (at === null) return "has no point: left out";
  else if (time?.at === undefined) return "has neither time nor name: left out";
  else fixes.push({ ...at, at: time.at, text: time.text });
  return undefined;
}

/** A place is something with a name or an address; Google gives places it can't locate the coordinates 0, 0. */
function placeOf(properties: JsonRecord, at: Coordinates | null, time: SourceInstant | undefined): Told | null {
  const location = asRecord(properties["Location"]) ?? asRecord(properties["location"]) ?? {};
  const name = [location["Business Name"], location["name"], properties["Title"], properties["title"], properties["name"]]
    .map(asText)
    .find(Boolean);
  const address = [location["Address"], location["address"], properties["address"]].map(asText).find(Boolean);
  const url = asText(properties["Google Maps URL"]) ?? asText(properties["google_maps_url"]);
  if ((name ?? address) === undefined || (at === null && (address ?? url) === undefined)) return null;
  const saved = sourceInstant(properties["Published"]) ?? time ?? undefined;
  const more = { name, address, url, note: asText(properties["description"]) ?? asText(properties["Comment"]) };
  return { kind: "place", at: at ?? undefined, start: saved, placeId: url, more };
}

function addLine(geometry: JsonRecord, properties: JsonRecord, drafts: PlaceDrafts): string | undefined {
  const inside = asRecord(properties["coordinateProperties"]) ?? {};
  const times = [properties["coordTimes"], properties["times"], properties["timestamps"], inside["times"]]
    .map(asList)
    .find((list) => list.length > 0);
  if (times === undefined) return "a line without times: left out";
  const fixes = asList(geometry["coordinates"]).flatMap((place, index) => {
    const at = placeIn(place);
    const time = sourceInstant(times[index]);
    return at === null || time?.at === undefined ? [] : [{ ...at, at: time.at, text: time.text }];
  });
  drafts.addFixes(fixes, { name: asText(properties["name"]) ?? asText(properties["title"]) });
  return fixes.length === 0 ? "the line's points have no places or times: left out" : undefined;
}

function placeIn(value: unknown): Coordinates | null {
  const [longitude, latitude] = asList(value);
  return coordinates(latitude, longitude);
}
