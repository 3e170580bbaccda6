import assert from "node:assert/strict";
import type { JsonObject } from "../../src/core/ports.ts";
import type { Importer } from "../../src/importers/importer.ts";
import type { Fix } from "../../src/importers/location/fold.ts";
import { assertRules } from "./draft-rules.ts";
import { type Imported, importAll, problemLines, sourceOf } from "./import-all.ts";
import { withinSeconds } from "./within-seconds.ts";

export function readPlaces(importer: Importer, data: string | Uint8Array): Imported {
  const imported = withinSeconds(importer.title, () => importAll(importer, sourceOf("places", data)));
  assertRules(imported);
  return imported;
}

/** What an importer makes of a file without problems: kind, id and content of each item. */
export function told(importer: Importer, data: unknown): [string, string, JsonObject][] {
  const imported = readPlaces(importer, typeof data === "string" ? data : JSON.stringify(data));
  assert.deepEqual(problemLines(imported), []);
  return imported.drafts.map(({ kind, external_id, content }) => [kind, external_id, content]);
}

export const minute = 60_000;
export const noon = Date.UTC(2024, 5, 15, 12);

/** A fix so many minutes after noon, so many metres north and east of a square in Brno. */
export function fix(minutes: number, north: number, east = 0): Fix {
  const at = noon + minutes * minute;
  return { at, text: new Date(at).toISOString(), latitude: 49.195 + north / 111_195, longitude: 16.608 + east / 72_600 };
}

export function series(from: number, to: number, place: (minutes: number) => readonly [number, number]): Fix[] {
  return Array.from({ length: to - from + 1 }, (_, index) => fix(from + index, ...place(from + index)));
}
