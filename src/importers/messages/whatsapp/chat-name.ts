import type { SourceFile } from "../../importer.ts";
import { wellFormed } from "../../well-formed.ts";

/** `WhatsApp Chat with Ann`, `WhatsApp Chat - Ann`, `Chat de WhatsApp con Ann`, `WhatsApp-chat met Ann`, … */
const named =
  /^(?:WhatsApp[ -]Chat(?: (?:with|mit|met|med|с|z))? (?:- )?|(?:Chat|Conversa|Discussion|Conversation|Conversación|Чат|Czat)(?: (?:de|do|di|avec))? WhatsApp (?:(?:with|con|com|avec|med|с|z|-) )?)(.+)$/iu;

/**
 * The chat's name, which only the file's name tells: Android's file is called by it, iOS's `_chat.txt` lies in a folder that is. The
 * number of a second download isn't part of it.
 */
export function chatNameOf(file: SourceFile): string {
  const parts = [file.collection, ...file.name.split("/")].map((part) => wellFormed(part).trim());
  const base = (parts.at(-1) ?? "").replace(/\.(?:txt|zip)$/i, "");
  const told = /^_?chat$/i.test(base) ? (parts.at(-2) ?? "") : base;
  const bare = told
    .replace(/\.zip$/i, "")
    .replace(/ ?\(\d+\)$/, "")
    .trim();
  return named.exec(bare)?.[1]?.trim() || bare || base;
}
