import type { Oneself, SeenEvidence } from "./deriver.ts";
import { addressOf } from "./reading/address.ts";
import { eventOf } from "./reading/event.ts";
import { listOf, objectOf, textOf, textsOf } from "./reading/fields.ts";
import { Tally } from "./tally/tally.ts";

/** An address that stands in so large a share of mails and meetings is the owner's. */
const shareLeast = 0.4;
const itemsLeast = 5;
const speaker = /^\s*(?<name>\p{Lu}[\p{L}\p{M}.'’-]*(?: \p{Lu}[\p{L}\p{M}.'’-]*){0,3})[:：]\s/u;

/**
 * Finds out who the owner is, before anything else is read: by the address that most mails and meetings have in common,
 * by the sender whom many chats have in common, by what they sign what they send with, and by a card with any of these.
 */
export class WhoIsIt {
  readonly #addresses = new Tally();
  #addressed = 0;
  readonly #senders = new Map<string, Set<string>>();
  readonly #pairs = new Map<string, Set<string>>();
  readonly #signed = new Tally();
  readonly #cards: { readonly name: string; readonly addresses: readonly string[]; readonly me: boolean }[] = [];

  see(item: SeenEvidence): void {
    if (item.kind === "contact") this.#seeCard(item);
    else if (item.kind === "mail" || item.kind === "event") this.#seeAddresses(item);
    else if (item.kind === "message") this.#seeMessage(item);
  }

  known(): Oneself {
    const addresses = new Set(this.#ownAddresses());
    const names = new Set(this.#ownNames());
    for (const { name, addresses: onCard, me } of this.#cards) {
      const isOwn = me || onCard.some((address) => addresses.has(address)) || names.has(name.toLowerCase());
      if (!isOwn) continue;
      names.add(name.toLowerCase());
      for (const address of onCard) addresses.add(address);
    }
    return { names, addresses };
  }

  #seeCard({ content }: SeenEvidence): void {
    const name = textOf(content["name"]);
    const addresses = [...textsOf(content["emails"], "address"), ...textsOf(content["phones"], "number")].map(addressOf).filter(Boolean);
    const me = [...textsOf(content["categories"]), textOf(content["note"])].some((text) => /^(?:me|myself|my card|own card)$/iu.test(text));
    if (name !== "" && this.#cards.length < 20_000) this.#cards.push({ name, addresses, me });
  }

  #seeAddresses(item: SeenEvidence): void {
    const { content } = item;
    const event = eventOf(item);
    const people =
      event === null
        ? [content["from"], ...listOf(content["to"]), ...listOf(content["cc"])].map((entry) => textOf(objectOf(entry)["address"]))
        : [...event.people, ...(event.organizer ? [event.organizer] : [])].map(({ address }) => address);
    const addresses = new Set(people.map(addressOf).filter((address) => address.includes("@")));
    if (addresses.size === 0) return;
    this.#addressed++;
    for (const address of addresses) this.#addresses.add(address, item, undefined);
  }

  #seeMessage(item: SeenEvidence): void {
    const { content } = item;
    const from = textOf(content["from"]).slice(0, 120);
    const chat = textOf(content["chat"]).slice(0, 120);
    const direction = textOf(content["direction"]);
    if (direction === "" && from !== "" && chat !== "" && content["system"] !== true) {
      this.#note(this.#senders, from.toLowerCase(), `${item.adapter} ${chat}`);
      this.#note(this.#pairs, `${item.adapter} ${chat}`, from.toLowerCase());
    }
    if (direction === "outgoing") {
      const name = speaker.exec(textOf(content["text"]))?.groups?.["name"] ?? "";
      const other = `${textOf(content["name"])} ${textOf(content["to"])}`.toLowerCase();
      if (name !== "" && !/^(?:Me|I)$/u.test(name) && !other.includes(name.toLowerCase()))
        this.#signed.add(name.toLowerCase(), item, undefined);
    }
  }

  #note(map: Map<string, Set<string>>, key: string, value: string): void {
    const known = map.get(key) ?? new Set();
    if (map.size < 50_000) map.set(key, known);
    if (known.size < 1_000) known.add(value);
  }

  #ownAddresses(): string[] {
    const least = Math.max(itemsLeast, this.#addressed * shareLeast);
    return this.#addresses
      .entries()
      .filter(({ support }) => support.items >= least)
      .map(({ key }) => key);
  }

  #ownNames(): string[] {
    const names: string[] = [];
    // In a chat of two that is named after the one, the other is the owner; and who writes in most chats.
    for (const [chat, senders] of this.#pairs) {
      const partner = chat.slice(chat.indexOf(" ") + 1).toLowerCase();
      if (senders.size === 2 && senders.has(partner)) names.push(...[...senders].filter((name) => name !== partner));
    }
    const chats = [...this.#senders].map(([name, found]) => ({ name, count: found.size })).sort((a, b) => b.count - a.count);
    const [first, second] = chats;
    if (first !== undefined && first.count >= 3 && first.count > (second?.count ?? 0)) names.push(first.name);
    const [signed, next] = this.#signed.ranked();
    if (signed !== undefined && signed.support.items >= 5 && signed.support.items >= 3 * (next?.support.items ?? 0)) names.push(signed.key);
    return names;
  }
}
