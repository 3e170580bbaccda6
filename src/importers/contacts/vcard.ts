import { decodeText } from "../decode-text.ts";
import { fitDraft } from "../fit-draft.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { placeOf } from "../place.ts";
import { readCards } from "./card.ts";
import { readContact } from "./contact.ts";
import { OwnNames } from "./own-names.ts";

/** vCard 2.1, 3.0 and 4.0: an item for each card. Pictures, sounds and keys are not kept. */
export const vcard: Importer = { name: "vcard", version: "1", title: "vCard contacts", recognises, read };

function recognises(file: SourceFile): boolean {
  const start = decodeText(file.bytes.subarray(0, 1_024)).text.trimStart();
  return /^BEGIN:VCARD\b/i.test(start) || /\.(?:vcf|vcard)$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const { cards, problems } = readCards(file.bytes);
  for (const problem of problems) yield { problem };
  const names = new OwnNames();
  for (const card of cards) {
    const position = `line ${card.from}`;
    const contact = readContact(card);
    if (contact === null) {
      yield { problem: { position, reason: "the card doesn't say whose it is: left out" } };
      continue;
    }
    const draft = names.settle({
      source: { adapter: vcard.name, version: vcard.version, uri: placeOf(file.name, card), sha256: file.sha256 },
      external_id: contact.externalId,
      kind: "contact",
      ...(contact.revised === undefined ? {} : { observed_at: contact.revised }),
      content: contact.content,
    });
    if (draft !== null) yield* fitDraft(draft, position, ["name"]);
  }
}
