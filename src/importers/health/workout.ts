import type { Json, JsonObject } from "../../core/ports.ts";
import { rounded } from "../location/coordinates.ts";
import { asNumber } from "../location/json-records.ts";
import { sourceInstant, utcText } from "../location/source-instant.ts";
import { childOf, type XmlElement } from "../location/xml-elements.ts";
import { typeName } from "./measures.ts";

/** A workout as evidence will tell it. */
export interface Workout {
  readonly content: JsonObject;
  readonly externalId: string;
  readonly startedAt: number | undefined;
}

/** Reads the element; says why it can't. */
export function readWorkout(element: XmlElement): Workout | string {
  const { attributes } = element;
  const start = sourceInstant(attributes["startDate"]);
  const end = sourceInstant(attributes["endDate"]);
  const activity = typeName(attributes["workoutActivityType"] ?? "");
  if (start === null) return "the workout has no time: left out";
  const source = attributes["sourceName"]?.trim() ?? "";
  const route = element.children.find(({ name }) => name === "WorkoutRoute");
  const members: Record<string, Json | undefined> = {
    activity,
    start: start.text,
    end: end?.text,
    ...quantity("duration", attributes["duration"], attributes["durationUnit"]),
    ...distanceOf(element),
    ...energyOf(element),
    heart_rate: heartRate(element),
    zone: metadata(element, "HKTimeZone"),
    source: source || undefined,
    route: route && childOf(route, "FileReference")?.attributes["path"]?.replace(/^\//, ""),
  };
  const content = Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined));
  const when = start.at === undefined ? start.text : utcText(start.at);
  return { content, externalId: ["workout", when, activity, source].join("/"), startedAt: start.at };
}

/** Since iOS 16 the sums stand in elements of their own. */
function distanceOf(element: XmlElement): Record<string, Json> {
  const { totalDistance, totalDistanceUnit } = element.attributes;
  const told = quantity("distance", totalDistance, totalDistanceUnit);
  const statistics = statisticsOf(element, /^HKQuantityTypeIdentifierDistance/);
  return Object.keys(told).length > 0 ? told : quantity("distance", statistics?.["sum"], statistics?.["unit"]);
}

function energyOf(element: XmlElement): Record<string, Json> {
  const { totalEnergyBurned, totalEnergyBurnedUnit } = element.attributes;
  const told = quantity("energy", totalEnergyBurned, totalEnergyBurnedUnit);
  const statistics = statisticsOf(element, /^HKQuantityTypeIdentifierActiveEnergyBurned$/);
  return Object.keys(told).length > 0 ? told : quantity("energy", statistics?.["sum"], statistics?.["unit"]);
}

function heartRate(element: XmlElement): JsonObject | undefined {
  const statistics = statisticsOf(element, /^HKQuantityTypeIdentifierHeartRate$/);
  const values = Object.entries({ mean: "average", min: "minimum", max: "maximum" }).flatMap(([member, attribute]) => {
    const value = asNumber(statistics?.[attribute]);
    return value === undefined ? [] : [[member, rounded(value, 1)] as const];
  });
  return values.length === 0 ? undefined : Object.fromEntries(values);
}

function statisticsOf(element: XmlElement, type: RegExp): XmlElement["attributes"] | undefined {
  return element.children.find(({ name, attributes }) => name === "WorkoutStatistics" && type.test(attributes["type"] ?? ""))?.attributes;
}

/** A number with the unit that the source gives it; nothing when it is none. */
function quantity(member: string, value: string | undefined, unit: string | undefined): Record<string, Json> {
  const number = asNumber(value);
  if (number === undefined) return {};
  return { [member]: rounded(number, 3), ...(unit ? { [`${member}_unit`]: unit.slice(0, 40) } : {}) };
}

function metadata(element: XmlElement, key: string): string | undefined {
  return element.children.find(({ name, attributes }) => name === "MetadataEntry" && attributes["key"] === key)?.attributes["value"];
}
