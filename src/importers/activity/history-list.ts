import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { asText, cutShort, isClosed, type JsonRecord, jsonRecords, jsonStart } from "../location/json-records.ts";
import { sourceInstant } from "../location/source-instant.ts";
import { type Activity, ActivityDrafts } from "./activity-drafts.ts";

/** Plain lists of what was watched (`history`) or searched for (`searches`), each entry with a title or a query and its time. */
export const historyList: Importer = { name: "history-list", version: "1", title: "watch and search history lists", recognises, read };

const timeNames = ["time", "timestamp", "date", "watched_at", "searched_at"];

function recognises(file: SourceFile): boolean {
  const start = jsonStart(file.bytes);
  const member = /^\{\s*"(history|searches)"\s*:\s*\[\s*\{[^{}]*\}/.exec(start);
  if (member === null) return false;
  const has = (names: readonly string[]) => names.some((name) => new RegExp(`"${name}"\\s*:`).test(member[0]));
  return has(member[1] === "history" ? ["title"] : ["query"]) && has(timeNames);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new ActivityDrafts(historyList, file);
  for (const name of ["history", "searches"]) {
    for (const item of jsonRecords(file.bytes, name) ?? []) {
      const position = `entry ${item.entry}`;
      const told = "reason" in item ? item.reason : activityOf(item.record);
      if (typeof told === "string") drafts.problems.add(position, told);
      else yield* drafts.add(told, position);
    }
  }
  if (!isClosed(file.bytes)) drafts.problems.add("", cutShort);
  yield* drafts.end();
}

function activityOf(record: JsonRecord): Activity | string {
  const query = asText(record["query"]);
  const title = query ?? asText(record["title"]);
  const url = asText(record["url"]);
  const time = timeNames.map((name) => sourceInstant(record[name])).find((each) => each !== null);
  if (title === undefined) return "has neither title nor query: left out";
  if (time === undefined) return "has no time: left out";
  const isPage = url !== undefined && !/\byou(?:tube\.com|tu\.be)\b|\bvimeo\.com\b/.test(url);
  const kind = query !== undefined ? "search" : isPage ? "visit_page" : "watch";
  return { kind, title, url, time, more: { channel: asText(record["channel"]) } };
}
