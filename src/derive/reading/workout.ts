import type { SeenEvidence } from "../deriver.ts";
import { numberOf, textOf } from "./fields.ts";

export interface SeenWorkout {
  /** As activities are called: `running`, `strength training`. */
  readonly activity: string;
  readonly kilometres: number | null;
}

/** What health programs call otherwise. */
const names: readonly (readonly [RegExp, string])[] = [
  [/strength/u, "strength training"],
  [/(?:cross|interval|core) ?training|elliptical|stair|fitness|gymnastics|mixed cardio|cooldown|flexibility/u, "physical exercise"],
  [/pilates|yoga|barre|mind and body/u, "yoga"],
  [/soccer|football/u, "football"],
  [/dance/u, "dancing"],
  [/skiing|snow/u, "skiing"],
  [/skating/u, "ice skating"],
  [/surfing|paddle/u, "surfing"],
  [/martial|boxing|wrestling/u, "martial arts"],
  [/equestrian/u, "horse riding"],
  [/softball/u, "baseball"],
];

/** A workout that a watch or a program recorded; null for anything else. */
export function workoutOf({ kind, content }: SeenEvidence): SeenWorkout | null {
  if (kind !== "workout") return null;
  const told = textOf(content["activity"]).toLowerCase().replaceAll("_", " ").slice(0, 60);
  if (told === "" || told === "other") return null;
  const distance = numberOf(content["distance"]);
  const unit = textOf(content["distance_unit"]);
  const perUnit = unit === "mi" ? 1.609 : unit === "m" ? 0.001 : unit === "km" ? 1 : null;
  const kilometres = distance === null || perUnit === null ? null : distance * perUnit;
  return { activity: names.find(([pattern]) => pattern.test(told))?.[1] ?? told, kilometres };
}
