import type { JsonObject } from "../../core/ports.ts";
import { OwnNames } from "../contacts/own-names.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { ProblemList } from "../location/problem-list.ts";
import { sourceInstant } from "../location/source-instant.ts";
import { type XmlElement, xmlElements, xmlStart } from "../location/xml-elements.ts";
import { placeOf } from "../place.ts";
import { Days } from "./days.ts";
import { readWorkout } from "./workout.ts";

/**
 * Apple Health's export.xml: an item for each workout, and one for each day with what was measured on it. The single records are not kept:
 * a watch writes a thousand a day. Times are those of the export, which writes all of them in the zone where it was made.
 */
export const appleHealth: Importer = { name: "apple-health", version: "1", title: "Apple Health", recognises, read };

const wanted: ReadonlySet<string> = new Set(["Record", "Workout", "ActivitySummary"]);

function recognises(file: SourceFile): boolean {
  return /<(?:!DOCTYPE\s+)?HealthData[\s>[]/.test(xmlStart(file.bytes));
}

interface Item {
  readonly externalId: string;
  readonly kind: string;
  readonly at: number | undefined;
  readonly content: JsonObject;
  readonly position: string;
}

function* read(file: SourceFile): Generator<ImportItem> {
  const names = new OwnNames();
  const problems = new ProblemList();
  const days = new Days();
  const workouts: Item[] = [];
  let isEmpty = true;
  for (const event of xmlElements(file.bytes, wanted)) {
    const position = `line ${event.line}`;
    if ("end" in event) continue;
    isEmpty = false;
    const reason = "reason" in event ? event.reason : addElement(event.element, event.parent, position, days, workouts);
    if (reason !== undefined) problems.add(position, reason);
  }
  if (isEmpty) problems.add("", "holds no health data");
  yield* problems.items();
  for (const item of [...workouts, ...dayItems(days)]) {
    const draft = names.settle(draftOf(item, file));
    if (draft !== null) yield* fitDraft(draft, item.position);
  }
}

/** Says what is wrong with the element. */
function addElement(element: XmlElement, parent: string, position: string, days: Days, workouts: Item[]): string | undefined {
  if (element.name === "ActivitySummary") return days.addSummary(element);
  // The parts of a correlation stand by themselves, too.
  if (element.name === "Record") return parent === "Correlation" ? undefined : days.addRecord(element);
  const workout = readWorkout(element);
  if (typeof workout === "string") return workout;
  workouts.push({ externalId: workout.externalId, kind: "workout", at: workout.startedAt, content: workout.content, position });
  return undefined;
}

function* dayItems(days: Days): Generator<Item> {
  for (const { date, content } of days.contents()) {
    yield { externalId: `day/${date}`, kind: "health_day", at: sourceInstant(date)?.at, content, position: "" };
  }
}

function draftOf({ externalId, kind, at, content }: Item, file: SourceFile): EvidenceDraft {
  return {
    source: { adapter: appleHealth.name, version: appleHealth.version, uri: placeOf(file.name), sha256: file.sha256 },
    external_id: externalId,
    kind,
    ...(at === undefined ? {} : { observed_at: at }),
    content,
  };
}
