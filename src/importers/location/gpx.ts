import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { coordinates } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { PlaceDrafts } from "./place-drafts.ts";
import { sourceInstant } from "./source-instant.ts";
import { childText, type XmlElement, xmlElements, xmlStart } from "./xml-elements.ts";

/** GPX, also an Apple workout's route: tracks are folded into trips and visits, waypoints are places. Planned routes are not kept. */
export const gpx: Importer = { name: "gpx", version: "1", title: "GPX tracks and waypoints", recognises, read };

const wanted: ReadonlySet<string> = new Set(["trkpt", "wpt", "rte", "name", "type"]);

function recognises(file: SourceFile): boolean {
  return /<(?:\w+:)?gpx[\s>]/.test(xmlStart(file.bytes, 4_096)) || /\.gpx$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(gpx, file);
  let track = newTrack();
  let isEmpty = true;
  for (const event of xmlElements(file.bytes, wanted)) {
    const position = `line ${event.line}`;
    if ("reason" in event) drafts.problems.add(position, event.reason);
    else if ("end" in event) {
      if (event.end === "trk" || event.end === "gpx") {
        endTrack(track, drafts);
        track = newTrack();
      }
    } else {
      isEmpty &&= event.element.name === "name" || event.element.name === "type";
      addElement(event.element, event.parent, position, track, drafts);
    }
  }
  endTrack(track, drafts);
  if (isEmpty) drafts.problems.add("", "holds no points");
  yield* drafts.items();
}

interface Track {
  name: string | undefined;
  type: string | undefined;
  readonly fixes: Fix[];
}

function newTrack(): Track {
  return { name: undefined, type: undefined, fixes: [] };
}

function addElement(element: XmlElement, parent: string, position: string, track: Track, drafts: PlaceDrafts): void {
  if (element.name === "trkpt") {
    const at = coordinates(element.attributes["lat"], element.attributes["lon"]);
    const time = sourceInstant(childText(element, "time"));
    if (at === null || time?.at === undefined)
      drafts.problems.add(position, `the point has no ${at === null ? "place" : "time"}: left out`);
    else track.fixes.push({ ...at, at: time.at, text: time.text });
  } else if (element.name === "wpt") addWaypoint(element, position, drafts);
  else if (element.name === "rte") drafts.problems.add(position, "a planned route, which nobody took: left out");
  else if (parent === "trk") track[element.name === "name" ? "name" : "type"] = element.text.trim() || undefined;
}

function addWaypoint(element: XmlElement, position: string, drafts: PlaceDrafts): void {
  const at = coordinates(element.attributes["lat"], element.attributes["lon"]);
  const start = sourceInstant(childText(element, "time")) ?? undefined;
  const more = { name: childText(element, "name"), note: childText(element, "desc") ?? childText(element, "cmt") };
  if (at === null) drafts.problems.add(position, "the waypoint has no place: left out");
  else drafts.add({ kind: "place", start, at, more }, position);
}

function endTrack({ name, type, fixes }: Track, drafts: PlaceDrafts): void {
  drafts.addFixes(fixes, { name, mode: type?.toLowerCase() });
}
