import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { asList, asRecord, asText, type JsonRecord, jsonRecords, jsonStart } from "../location/json-records.ts";
import { sourceInstant } from "../location/source-instant.ts";
import { ActivityDrafts } from "./activity-drafts.ts";
import { htmlRecords, isActivityPage } from "./google-page.ts";
import { activityOf, type GoogleRecord } from "./google-record.ts";

/** Google Takeout's My Activity, and YouTube's watch and search history, as JSON or as HTML: an item a record. */
export const googleActivity: Importer = { name: "google-activity", version: "1", title: "Google My Activity", recognises, read };

function recognises(file: SourceFile): boolean {
  const start = jsonStart(file.bytes);
  if (start === "") return isActivityPage(file.bytes);
  return /^\[\s*\{\s*"header"\s*:/.test(start) && /"title"\s*:/.test(start) && /"(?:titleUrl|time|products)"\s*:/.test(start);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new ActivityDrafts(googleActivity, file);
  const records = jsonStart(file.bytes) === "" ? htmlRecords(file.bytes) : jsonEntries(file.bytes);
  for (const { entry, told } of records) {
    const position = `entry ${entry}`;
    if (typeof told === "string") drafts.problems.add(position, told);
    else yield* drafts.add(activityOf(told), position);
  }
  yield* drafts.end();
}

function* jsonEntries(bytes: Uint8Array): Generator<{ entry: number; told: GoogleRecord | string }> {
  for (const item of jsonRecords(bytes) ?? []) {
    yield { entry: item.entry, told: "reason" in item ? item.reason : recordOf(item.record) };
  }
}

function recordOf(record: JsonRecord): GoogleRecord | string {
  const title = asText(record["title"]);
  const time = sourceInstant(record["time"]);
  if (title === undefined) return "has no title: left out";
  if (time === null) return "has no time: left out";
  return {
    header: asText(record["header"]),
    title,
    url: asText(record["titleUrl"]),
    time,
    subtitles: asList(record["subtitles"]).flatMap((each) => {
      const subtitle = asRecord(each) ?? {};
      const name = asText(subtitle["name"]);
      return name === undefined ? [] : [{ name, url: asText(subtitle["url"]) }];
    }),
    details: asList(record["details"]).flatMap((detail) => asText(asRecord(detail)?.["name"]) ?? []),
  };
}
