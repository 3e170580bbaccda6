import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { indexAtMost } from "../sorted.ts";
import { coordinatesIn } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { accuracyMax } from "./google-records.ts";
import { typeIn } from "./google-semantic.ts";
import { asList, asNumber, asRecord, asText, cutShort, isClosed, type JsonRecord, jsonRecords, jsonStart } from "./json-records.ts";
import { PlaceDrafts } from "./place-drafts.ts";
import { instantAt, type SourceInstant, sourceInstant } from "./source-instant.ts";

/**
 * The timeline that a phone exports itself (Timeline.json): its visits and activities, the places it knows; paths and raw signals are
 * folded where no visit or activity covers them. On iPhones the file is the list of segments.
 */
export const googleTimeline: Importer = { name: "google-timeline", version: "1", title: "Google Timeline of a phone", recognises, read };

function recognises(file: SourceFile): boolean {
  const start = jsonStart(file.bytes, 16_384);
  if (/^\{\s*"(?:semanticSegments|rawSignals|userLocationProfile)"\s*:/.test(start)) return true;
  return /^\[\s*\{\s*"(?:endTime|startTime)"\s*:/.test(start) && /"(?:visit|activity|timelinePath|timelineMemory)"\s*:/.test(start);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const timeline = new Timeline(new PlaceDrafts(googleTimeline, file));
  const start = jsonStart(file.bytes);
  if (start === "") timeline.problems.add("", "holds no timeline");
  else if (!isClosed(file.bytes)) timeline.problems.add("", cutShort);
  const isList = start.startsWith("[");
  timeline.each(jsonRecords(file.bytes, isList ? "" : "semanticSegments"), (record) => timeline.segment(record));
  if (!isList) {
    timeline.each(jsonRecords(file.bytes, "rawSignals"), (record) => timeline.signal(record));
    timeline.each(jsonRecords(file.bytes, "frequentPlaces"), (record) => timeline.place(record));
  }
  yield* timeline.items();
}

interface Times {
  readonly start: SourceInstant;
  readonly end?: SourceInstant;
}

class Timeline {
  readonly #drafts: PlaceDrafts;
  readonly #fixes: Fix[] = [];
  /** Times (ms) that a visit or an activity tells of. */
  readonly #covered: { readonly from: number; readonly to: number }[] = [];

  constructor(drafts: PlaceDrafts) {
    this.#drafts = drafts;
  }

  get problems(): PlaceDrafts["problems"] {
    return this.#drafts.problems;
  }

  /** Reads each record; the reader's word is what was wrong. */
  each(records: ReturnType<typeof jsonRecords>, read: (record: JsonRecord) => string | undefined): void {
    for (const item of records ?? []) {
      const reason = "reason" in item ? item.reason : read(item.record);
      if (reason !== undefined) this.#drafts.problems.add(`entry ${item.entry}`, reason);
    }
  }

  segment(segment: JsonRecord): string | undefined {
    const start = sourceInstant(segment["startTime"]);
    const end = sourceInstant(segment["endTime"]);
    if (start === null) return "has no time: left out";
    const times = { start, ...(end === null ? {} : { end }) };
    const reasons = [
      this.#visit(asRecord(segment["visit"]), times),
      this.#activity(asRecord(segment["activity"]), times),
      this.#path(asList(segment["timelinePath"]), start),
    ];
    return reasons.find((reason) => reason !== undefined);
  }

  #visit(visit: JsonRecord | null, times: Times): string | undefined {
    if (visit === null) return undefined;
    const candidate = asRecord(visit["topCandidate"]) ?? {};
    const location = candidate["placeLocation"];
    const at = coordinatesIn(asRecord(location)?.["latLng"] ?? location);
    if (at === null) return "the visit has no place: left out";
    const placeId = asText(candidate["placeId"]) ?? asText(candidate["placeID"]);
    this.#cover(times);
    this.#drafts.add({ kind: "visit", ...times, at, placeId, more: { semantic_type: typeIn(candidate["semanticType"]) } }, "");
    return undefined;
  }

  #activity(activity: JsonRecord | null, times: Times): string | undefined {
    if (activity === null) return undefined;
    const [at, to] = ["start", "end"].map((name) => coordinatesIn(asRecord(activity[name])?.["latLng"] ?? activity[name]));
    if (at === null || at === undefined) return "the activity has no place: left out";
    const mode = typeIn(asRecord(activity["topCandidate"])?.["type"]);
    this.#cover(times);
    this.#drafts.add(
      { kind: "trip", ...times, at, to: to ?? undefined, distance: asNumber(activity["distanceMeters"]), more: { mode } },
      "",
    );
    return undefined;
  }

  #path(path: readonly unknown[], start: SourceInstant): string | undefined {
    let lost = 0;
    for (const entry of path) {
      const point = asRecord(entry) ?? {};
      const minutes = asNumber(point["durationMinutesOffsetFromStartTime"]);
      const time =
        sourceInstant(point["time"]) ?? (minutes === undefined || start.at === undefined ? null : instantAt(start.at + minutes * 60_000));
      if (!this.#fix(point["point"], time)) lost += 1;
    }
    return lost > 0 ? "points of its path have no place or time: left out" : undefined;
  }

  signal(signal: JsonRecord): string | undefined {
    const position = asRecord(signal["position"]);
    if (position === null || (asNumber(position["accuracyMeters"]) ?? 0) > accuracyMax) return undefined;
    const isFix = this.#fix(position["LatLng"] ?? position["latLng"], sourceInstant(position["timestamp"]));
    return isFix ? undefined : "the signal has no place or time: left out";
  }

  place(place: JsonRecord): string | undefined {
    const at = coordinatesIn(asRecord(place["placeLocation"])?.["latLng"] ?? place["placeLocation"]);
    if (at === null) return "the place is nowhere: left out";
    this.#drafts.add({ kind: "place", at, placeId: asText(place["placeId"]), more: { name: typeIn(place["label"]) } }, "");
    return undefined;
  }

  items(): Generator<ImportItem> {
    for (const fixes of this.#uncovered()) this.#drafts.addFixes(fixes, {}, "dropped");
    return this.#drafts.items();
  }

  #fix(point: unknown, time: SourceInstant | null): boolean {
    const at = coordinatesIn(point);
    if (at === null || time?.at === undefined) return false;
    this.#fixes.push({ ...at, at: time.at, text: time.text });
    return true;
  }

  #cover({ start, end }: Times): void {
    if (start.at !== undefined && end?.at !== undefined) this.#covered.push({ from: start.at, to: end.at });
  }

  /** The fixes that nothing covers, those apart between which something does. */
  #uncovered(): Iterable<Fix[]> {
    const spans = [...this.#covered].sort((a, b) => a.from - b.from);
    const starts = spans.map(({ from }) => from);
    let latest = Number.NEGATIVE_INFINITY;
    const ends = spans.map(({ to }) => {
      latest = Math.max(latest, to);
      return latest;
    });
    const bySpan = Map.groupBy(this.#fixes, ({ at }) => {
      const before = indexAtMost(starts, at);
      return (ends[before] ?? Number.NEGATIVE_INFINITY) < at ? before : undefined;
    });
    bySpan.delete(undefined);
    return bySpan.values();
  }
}
