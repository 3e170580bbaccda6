import assert from "node:assert/strict";
import { hash } from "node:crypto";
import type { EvidenceDraft, Importer, ImportItem, ImportProblem, SourceFile } from "../../src/importers/importer.ts";

/** A file made for a test; text is written as UTF-8. */
export function sourceOf(name: string, data: string | Uint8Array, collection = "test"): SourceFile {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return { path: `/somewhere/${name}`, collection, name, bytes, sha256: hash("sha256", bytes) };
}

export interface Imported {
  readonly drafts: readonly EvidenceDraft[];
  readonly problems: readonly ImportProblem[];
}

/** Everything that an importer makes of the file at once, items and problems apart. */
export function importAll(importer: Importer, file: SourceFile): Imported {
  const items = importer.read(file);
  assert.ok(Symbol.iterator in items, `${importer.name} takes its time: use importAllInTime`);
  return sorted([...items]);
}

/** The same of any importer, also of one that has to wait. */
export async function importAllInTime(importer: Importer, file: SourceFile): Promise<Imported> {
  const items: ImportItem[] = [];
  for await (const item of importer.read(file)) items.push(item);
  return sorted(items);
}

function sorted(items: readonly ImportItem[]): Imported {
  return {
    drafts: items.flatMap((item) => ("draft" in item ? [item.draft] : [])),
    problems: items.flatMap((item) => ("problem" in item ? [item.problem] : [])),
  };
}

/** `position: reason`, or the reason alone when it is about the whole file. */
export function problemLines(imported: Imported): string[] {
  return imported.problems.map(({ position, reason }) => (position === "" ? reason : `${position}: ${reason}`));
}
