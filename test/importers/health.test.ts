import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { appleHealth } from "../../src/importers/health/apple-health.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

const documentType =
  "<!DOCTYPE HealthData [\n<!-- Version 12 -->\n<!ELEMENT HealthData (ExportDate,Me,Record*)>\n<!ATTLIST Record type CDATA #REQUIRED>\n]>";

function exported(...elements: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${documentType}\n<HealthData locale="en_GB">\n${elements.join("\n")}\n</HealthData>\n`;
}

interface Values {
  readonly [attribute: string]: string | number;
}

function element(name: string, values: Values, ...inside: readonly string[]): string {
  const attributes = Object.entries(values).map(([attribute, value]) => ` ${attribute}="${value}"`);
  return `<${name}${attributes.join("")}${inside.length === 0 ? "/>" : `>${inside.join("")}</${name}>`}`;
}

function record(type: string, value: string | number, start: string, more: Values = {}): string {
  return element("Record", {
    type: `HK${type}`,
    sourceName: "Watch",
    startDate: `${start} +0200`,
    endDate: `${start} +0200`,
    value,
    ...more,
  });
}

function read(data: string | Uint8Array) {
  const imported = withinSeconds("the export", () => importAll(appleHealth, sourceOf("export.xml", data)));
  assertRules(imported);
  return imported;
}

function days(...elements: readonly string[]) {
  const imported = read(exported(...elements));
  assert.deepEqual(problemLines(imported), []);
  return imported.drafts.map(({ content }) => content);
}

describe("a day of Apple Health", () => {
  it("has the sum of what is counted, and mean, least and most of what is measured", () => {
    const drafts = read(
      exported(
        record("QuantityTypeIdentifierStepCount", 1000, "2024-06-15 08:00:00", { unit: "count" }),
        record("QuantityTypeIdentifierStepCount", 500.5, "2024-06-15 23:59:59", { unit: "count" }),
        record("QuantityTypeIdentifierHeartRate", 60, "2024-06-15 08:00:00", { unit: "count/min" }),
        record("QuantityTypeIdentifierHeartRate", 81, "2024-06-15 09:00:00", { unit: "count/min" }),
        record("QuantityTypeIdentifierBodyMass", 72.4, "2024-06-16 07:00:00", { unit: "kg" }),
      ),
    ).drafts;
    assert.deepEqual(
      drafts.map(({ external_id, kind, observed_at, content }) => [external_id, kind, observed_at, content]),
      [
        [
          "day/2024-06-15",
          "health_day",
          Date.UTC(2024, 5, 15),
          {
            date: "2024-06-15",
            measures: [
              { type: "heart_rate", unit: "count/min", mean: 70.5, min: 60, max: 81, count: 2 },
              { type: "step_count", unit: "count", sum: 1500.5, count: 2 },
            ],
          },
        ],
        [
          "day/2024-06-16",
          "health_day",
          Date.UTC(2024, 5, 16),
          { date: "2024-06-16", measures: [{ type: "body_mass", unit: "kg", mean: 72.4, min: 72.4, max: 72.4, count: 1 }] },
        ],
      ],
    );
  });

  it("doesn't count steps twice that a phone and a watch both counted", () => {
    const steps = (source: string, value: number) =>
      record("QuantityTypeIdentifierStepCount", value, "2024-06-15 08:00:00", { unit: "count", sourceName: source });
    const sources = [
      { name: "Watch", sum: 900 },
      { name: "Phone", sum: 800 },
    ];
    assert.deepEqual(days(steps("Phone", 300), steps("Watch", 900), steps("Phone", 500)), [
      { date: "2024-06-15", measures: [{ type: "step_count", unit: "count", sum: 900, count: 3, sources }] },
    ]);
  });

  it("has the sleep that ended on it, by stages, from the source that knows most", () => {
    const sleep = (source: string, stage: string, start: string, end: string) =>
      record("CategoryTypeIdentifierSleepAnalysis", `HKCategoryValueSleepAnalysis${stage}`, start, {
        sourceName: source,
        endDate: `${end} +0200`,
      });
    const night = days(
      sleep("Phone", "InBed", "2024-06-14 22:00:00", "2024-06-15 08:00:00"),
      sleep("Watch", "AsleepCore", "2024-06-14 22:30:00", "2024-06-14 23:30:00"),
      sleep("Watch", "AsleepREM", "2024-06-14 23:30:00", "2024-06-15 01:30:00"),
      sleep("Watch", "Awake", "2024-06-15 01:30:00", "2024-06-15 01:40:00"),
      sleep("Watch", "AsleepUnspecified", "2024-06-15 01:40:00", "2024-06-15 06:00:00"),
    );
    const stages = { asleep: 440, awake: 10, core: 60, rem: 120 };
    const times = { start: "2024-06-14T22:30:00+02:00", end: "2024-06-15T06:00:00+02:00" };
    assert.deepEqual(night, [{ date: "2024-06-15", measures: [{ type: "sleep", unit: "min", ...stages, ...times }] }]);
    const [old] = days(sleep("Phone", "Asleep", "2015-06-14 23:00:00", "2015-06-15 07:00:00"));
    assert.deepEqual(old?.["measures"], [
      { type: "sleep", unit: "min", asleep: 480, start: "2015-06-14T23:00:00+02:00", end: "2015-06-15T07:00:00+02:00" },
    ]);
  });

  it("has the rings, and what only happened", () => {
    const summary = element("ActivitySummary", {
      dateComponents: "2024-06-15",
      activeEnergyBurned: 590.25,
      activeEnergyBurnedUnit: "kcal",
      appleExerciseTime: 68,
      appleStandHours: 13,
    });
    const stand = record("CategoryTypeIdentifierAppleStandHour", "HKCategoryValueAppleStandHourStood", "2024-06-15 08:00:00", {
      endDate: "2024-06-15 09:00:00 +0200",
    });
    assert.deepEqual(days(summary, stand, stand), [
      {
        date: "2024-06-15",
        measures: [{ type: "apple_stand_hour", count: 2, minutes: 120 }],
        rings: { active_energy: 590.25, exercise_minutes: 68, stand_hours: 13, unit: "kcal" },
      },
    ]);
  });

  it("takes the parts of a correlation once, and keeps units apart", () => {
    const pressure = record("QuantityTypeIdentifierBloodPressureSystolic", 120, "2024-06-15 08:00:00", { unit: "mmHg" });
    const way = (value: number, unit: string) =>
      record("QuantityTypeIdentifierDistanceWalkingRunning", value, "2024-06-15 08:00:00", { unit });
    const [day] = days(
      element("Correlation", { type: "HKCorrelationTypeIdentifierBloodPressure" }, pressure),
      pressure,
      way(1, "mi"),
      way(2, "km"),
    );
    assert.deepEqual(day?.["measures"], [
      { type: "blood_pressure_systolic", unit: "mmHg", mean: 120, min: 120, max: 120, count: 1 },
      { type: "distance_walking_running", unit: "km", sum: 2, count: 1 },
      { type: "distance_walking_running", unit: "mi", sum: 1, count: 1 },
    ]);
  });
});

describe("a workout of Apple Health", () => {
  const workout = (values: Values, ...inside: readonly string[]) =>
    element(
      "Workout",
      {
        workoutActivityType: "HKWorkoutActivityTypeTraditionalStrengthTraining",
        sourceName: "Watch",
        startDate: "2024-06-15 17:12:00 +0200",
        endDate: "2024-06-15 17:55:00 +0200",
        ...values,
      },
      ...inside,
    );

  it("tells what was done, when, how far and with what effort", () => {
    const { drafts } = read(
      exported(
        workout({
          duration: 45.25,
          durationUnit: "min",
          totalDistance: 6.5,
          totalDistanceUnit: "km",
          totalEnergyBurned: 431,
          totalEnergyBurnedUnit: "kcal",
        }),
      ),
    );
    assert.deepEqual(
      drafts.map(({ external_id, kind, observed_at, content }) => [external_id, kind, observed_at, content]),
      [
        [
          "workout/2024-06-15T15:12:00Z/traditional_strength_training/Watch",
          "workout",
          Date.UTC(2024, 5, 15, 15, 12),
          {
            ...{ activity: "traditional_strength_training", start: "2024-06-15T17:12:00+02:00", end: "2024-06-15T17:55:00+02:00" },
            ...{
              duration: 45.25,
              duration_unit: "min",
              distance: 6.5,
              distance_unit: "km",
              energy: 431,
              energy_unit: "kcal",
              source: "Watch",
            },
          },
        ],
      ],
    );
  });

  it("has its sums in elements of their own since iOS 16", () => {
    const statistics = (type: string, values: Values) =>
      element("WorkoutStatistics", { type: `HKQuantityTypeIdentifier${type}`, ...values });
    const { drafts } = read(
      exported(
        workout(
          {},
          element("MetadataEntry", { key: "HKTimeZone", value: "Europe/Prague" }),
          statistics("DistanceCycling", { sum: 12.3456, unit: "km" }),
          statistics("ActiveEnergyBurned", { sum: 300, unit: "kcal" }),
          statistics("HeartRate", { average: 141.26, minimum: 90, maximum: 170, unit: "count/min" }),
          element("WorkoutRoute", { sourceName: "Watch" }, element("FileReference", { path: "/workout-routes/route_1.gpx" })),
        ),
      ),
    );
    const { distance, distance_unit, energy, heart_rate, zone, route } = drafts[0]?.content ?? {};
    assert.deepEqual(
      { distance, distance_unit, energy, heart_rate, zone, route },
      {
        distance: 12.346,
        distance_unit: "km",
        energy: 300,
        heart_rate: { mean: 141.3, min: 90, max: 170 },
        zone: "Europe/Prague",
        route: "workout-routes/route_1.gpx",
      },
    );
  });
});

describe("an export that is damaged", () => {
  it("costs what is broken, with its line", () => {
    const good = record("QuantityTypeIdentifierStepCount", 1, "2024-06-15 08:00:00", { unit: "count" });
    const imported = read(
      exported(
        good,
        good.replace('value="1"', "value=1"),
        good.replace('value="1"', 'value="many"'),
        good.replaceAll("2024-06-15", "soon"),
        element("Workout", { workoutActivityType: "x" }),
        element("ActivitySummary", {}),
        record("CategoryTypeIdentifierSleepAnalysis", "x", "2024-06-15 08:00:00", { endDate: "2024-06-15 07:00:00 +0200" }),
      ),
    );
    assert.deepEqual(problemLines(imported), [
      "line 9: Record is not well-formed (unquoted attribute value): left out",
      "line 10: the record has no value: left out",
      "line 11: the record has no time: left out",
      "line 12: the workout has no time: left out",
      "line 13: the summary has no date: left out",
      "line 14: the sleep has no duration: left out",
    ]);
    assert.deepEqual(
      imported.drafts.map(({ content }) => content),
      [{ date: "2024-06-15", measures: [{ type: "step_count", unit: "count", sum: 1, count: 1 }] }],
    );
  });

  it("says when it was cut short, or is empty", () => {
    const text = exported(record("QuantityTypeIdentifierStepCount", 1, "2024-06-15 08:00:00"));
    assert.deepEqual(problemLines(read(text.slice(0, -15))), ["line 8: the file ends before its first element does: it may be cut short"]);
    assert.deepEqual(problemLines(read("")), ["holds no health data"]);
  });

  it("never breaks the contract", () => {
    const original = exported(
      record("QuantityTypeIdentifierStepCount", 1, "2024-06-15 08:00:00", { unit: "count", device: "&lt;&lt;HKDevice&gt;&gt;" }),
      element(
        "Workout",
        { workoutActivityType: "HKWorkoutActivityTypeRunning", startDate: "2024-06-15 17:12:00 +0200" },
        element("MetadataEntry", { key: "a", value: "é" }),
      ),
      element("ActivitySummary", { dateComponents: "2024-06-15", activeEnergyBurned: 1 }),
      record("CategoryTypeIdentifierSleepAnalysis", "HKCategoryValueSleepAnalysisAsleepCore", "2024-06-15 08:00:00"),
    );
    fc.assert(
      fc.property(mutationsOf(Buffer.from(original)), (bytes) => {
        read(bytes);
      }),
      { seed: 64, numRuns: 300 },
    );
  });

  const entities = Array.from({ length: 30 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join("");
  const hostile: readonly { readonly name: string; readonly text: string }[] = [
    {
      name: "entities of entities",
      text: `<!DOCTYPE HealthData [<!ENTITY e0 "x">${entities}]><HealthData>${"&e30;".repeat(1_000)}</HealthData>`,
    },
    { name: "a document type of megabytes", text: `<!DOCTYPE HealthData [${"<!ELEMENT a (b)>".repeat(200_000)}` },
    {
      name: "50,000 units",
      text: exported(
        ...Array.from({ length: 50_000 }, (_, index) =>
          record("QuantityTypeIdentifierStepCount", 1, "2024-06-15 08:00:00", { unit: index }),
        ),
      ),
    },
    { name: "a hundred thousand open records", text: `<HealthData>${"<Record>".repeat(100_000)}` },
  ];
  for (const { name, text } of hostile) {
    it(`is survived when it was made to take long: ${name}`, () => {
      read(text);
    });
  }

  it("of a hundred thousand records is read within seconds", () => {
    const records = Array.from({ length: 100_000 }, (_, index) =>
      record("QuantityTypeIdentifierHeartRate", 60 + (index % 50), `2024-06-${String(1 + (index % 28)).padStart(2, "0")} 08:00:00`, {
        unit: "count/min",
      }),
    );
    assert.equal(read(exported(...records)).drafts.length, 28);
  });
});

it("is recognised by what it holds", () => {
  assert.ok(appleHealth.recognises(sourceOf("", exported())));
  assert.ok(appleHealth.recognises(sourceOf("", "<HealthData/>".replace("/", " locale='en'>"))));
  for (const text of ["<gpx/>", "<ClinicalDocument>HealthData", "", "HealthData"])
    assert.ok(!appleHealth.recognises(sourceOf("export.xml", text)), text);
});
