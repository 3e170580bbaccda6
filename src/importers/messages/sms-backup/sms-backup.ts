import type { Json } from "../../../core/ports.ts";
import { decodeText } from "../../decode-text.ts";
import { fitDraft } from "../../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../../importer.ts";
import { placeOf } from "../../place.ts";
import { fewProblems } from "../few-problems.ts";
import { ItemNames, wordsHash } from "../item-names.ts";
import { callOf } from "./call.ts";
import { type BackupElement, backupElements } from "./elements.ts";
import { instantOf, numbersOf, told } from "./fields.ts";
import { messageOf } from "./message.ts";

/** The XML of the Android program SMS Backup & Restore: an item for each SMS, MMS and call. */
export const smsBackup: Importer = { name: "sms-backup", version: "1", title: "SMS Backup & Restore", recognises, read };

const headBytes = 4_096;
/** What may stand before the root: each alternative ends where it first can, so that there is one way to read it. */
const root = /^\s*(?:<\?(?:(?!\?>).)*\?>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:smses|calls)[\s>/]/s;

function recognises({ bytes, name }: SourceFile): boolean {
  return root.test(decodeText(bytes.subarray(0, headBytes)).text) || /(?:^|\/)(?:sms|calls)-\d{6,}[^/]*\.xml$/i.test(name);
}

function read(file: SourceFile): Iterable<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const names = new ItemNames();
  for (const found of backupElements(file.bytes)) {
    if ("problem" in found) yield found;
    else yield* itemOf(found, file, names);
  }
}

function* itemOf(element: BackupElement, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  const position = `line ${element.from}`;
  const at = instantOf(element.attributes);
  if (at === null) {
    yield { problem: { position, reason: `${element.name} has a date that can't be read: left out` } };
    return;
  }
  const said = saidIn(element);
  if (said === null) return;
  const externalId = names.told(said.content, ...said.name);
  // The same message twice, as phones have it that were restored.
  if (externalId === undefined) return;
  const draft: EvidenceDraft = {
    source: { adapter: smsBackup.name, version: smsBackup.version, uri: placeOf(file.name, element), sha256: file.sha256 },
    external_id: externalId,
    kind: element.name === "call" ? "call" : "message",
    ...(at === undefined ? {} : { observed_at: at }),
    content: said.content,
  };
  yield* fitDraft(draft, position);
}

/** The content, and what names it in every backup of the phone. */
function saidIn(element: BackupElement): { content: Record<string, Json>; name: string[] } | null {
  const { attributes, name } = element;
  const date = told(attributes, "date") ?? "";
  if (name === "call")
    return { content: callOf(attributes), name: [name, date, numbersOf(attributes, "number").join("~"), told(attributes, "type") ?? ""] };
  const message = messageOf(element);
  if (message === null) return null;
  const { content, words, box } = message;
  return { content, name: [name, date, numbersOf(attributes, "address").join("~"), box, wordsHash(words)] };
}
