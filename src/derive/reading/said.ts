import type { Oneself, SeenEvidence } from "../deriver.ts";
import { addressOf } from "./address.ts";
import { eventOf } from "./event.ts";
import { objectOf, textOf } from "./fields.ts";

/** A stretch of text, and whether the person themselves wrote or said it. */
export interface Saying {
  readonly text: string;
  readonly by: "self" | "other";
}

/**
 * What an item says, by whom. A note is one's own; of a message its direction tells, or its sender. What an assistant
 * said is never evidence about the person, whoever it was said to.
 */
export function sayingsOf(item: SeenEvidence, self: Oneself): Saying[] {
  const { kind, content } = item;
  const text = textOf(content["text"]);
  switch (kind) {
    case "note":
      return noteSayings(item, text);
    case "journal":
    case "task":
    case "event":
      return eventSayings(item, self);
    case "photo":
      return [own(textOf(content["description"]) || textOf(content["title"]))];
    case "message":
      return content["system"] === true || textOf(content["forwarded_from"]) !== "" ? [] : transcript(item, self, text);
    case "mail":
      return [{ text, by: self.addresses.has(addressOf(textOf(objectOf(content["from"])["address"]))) ? "self" : "other" }];
    case "chat_message":
      return isAssistant(item) ? [] : [own(text)];
    default:
      return [];
  }
}

/** True for all but what a person typed: what an assistant, a tool or a system prompt said. */
export function isAssistant({ content }: SeenEvidence): boolean {
  return content["role"] !== "user" || content["said_by"] === "assistant";
}

function own(text: string): Saying {
  return { text, by: "self" };
}

/** What was clipped from elsewhere is the words of whoever wrote it there. */
function noteSayings({ content }: SeenEvidence, text: string): Saying[] {
  const fields = objectOf(content["front_matter"]);
  const clipped = ["source", "url", "link", "author", "authors"].some((name) => /^https?:|^\S/u.test(textOf(fields[name])));
  const by = clipped ? "other" : "self";
  return [
    { text: textOf(content["title"]), by },
    { text, by },
  ];
}

/** An event that others organised was written by them. */
function eventSayings(item: SeenEvidence, self: Oneself): Saying[] {
  const address = addressOf(eventOf(item)?.organizer?.address ?? "");
  const by = address !== "" && !self.addresses.has(address) ? "other" : "self";
  return ["summary", "description", "comment"].map((member) => ({ text: textOf(item.content[member]), by }));
}

/** `Name: …` at the beginning of lines: a message that tells a conversation. */
const speaker = /^\s*(?<name>\p{Lu}[\p{L}\p{M} .'’-]{0,40})[:：]\s+/u;

/** What others sent is theirs, whatever it quotes. What one sent oneself may tell what others said, line by line. */
function transcript(item: SeenEvidence, self: Oneself, text: string): Saying[] {
  if (!isSent(item, self)) return [{ text, by: "other" }];
  const lines = text.split("\n").map((line) => ({ line, name: speaker.exec(line)?.groups?.["name"]?.trim() }));
  const labelled = lines.filter(({ name }) => name !== undefined).length;
  const peer = words(`${textOf(item.content["name"])} ${textOf(item.content["chat"])}`);
  let by: Saying["by"] = "self";
  return lines.map(({ line, name }) => {
    if (name !== undefined) by = speaks(name, peer, self) ?? (labelled > 1 ? "other" : by);
    return { text: line.replace(speaker, ""), by };
  });
}

/** Whom a label means: `Me` and one's own name oneself, the other's name the other; null for any other word. */
function speaks(name: string, peer: ReadonlySet<string>, self: Oneself): Saying["by"] | null {
  const label = name.toLowerCase();
  if (/^(?:me|i|myself)$/u.test(label) || self.names.has(label)) return "self";
  return [...words(label)].some((word) => peer.has(word)) ? "other" : null;
}

function isSent({ content }: SeenEvidence, self: Oneself): boolean {
  const direction = textOf(content["direction"]);
  return direction === "" ? self.names.has(textOf(content["from"]).toLowerCase()) : direction === "outgoing";
}

function words(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{M}]+/u)
      .filter((word) => word.length > 1),
  );
}
