import { OwnNames } from "../contacts/own-names.ts";
import { fitDraft } from "../fit-draft.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { placeOf } from "../place.ts";
import { fieldOf, readHead } from "./head.ts";
import { isMailbox, type MailboxMessage, messagesOf } from "./mbox.ts";
import { readMessage } from "./message.ts";

/** Mail (RFC 5322 with MIME): one message a file, or a mailbox file (mbox) of many. An item for each message; attachments are only named. */
export const mail: Importer = { name: "mail", version: "1", title: "mail: messages and mbox", recognises, read };

/** Fields that only programs write: by themselves they show that a text is a message. */
const certain = ["message-id", "received", "return-path", "mime-version", "delivered-to", "dkim-signature", "x-mailer", "x-account-key"];

function recognises(file: SourceFile): boolean {
  const { bytes, name } = file;
  // Outlook's own .msg is a compound file, which this isn't.
  if (bytes.subarray(0, 4_096).includes(0)) return false;
  if (isMailbox(bytes)) return true;
  if (/\.(?:eml|msg|mbox|mbx)$/i.test(name)) return true;
  const head = readHead(bytes.subarray(0, 16_384));
  // A text in which a few lines look like fields is a text all the same: the first line decides.
  const begins = /^(?:\ufeff)?[\x21-\x39\x3b-\x7e]+:/.test(Buffer.from(bytes.subarray(0, 200)).toString("utf8"));
  return (
    begins &&
    certain.some((field) => fieldOf(head, field) !== undefined) &&
    ["from", "to", "date", "subject"].some((field) => fieldOf(head, field) !== undefined)
  );
}

function* read(file: SourceFile): Generator<ImportItem> {
  const names = new OwnNames();
  const whole: MailboxMessage = { bytes: file.bytes, from: 1, to: 1 };
  const isMany = isMailbox(file.bytes);
  for (const message of isMany ? messagesOf(file.bytes) : [whole]) {
    const position = isMany ? `line ${message.from}` : "";
    const read = readMessage(message.bytes);
    if (read === null) {
      yield { problem: { position, reason: "holds no mail: left out" } };
      continue;
    }
    for (const reason of read.losses) yield { problem: { position, reason } };
    const draft = names.settle({
      source: { adapter: mail.name, version: mail.version, uri: placeOf(file.name, isMany ? message : undefined), sha256: file.sha256 },
      external_id: read.externalId,
      kind: "mail",
      ...(read.observedAt === undefined ? {} : { observed_at: read.observedAt }),
      content: read.content,
    });
    if (draft !== null) yield* fitDraft(draft, position, ["message_id", "date"]);
  }
}
