import { decodeText } from "../decode-text.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { placeOf } from "../place.ts";
import { calendarsOf } from "./calendar.ts";
import { readComponents } from "./component.ts";
import { settleCopies } from "./copies.ts";
import { type CalendarItem, readItem } from "./item.ts";

/**
 * iCalendar (RFC 5545) and plain vCalendar 1.0: an item for each VEVENT, VTODO and VJOURNAL. A recurring event is one item with its
 * rules as written; an instance that was moved is one more, named UID/RECURRENCE-ID.
 */
export const icalendar: Importer = { name: "icalendar", version: "1", title: "iCalendar", recognises, read };

function recognises(file: SourceFile): boolean {
  const start = decodeText(file.bytes.subarray(0, 1_024)).text.trimStart();
  return /^BEGIN:VCALENDAR\b/i.test(start) || /\.(?:ics|ical|ifb|vcs)$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const { roots, problems } = readComponents(file.bytes);
  for (const problem of problems) yield { problem };
  const items: CalendarItem[] = [];
  for (const calendar of calendarsOf(roots)) {
    for (const component of calendar.items) {
      const reading = readItem(component, calendar);
      for (const problem of reading.problems) yield { problem };
      if (reading.item !== null) items.push(reading.item);
    }
  }
  const settled = settleCopies(items);
  for (const problem of settled.problems) yield { problem };
  for (const item of settled.items) yield* fitDraft(draftOf(item, file), `line ${item.component.from}`);
}

function draftOf(item: CalendarItem, file: SourceFile): EvidenceDraft {
  return {
    source: { adapter: icalendar.name, version: icalendar.version, uri: placeOf(file.name, item.component), sha256: file.sha256 },
    external_id: item.externalId,
    kind: item.kind,
    ...(item.observedAt === undefined ? {} : { observed_at: item.observedAt }),
    content: item.content,
  };
}
