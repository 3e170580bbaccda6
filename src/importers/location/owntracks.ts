import { decodeText } from "../decode-text.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { coordinates } from "./coordinates.ts";
import type { Fix } from "./fold.ts";
import { accuracyMax } from "./google-records.ts";
import { asNumber, asRecord, asText, type JsonRecord } from "./json-records.ts";
import { PlaceDrafts } from "./place-drafts.ts";
import { sourceInstant } from "./source-instant.ts";

/** OwnTracks' recordings (.rec), a line a message: locations are folded into visits and trips, its waypoints are places. */
export const ownTracks: Importer = { name: "owntracks", version: "1", title: "OwnTracks recordings", recognises, read };

const firstLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t\n]*\t\{/;

/** UTF-16 units of a line that are read. */
const lineMax = 64 * 1024;

function recognises(file: SourceFile): boolean {
  return firstLine.test(decodeText(file.bytes.subarray(0, 512)).text) || /\.rec$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new PlaceDrafts(ownTracks, file);
  const fixes: Fix[] = [];
  let number = 0;
  let messages = 0;
  for (const line of decodeText(file.bytes).text.split("\n")) {
    number += 1;
    if (line.trim() === "") continue;
    const message = messageIn(line);
    if (message !== null) messages += 1;
    const reason = message === null ? "holds no message: left out" : addMessage(message, fixes, drafts);
    if (reason !== undefined) drafts.problems.add(`line ${number}`, reason);
  }
  if (messages === 0) {
    yield { problem: { position: "", reason: "holds no messages" } };
    return;
  }
  drafts.addFixes(fixes);
  yield* drafts.items();
}

function messageIn(line: string): JsonRecord | null {
  try {
    const start = line.indexOf("\t{");
    return start === -1 || line.length > lineMax ? null : asRecord(JSON.parse(line.slice(start + 1)));
  } catch {
    return null;
  }
}

/** Says what is wrong with the message. */
function addMessage(message: JsonRecord, fixes: Fix[], drafts: PlaceDrafts): string | undefined {
  const type = message["_type"];
  if (type !== "location" && type !== "transition" && type !== "waypoint") return undefined;
  const at = coordinates(message["lat"], message["lon"]);
  const time = sourceInstant(message["tst"]);
  if (at === null) return `the ${type} has no place: left out`;
  if (type === "waypoint") {
    drafts.add({ kind: "place", at, more: { name: asText(message["desc"]), radius: asNumber(message["rad"]) } }, "");
    return undefined;
  }
  if (time?.at === undefined) return `the ${type} has no time: left out`;
  if ((asNumber(message["acc"]) ?? 0) <= accuracyMax) fixes.push({ ...at, at: time.at, text: time.text });
  return undefined;
}
