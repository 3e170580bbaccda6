import type { JsonObject } from "../../core/ports.ts";
import { rounded } from "../location/coordinates.ts";
import { asNumber } from "../location/json-records.ts";
import { type SourceInstant, sourceInstant } from "../location/source-instant.ts";
import type { XmlElement } from "../location/xml-elements.ts";
import { Measure, typeName } from "./measures.ts";
import { Sleep } from "./sleep.ts";

/** What was measured on one day. */
interface Day {
  readonly measures: Map<string, Measure>;
  /** How often something happened that isn't measured, and for how many minutes. */
  readonly events: Map<string, { count: number; minutes: number }>;
  sleep: Sleep | undefined;
  rings: JsonObject | undefined;
}

/** The records of a file, a day each: the day that the record's own clock showed. */
export class Days {
  readonly #days = new Map<string, Day>();

  /** Adds the record to its day; says why it can't. */
  addRecord({ attributes }: XmlElement): string | undefined {
    const start = sourceInstant(attributes["startDate"]);
    const type = attributes["type"] ?? "";
    const source = attributes["sourceName"]?.trim() ?? "";
    if (start === null) return "the record has no time: left out";
    const date = start.text.slice(0, 10);
    if (!type.startsWith("HKQuantityType")) {
      const end = sourceInstant(attributes["endDate"]) ?? start;
      if (type === "HKCategoryTypeIdentifierSleepAnalysis") return this.#addSleep(source, attributes["value"] ?? "", start, end);
      return addEvent(this.#day(date), typeName(type), start, end);
    }
    const value = asNumber(attributes["value"]);
    if (value === undefined) return "the record has no value: left out";
    const day = this.#day(date);
    const unit = attributes["unit"]?.slice(0, 40) ?? "";
    const key = `${type} ${unit}`;
    const measure = day.measures.get(key) ?? new Measure(typeName(type), unit);
    day.measures.set(key, measure);
    measure.add(source, value);
    return undefined;
  }

  #addSleep(source: string, stage: string, start: SourceInstant, end: SourceInstant): string | undefined {
    const [from, to] = [start.at, end.at];
    if (from === undefined || to === undefined || to < from) return "the sleep has no duration: left out";
    const day = this.#day(morningOf(end));
    day.sleep ??= new Sleep();
    day.sleep.add(source, stage, { ...start, at: from }, { ...end, at: to });
    return undefined;
  }

  /** The rings that the watch closed. */
  addSummary({ attributes }: XmlElement): string | undefined {
    const date = sourceInstant(attributes["dateComponents"]);
    if (date === null) return "the summary has no date: left out";
    const names = { active_energy: "activeEnergyBurned", exercise_minutes: "appleExerciseTime", stand_hours: "appleStandHours" };
    const values = Object.entries(names).flatMap(([member, attribute]) => {
      const value = asNumber(attributes[attribute]);
      return value === undefined ? [] : [[member, value] as const];
    });
    const unit = attributes["activeEnergyBurnedUnit"];
    if (values.length > 0)
      this.#day(date.text.slice(0, 10)).rings = { ...Object.fromEntries(values), ...(unit ? { unit: unit.slice(0, 40) } : {}) };
    return undefined;
  }

  /** The days in order, each with what it tells. */
  *contents(): Generator<{ readonly date: string; readonly content: JsonObject }> {
    for (const [date, day] of byName(this.#days)) {
      const measures = byName(day.measures).map(([, measure]) => measure.content());
      const events = byName(day.events).map(([type, { count, minutes }]) => ({
        type,
        count,
        ...(minutes > 0 ? { minutes: rounded(minutes, 1) } : {}),
      }));
      const all = [...measures, ...(day.sleep === undefined ? [] : [day.sleep.content()]), ...events];
      yield {
        date,
        content: { date, ...(all.length > 0 ? { measures: all } : {}), ...(day.rings === undefined ? {} : { rings: day.rings }) },
      };
    }
  }

  #day(date: string): Day {
    const day = this.#days.get(date) ?? { measures: new Map(), events: new Map(), sleep: undefined, rings: undefined };
    this.#days.set(date, day);
    return day;
  }
}

/** The day on whose morning a sleep ended: what ends in the evening belongs to the night that begins. */
function morningOf({ text }: SourceInstant): string {
  const date = text.slice(0, 10);
  return Number(text.slice(11, 13)) < 18 ? date : new Date(Date.parse(`${date}T24:00:00Z`)).toISOString().slice(0, 10);
}

function byName<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function addEvent(day: Day, type: string, start: SourceInstant, end: SourceInstant): undefined {
  const event = day.events.get(type) ?? { count: 0, minutes: 0 };
  day.events.set(type, event);
  event.count += 1;
  if (start.at !== undefined && end.at !== undefined) event.minutes += Math.max(0, end.at - start.at) / 60_000;
}
