import { bookmarks } from "./activity/bookmarks.ts";
import { googleActivity } from "./activity/google-activity.ts";
import { historyList } from "./activity/history-list.ts";
import { chatgpt } from "./assistants/chatgpt/chatgpt.ts";
import { claude } from "./assistants/claude.ts";
import { mcpMemory } from "./assistants/mcp-memory.ts";
import { mem0 } from "./assistants/mem0.ts";
import { vcard } from "./contacts/vcard.ts";
import { appleHealth } from "./health/apple-health.ts";
import { icalendar } from "./icalendar/icalendar.ts";
import type { Importer, SourceFile } from "./importer.ts";
import { geojson } from "./location/geojson.ts";
import { googleRecords } from "./location/google-records.ts";
import { googleSemantic } from "./location/google-semantic.ts";
import { googleTimeline } from "./location/google-timeline.ts";
import { gpx } from "./location/gpx.ts";
import { kml } from "./location/kml.ts";
import { ownTracks } from "./location/owntracks.ts";
import { mail } from "./mail/mail.ts";
import { markdown } from "./markdown/markdown.ts";
import { instagram } from "./messages/instagram.ts";
import { smsBackup } from "./messages/sms-backup/sms-backup.ts";
import { telegram } from "./messages/telegram/telegram.ts";
import { whatsapp } from "./messages/whatsapp/whatsapp.ts";
import { photo } from "./photo/photo.ts";

/** Every source format that this program reads. */
export const importers: readonly Importer[] = [
  photo,
  icalendar,
  markdown,
  whatsapp,
  telegram,
  instagram,
  smsBackup,
  chatgpt,
  claude,
  mcpMemory,
  mem0,
  vcard,
  mail,
  googleRecords,
  googleSemantic,
  googleTimeline,
  gpx,
  kml,
  geojson,
  ownTracks,
  appleHealth,
  googleActivity,
  historyList,
  bookmarks,
];

/** The importer for the file, by what it holds and only then by its name; null when it is of no known format. */
export function importerFor(file: SourceFile): Importer | null {
  const nameless = { ...file, name: "" };
  return importers.find((importer) => importer.recognises(nameless)) ?? importers.find((importer) => importer.recognises(file)) ?? null;
}
