import type { JsonObject } from "../../core/ports.ts";
import { rounded } from "../location/coordinates.ts";
import type { SourceInstant } from "../location/source-instant.ts";
import { typeName } from "./measures.ts";

/** A time whose offset is known. */
export interface Instant extends SourceInstant {
  readonly at: number;
}

/** What one source told of the sleep that ended on one day. */
interface Night {
  readonly minutes: Map<string, number>;
  start: Instant;
  end: Instant;
}

/** The sleep that ended on one day, by its stages. */
export class Sleep {
  readonly #bySource = new Map<string, Night>();

  add(source: string, value: string, start: Instant, end: Instant): void {
    const night = this.#bySource.get(source) ?? { minutes: new Map(), start, end };
    this.#bySource.set(source, night);
    const stage = stageOf(value);
    // Core, deep and REM sleep are kinds of being asleep.
    for (const name of stage === "in_bed" || stage === "awake" || stage === "asleep" ? [stage] : [stage, "asleep"]) {
      night.minutes.set(name, (night.minutes.get(name) ?? 0) + (end.at - start.at) / 60_000);
    }
    if (start.at < night.start.at) night.start = start;
    if (end.at > night.end.at) night.end = end;
  }

  /** The night of the source that tells most of it: a phone knows the time in bed, a watch the stages. */
  content(): JsonObject {
    const [best] = [...this.#bySource].sort(([a, one], [b, other]) => told(other) - told(one) || (a < b ? -1 : 1));
    if (best === undefined) return {};
    const [, { minutes, start, end }] = best;
    const stages = [...minutes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stage, sum]) => [stage, rounded(sum, 1)]);
    return { type: "sleep", unit: "min", ...Object.fromEntries(stages), start: start.text, end: end.text };
  }
}

/** Minutes asleep; any of them count more than all those in bed. */
function told({ minutes }: Night): number {
  return minutes.get("asleep") ?? (minutes.get("in_bed") ?? 0) / 1e6;
}

/** `HKCategoryValueSleepAnalysisAsleepCore` as `core`; a stage that isn't known is `asleep`. */
function stageOf(value: string): string {
  const stage = value.replace(/^HKCategoryValueSleepAnalysis/, "").replace(/^Asleep(?=.)/, "");
  return stage === "Unspecified" ? "asleep" : typeName(stage);
}
