import type { DerivedClaim, Deriver, SeenEvidence } from "../deriver.ts";
import { listOf, numberOf, objectOf, textOf } from "../reading/fields.ts";
import { clockText, dateText, dayOf, parseWall } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";

/** The latest days that a figure is made of. */
const windowDays = 60;
const measuredMax = 4_000;

interface Measured {
  readonly day: number;
  readonly value: number;
  readonly item: SeenEvidence["id"];
}

interface Figure {
  readonly predicate: string;
  readonly type: string;
  /** The value in the claim's unit; null for a unit that is not known. */
  readonly convert: (value: number, unit: string) => number | null;
  /** Rounded so far that a few days more don't change it. */
  readonly step: number;
  readonly unit: string;
  readonly daysLeast: number;
  /** A day with less is one without the watch. */
  readonly least?: number;
}

const figures: readonly Figure[] = [
  { predicate: "health.weight", type: "body_mass", convert: kilograms, step: 1, unit: "kg", daysLeast: 2 },
  { predicate: "health.height", type: "height", convert: centimetres, step: 1, unit: "cm", daysLeast: 1 },
  {
    predicate: "health.resting_heart_rate",
    type: "resting_heart_rate",
    convert: (value) => value,
    step: 2,
    unit: "a minute",
    daysLeast: 5,
  },
  { predicate: "health.steps", type: "step_count", convert: (value) => value, step: 1_000, unit: "steps a day", daysLeast: 14, least: 500 },
];

/** What the body measures, and when it sleeps, by the health records of the latest two months that have any. */
export const body: Deriver = {
  name: "health.measured",
  version: "1",
  round: 1,
  says: [...figures.map(({ predicate }) => predicate), "schedule.sleep"],
  begin() {
    const measured = new Map<string, Measured[]>([...figures.map(({ type }) => type), "asleep", "awake"].map((type) => [type, []]));
    const keep = (type: string, item: SeenEvidence, day: number, value: number) => {
      const list = measured.get(type);
      list?.push({ day, value, item: item.id });
      if (list && list.length > 2 * measuredMax) newest(list).splice(measuredMax);
    };
    return {
      evidence(item) {
        const day = item.kind === "health_day" ? dayOf(item) : null;
        if (day === null) return;
        for (const entry of listOf(item.content["measures"]).map(objectOf)) {
          const type = textOf(entry["type"]);
          const figure = figures.find((each) => each.type === type);
          const value = numberOf(entry["sum"]) ?? numberOf(entry["mean"]);
          const converted = figure === undefined || value === null ? null : figure.convert(value, textOf(entry["unit"]));
          // A day without any is a day without the watch.
          if (converted !== null && converted > 0) keep(type, item, day, converted);
          if (type === "sleep") {
            const [from, to] = [parseWall(textOf(entry["start"])), parseWall(textOf(entry["end"]))];
            // Evenings count from noon on, so that midnight lies between them.
            if (from?.minute != null) keep("asleep", item, day, (from.minute + 720) % 1_440);
            if (to?.minute != null) keep("awake", item, day, to.minute);
          }
        }
      },
      *derive() {
        for (const figure of figures) {
          const recent = latest(measured.get(figure.type) ?? []);
          const worn = recent.filter(({ value }) => value >= (figure.least ?? 0));
          if (worn.length >= figure.daysLeast && worn.length * 2 > recent.length) yield figureClaim(figure, worn);
        }
        const [from, to] = ["asleep", "awake"].map((type) => latest(measured.get(type) ?? []));
        if (from !== undefined && to !== undefined && Math.min(from.length, to.length) >= 10) yield sleepClaim(from, to);
      },
    };
  },
};

function newest(list: Measured[]): Measured[] {
  return list.sort((left, right) => right.day - left.day || (left.item < right.item ? -1 : 1));
}

function latest(list: Measured[]): Measured[] {
  const sorted = newest(list);
  const last = sorted[0]?.day ?? 0;
  return sorted.filter(({ day }) => day > last - windowDays);
}

function figureClaim({ predicate, step, unit }: Figure, recent: readonly Measured[]): DerivedClaim {
  const value = Math.round(median(recent) / step) * step;
  return {
    subject: "self",
    predicate,
    object: value,
    confidence: confidenceOf({ base: 0.8, more: recent.length / 4, most: 0.95 }),
    derivedFrom: recent.slice(0, 24).map(({ item }) => item),
    rationale: `the median of ${counted(recent.length, "day")} from ${dateText(recent.at(-1)?.day ?? 0)} to ${dateText(recent[0]?.day ?? 0)}, to the nearest ${step} ${unit}`,
  };
}

function sleepClaim(from: readonly Measured[], to: readonly Measured[]): DerivedClaim {
  const half = (list: readonly Measured[], shift: number) => clockText(Math.round(median(list) / 30) * 30 + shift);
  const spread = (list: readonly Measured[]) => {
    const values = list.map(({ value }) => value).sort((left, right) => left - right);
    return (values[Math.floor(values.length * 0.9)] ?? 0) - (values[Math.floor(values.length * 0.1)] ?? 0);
  };
  return {
    subject: "self",
    predicate: "schedule.sleep",
    object: { from: half(from, 720), to: half(to, 0) },
    confidence: confidenceOf({ base: 0.7, more: from.length / 5, most: 0.93, agreement: spread(from) <= 120 ? 1 : 0.75 }),
    derivedFrom: from.slice(0, 24).map(({ item }) => item),
    rationale: `the medians of ${counted(from.length, "night")} up to ${dateText(from[0]?.day ?? 0)}; four in five fell asleep within ${Math.round(spread(from) / 6) / 10} hours`,
  };
}

function median(list: readonly Measured[]): number {
  const values = list.map(({ value }) => value).sort((left, right) => left - right);
  return values[Math.floor(values.length / 2)] ?? 0;
}

function kilograms(value: number, unit: string): number | null {
  const factor = { kg: 1, lb: 0.453_592, g: 0.001, st: 6.350_29 }[unit];
  const weight = factor === undefined ? null : value * factor;
  return weight !== null && weight > 2 && weight < 400 ? weight : null;
}

function centimetres(value: number, unit: string): number | null {
  const factor = { cm: 1, m: 100, ft: 30.48, in: 2.54 }[unit];
  const height = factor === undefined ? null : value * factor;
  return height !== null && height > 40 && height < 260 ? height : null;
}
