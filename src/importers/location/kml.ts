import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { type Coordinates, coordinates, distance } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { PlaceDrafts } from "./place-drafts.ts";
import { sourceInstant } from "./source-instant.ts";
import { childOf, childText, type XmlElement, xmlElements, xmlStart } from "./xml-elements.ts";

/** KML, also Google's: placemarks with a span of time are visits and trips, others are places; tracks are folded. */
export const kml: Importer = { name: "kml", version: "1", title: "KML placemarks and tracks", recognises, read };

const wanted: ReadonlySet<string> = new Set(["Placemark"]);

function recognises(file: SourceFile): boolean {
  return /<(?:\w+:)?kml[\s>]/.test(xmlStart(file.bytes, 4_096)) || /\.kml$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(kml, file);
  const loose: Fix[] = [];
  let isEmpty = true;
  for (const event of xmlElements(file.bytes, wanted)) {
    const position = `line ${event.line}`;
    if ("reason" in event) drafts.problems.add(position, event.reason);
    else if ("element" in event) {
      isEmpty = false;
      addPlacemark(event.element, position, drafts, loose);
    }
  }
  drafts.addFixes(loose);
  if (isEmpty) drafts.problems.add("", "holds no placemarks");
  yield* drafts.items();
}

function addPlacemark(placemark: XmlElement, position: string, drafts: PlaceDrafts, loose: Fix[]): void {
  const shapes = shapesIn(placemark);
  const span = childOf(placemark, "TimeSpan");
  const stamp = childOf(placemark, "TimeStamp");
  const start = sourceInstant(span === undefined ? stamp && childText(stamp, "when") : childText(span, "begin")) ?? undefined;
  const end = sourceInstant(span && childText(span, "end")) ?? undefined;
  const name = childText(placemark, "name");
  const told = { start, end, more: { name, address: childText(placemark, "address"), note: childText(placemark, "description") } };
  if (shapes.tracks.length > 0) {
    const fixes = shapes.tracks.flatMap((track) => fixesOf(track));
    if (fixes.length === 0) drafts.problems.add(position, "the track has no times or places: left out");
    drafts.addFixes(fixes, { name });
    return;
  }
  const [point] = shapes.points;
  const line = shapes.lines.flat();
  if (point !== undefined && span !== undefined && start !== undefined) drafts.add({ kind: "visit", ...told, at: point }, position);
  else if (point !== undefined && name === undefined && start?.at !== undefined) loose.push({ ...point, at: start.at, text: start.text });
  else if (point !== undefined) drafts.add({ kind: "place", ...told, at: point }, position);
  else if (line[0] === undefined) drafts.problems.add(position, "the placemark has no point, line or track: left out");
  else if (start === undefined) drafts.problems.add(position, "a line without times: left out");
  else drafts.add({ kind: "trip", ...told, at: line[0], to: line.at(-1), distance: lengthOf(line) }, position);
}

interface Shapes {
  readonly points: Coordinates[];
  readonly lines: Coordinates[][];
  readonly tracks: XmlElement[];
}

/** The shapes of a placemark, also those in a collection of shapes. */
function shapesIn(placemark: XmlElement): Shapes {
  const shapes: Shapes = { points: [], lines: [], tracks: [] };
  const collections = placemark.children.filter(({ name }) => name === "MultiGeometry" || name === "MultiTrack");
  for (const shape of [...placemark.children, ...collections.flatMap(({ children }) => children)]) {
    if (shape.name === "Point") shapes.points.push(...placesIn(childText(shape, "coordinates")).slice(0, 1));
    else if (shape.name === "LineString") shapes.lines.push(placesIn(childText(shape, "coordinates")));
    else if (shape.name === "Track") shapes.tracks.push(shape);
  }
  return shapes;
}

/** `longitude,latitude,height longitude,latitude …` */
function placesIn(text = ""): Coordinates[] {
  return text.split(/\s+/).flatMap((tuple) => {
    const [longitude, latitude] = tuple.split(",");
    return coordinates(latitude, longitude) ?? [];
  });
}

/** A track has as many times as places, each in their own order. */
function fixesOf(track: XmlElement): Fix[] {
  const texts = (name: string) => track.children.filter((child) => child.name === name).map((child) => child.text.trim());
  const places = texts("coord");
  return texts("when").flatMap((when, index) => {
    const [longitude, latitude] = (places[index] ?? "").split(/\s+/);
    const at = coordinates(latitude, longitude);
    const time = sourceInstant(when);
    return at === null || time?.at === undefined ? [] : [{ ...at, at: time.at, text: time.text }];
  });
}

function lengthOf(line: readonly Coordinates[]): number {
  return line.slice(1).reduce((sum, place, index) => sum + distance(line[index] ?? place, place), 0);
}
