import { hash } from "node:crypto";
import type { ImportProblem } from "../importer.ts";
import { wellFormedObject } from "../well-formed.ts";
import type { CalendarItem } from "./item.ts";

/**
 * Gives every item of a file an id of its own, so that reading the file again changes nothing:
 * - the same item twice: one stays;
 * - copies of which one is newer: the newest stays, the others are problems;
 * - different items under one UID, which some programs write: all stay, the later ones under an id made of their content.
 */
export function settleCopies(items: readonly CalendarItem[]): { items: readonly CalendarItem[]; problems: readonly ImportProblem[] } {
  const settled: CalendarItem[] = [];
  const problems: ImportProblem[] = [];
  for (const copies of Map.groupBy(items, (item) => item.externalId).values()) {
    const [newest, ...others] = copies.length === 1 ? copies : distinct(copies).sort((a, b) => compareAges(b, a));
    if (newest === undefined) continue;
    settled.push(newest);
    for (const other of others) {
      const older = compareAges(other, newest) < 0;
      if (!older) settled.push({ ...other, externalId: `${other.externalId}#${fingerprint(other).slice(0, 16)}` });
      const line = newest.component.from;
      const reason = older
        ? `an older copy of the ${newest.kind} on line ${line}: left out`
        : `the UID of line ${line} again: kept under an id of its own`;
      problems.push({ position: `line ${other.component.from}`, reason });
    }
  }
  return { items: settled, problems };
}

function distinct(copies: readonly CalendarItem[]): CalendarItem[] {
  const byContent = new Map<string, CalendarItem>();
  for (const copy of copies) {
    const key = fingerprint(copy);
    const other = byContent.get(key);
    if (other === undefined || compareAges(copy, other) > 0) byContent.set(key, copy);
  }
  return [...byContent.values()];
}

function compareAges(a: CalendarItem, b: CalendarItem): number {
  for (const [index, value] of a.age.entries()) {
    const other = b.age[index] ?? Number.NEGATIVE_INFINITY;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function fingerprint(item: CalendarItem): string {
  return hash("sha256", JSON.stringify([item.kind, wellFormedObject(item.content)]));
}
