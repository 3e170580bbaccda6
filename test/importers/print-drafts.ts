import { importerFor } from "../../src/importers/recognise.ts";
import { calendarText, centralEurope, eventLines, zoneLines } from "./calendar-text.ts";
import { sourceOf } from "./import-all.ts";
import { jpeg, tag } from "./photo-files.ts";

// Run as a program by determinism.test.ts: prints what every importer makes of files in which zones matter.
const calendar = calendarText(
  ...zoneLines("Mine", centralEurope),
  ...eventLines("UID:own", "DTSTART;TZID=Mine:20230912T123000"),
  ...eventLines("UID:iana", "DTSTART;TZID=America/St_Johns:20231105T013000"),
  ...eventLines("UID:gap", "DTSTART;TZID=Europe/Berlin:20230326T023000"),
  ...eventLines("UID:floating", "DTSTART:20230912T123000"),
  ...eventLines("UID:day", "DTSTART;VALUE=DATE:20230912"),
  ...eventLines("DTSTART;TZID=Nowhere:20230912T123000", "SUMMARY:İıIi"),
);
const files = [
  sourceOf("a.ics", calendar),
  sourceOf("2023-09-12.md", "---\ncreated: 2023-09-12 10:00\n---\n# İıIi #TİTLE"),
  sourceOf("b.md", "---\ndate: 2023-09-12T23:00:00+02:00\n---\n"),
  sourceOf("a.jpg", jpeg({ exif: { camera: { [tag.original]: "2023:09:12 12:30:05" } } })),
  sourceOf("b.jpg", jpeg({ exif: { camera: { [tag.original]: "2023:09:12 12:30:05", [tag.offsetOriginal]: "+02:00" } } })),
];
for (const file of files) for await (const item of importerFor(file)?.read(file) ?? []) process.stdout.write(`${JSON.stringify(item)}\n`);
