import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { coordinatesE7 } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { asNumber, jsonRecords, jsonStart } from "./json-records.ts";
import { PlaceDrafts } from "./place-drafts.ts";
import { sourceInstant } from "./source-instant.ts";

/** Google Takeout's raw location history, Records.json: its points are folded into visits and trips. */
export const googleRecords: Importer = {
  name: "google-records",
  version: "1",
  title: "Google location history (Records.json)",
  recognises,
  read,
};

/** Points that are less exact (m) don't say where someone was. */
export const accuracyMax = 1_000;

function recognises(file: SourceFile): boolean {
  const start = jsonStart(file.bytes);
  return /^\{\s*"locations"\s*:\s*\[/.test(start) && /"(?:latitudeE7|longitudeE7|timestampMs)"/.test(start);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(googleRecords, file);
  const fixes: Fix[] = [];
  const records = jsonRecords(file.bytes, "locations");
  if (records === null) drafts.problems.add("", "holds no locations");
  for (const item of records ?? []) {
    const position = `entry ${item.entry}`;
    if ("reason" in item) {
      drafts.problems.add(position, item.reason);
      continue;
    }
    const { latitudeE7, longitudeE7, timestamp, timestampMs, accuracy } = item.record;
    const at = coordinatesE7(latitudeE7, longitudeE7);
    const time = sourceInstant(timestamp ?? timestampMs);
    if (at === null || time?.at === undefined) drafts.problems.add(position, `${at === null ? "has no place" : "has no time"}: left out`);
    else if ((asNumber(accuracy) ?? 0) <= accuracyMax) fixes.push({ ...at, at: time.at, text: time.text });
  }
  drafts.addFixes(fixes);
  yield* drafts.items();
}
