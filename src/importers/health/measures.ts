import type { JsonObject } from "../../core/ports.ts";
import { rounded } from "../location/coordinates.ts";

/** What one device or program counted of one type on one day. */
interface Tally {
  count: number;
  sum: number;
  least: number;
  most: number;
}

/** Types of which a day has a sum; of any other it has a mean. */
const summed =
  /^(?:step_count|distance_\w+|(?:active|basal)_energy_burned|flights_climbed|apple_\w+_time|dietary_\w+|number_of_\w+|push_count|swimming_stroke_count|inhaler_usage|insulin_delivery|time_in_daylight|nike_fuel)$/;

/** All that was measured of one type in one unit on one day. */
export class Measure {
  readonly #type: string;
  readonly #unit: string;
  readonly #bySource = new Map<string, Tally>();

  constructor(type: string, unit: string) {
    this.#type = type;
    this.#unit = unit;
  }

  add(source: string, value: number): void {
    const tally = this.#bySource.get(source);
    if (tally === undefined) this.#bySource.set(source, { count: 1, sum: value, least: value, most: value });
    else {
      tally.count += 1;
      tally.sum += value;
      tally.least = Math.min(tally.least, value);
      tally.most = Math.max(tally.most, value);
    }
  }

  /** A phone and a watch count the same steps: a day's sum is that of the source which counted most, and all stand beside it. */
  content(): JsonObject {
    const tallies = [...this.#bySource].sort(([a, one], [b, other]) => other.sum - one.sum || (a < b ? -1 : 1));
    const count = tallies.reduce((total, [, tally]) => total + tally.count, 0);
    const told = { type: this.#type, ...(this.#unit === "" ? {} : { unit: this.#unit }) };
    if (summed.test(this.#type)) {
      const sources = tallies.map(([name, tally]) => ({ name, sum: rounded(tally.sum, 3) }));
      return { ...told, sum: sources[0]?.sum ?? 0, count, ...(sources.length > 1 ? { sources } : {}) };
    }
    const sum = tallies.reduce((total, [, tally]) => total + tally.sum, 0);
    const least = tallies.reduce((value, [, tally]) => Math.min(value, tally.least), Number.POSITIVE_INFINITY);
    const most = tallies.reduce((value, [, tally]) => Math.max(value, tally.most), Number.NEGATIVE_INFINITY);
    return { ...told, mean: rounded(sum / count, 3), min: rounded(least, 3), max: rounded(most, 3), count };
  }
}

/** `HKQuantityTypeIdentifierStepCount` as `step_count`. */
export function typeName(identifier: string): string {
  const bare = identifier.replace(/^HK(?:(?:Quantity|Category|Data)TypeIdentifier|DataType|WorkoutActivityType)/, "");
  const words = bare.replace(/[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, "$&_").toLowerCase();
  return /^\w{1,100}$/.test(words) ? words : "other";
}
