import type { Oneself, SeenEvidence } from "../deriver.ts";
import { addressOf } from "./address.ts";
import { eventOf } from "./event.ts";
import { listOf, objectOf, textOf } from "./fields.ts";

/** Somebody the person was in touch with by one item. */
export interface Encounter {
  readonly name: string;
  /** Of mail or telephone, in one form; empty when it is not known. */
  readonly address: string;
  /** Who it came from: a meeting is of both. */
  readonly by: "self" | "other" | "both";
}

/** Beyond so many people, it is an announcement. */
const peopleMax = 12;

/** The people that a message, call, mail or meeting was with. */
export function encountersIn(item: SeenEvidence, self: Oneself): Encounter[] {
  const found = read(item, self).filter(
    ({ name, address }) => (name !== "" || address !== "") && !self.addresses.has(address) && !self.names.has(name.toLowerCase()),
  );
  return found.length > peopleMax ? [] : found;
}

function read(item: SeenEvidence, self: Oneself): Encounter[] {
  const { kind, content } = item;
  if (kind === "message" || kind === "call") return inChat(item, self);
  if (kind === "mail") {
    if (content["list_id"] !== undefined) return [];
    const from = personIn(content["from"], "other");
    const fromSelf = from.some(({ address }) => self.addresses.has(address));
    const to = [...listOf(content["to"]), ...listOf(content["cc"])];
    return fromSelf ? to.flatMap((entry) => personIn(entry, "self")) : from;
  }
  const event = eventOf(item);
  if (event === null) return [];
  return [...event.people, ...(event.organizer ? [event.organizer] : [])].map(({ name, address }) => ({
    name: name.includes("@") ? "" : name,
    address: addressOf(address),
    by: "both",
  }));
}

/** Sources that know the direction name the other; of others the sender and the chat's name are known. */
function inChat({ content }: SeenEvidence, self: Oneself): Encounter[] {
  if (content["system"] === true) return [];
  const direction = textOf(content["direction"]);
  const address = addressOf(textOf(content["number"]));
  const name = (textOf(content["name"]) || textOf(content["chat"]) || textOf(content["to"]) || textOf(content["from"])).slice(0, 120);
  if (direction !== "") {
    if (["missed", "rejected", "blocked", "voicemail", "draft", "failed"].includes(direction) || Array.isArray(content["numbers"]))
      return [];
    return [{ name: addressOf(name) === "" ? name : "", address, by: direction === "outgoing" ? "self" : "other" }];
  }
  const from = textOf(content["from"]).slice(0, 120);
  const chat = textOf(content["chat"]).slice(0, 120);
  // One's own message in a chat is for whom the chat is named after; nobody knows who reads a group's.
  if (self.names.has(from.toLowerCase())) return chat === "" ? [] : [{ name: chat, address: "", by: "self" }];
  return from === "" ? [] : [{ name: from, address: "", by: "other" }];
}

function personIn(value: unknown, by: Encounter["by"]): Encounter[] {
  const { name, address } = objectOf(value as never);
  return [{ name: textOf(name).slice(0, 120), address: addressOf(textOf(address)), by }];
}
