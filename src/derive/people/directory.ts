import type { JsonObject } from "../../core/ports.ts";
import type { Oneself, SeenEvidence } from "../deriver.ts";
import { addressOf } from "../reading/address.ts";
import { textOf, textsOf } from "../reading/fields.ts";
import { kindOf, pureKind } from "../text/kinship.ts";
import { withoutTitle } from "../text/names.ts";
import { slugOf } from "../text/phrase.ts";
import { ownCard } from "./own-card.ts";

/** A person of the address book. */
export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly cards: readonly Card[];
  /** What they are to the owner, as their card says it. */
  readonly kind: { readonly kind: string; readonly told: string } | null;
}

/** What a card says of a person, as far as it tells people apart. */
export interface Card {
  readonly item: SeenEvidence;
  readonly name: string;
  readonly given: string;
  readonly nicknames: readonly string[];
  readonly addresses: readonly string[];
  readonly kind: Person["kind"];
}

/** Cards of one address book that are remembered: more people than anyone knows. */
const cardsMax = 20_000;

/** The people of the address book, and who a name means. */
export class Directory {
  readonly #cards = new Map<string, Card>();
  readonly #self: Oneself;

  constructor(self: Oneself) {
    this.#self = self;
  }

  add(item: SeenEvidence): void {
    if (item.kind !== "contact" || item.content["group"] === true || ownCard(item, this.#self) !== null) return;
    const card = cardOf(item);
    if (card !== null && this.#cards.size < cardsMax) this.#cards.set(`${item.adapter} ${item.externalId}`, card);
  }

  people(): People {
    return new People([...this.#cards].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, card]) => card));
  }
}

export class People {
  readonly all: readonly Person[];
  readonly #byName = new Map<string, Person[]>();
  readonly #byAddress = new Map<string, Person>();

  constructor(cards: readonly Card[]) {
    const named = Map.groupBy(cards, ({ name }) => slugOf(name));
    this.all = [...named].flatMap(([slug, alike]) => personsOf(slug, alike));
    for (const person of this.all) {
      for (const card of person.cards) {
        for (const address of card.addresses) this.#byAddress.set(address, person);
        for (const name of [card.name, withoutTitle(card.name), card.given, ...card.nicknames]) this.#know(name, person);
      }
    }
  }

  /** Who is meant: by the whole name, a nickname or a given name that one person alone has. */
  named(name: string, kind: string | null = null): Person | null {
    const found = this.#byName.get(slugOf(withoutTitle(name))) ?? [];
    if (found.length === 1) return found[0] ?? null;
    const alike = found.filter((person) => kind !== null && person.kind?.kind === kind);
    return alike.length === 1 ? (alike[0] ?? null) : null;
  }

  /** True when several people have the name. */
  isAmbiguous(name: string): boolean {
    return (this.#byName.get(slugOf(withoutTitle(name))) ?? []).length > 1;
  }

  at(address: string): Person | null {
    return this.#byAddress.get(addressOf(address)) ?? null;
  }

  /** The one person of a kind, when there is one: `my wife`. */
  only(kind: string): Person | null {
    const found = this.all.filter((person) => person.kind?.kind === kind);
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  #know(name: string, person: Person): void {
    const slug = slugOf(name);
    if (slug.length < 2) return;
    const known = this.#byName.get(slug) ?? [];
    if (!known.includes(person)) this.#byName.set(slug, [...known, person]);
  }
}

function cardOf(item: SeenEvidence): Card | null {
  const { content } = item;
  const name = textOf(content["name"]).slice(0, 120);
  // A card of an organisation has no person's name.
  if (slugOf(name) === "" || (name === textOf(content["organization"]) && textOf(content["given"]) === "")) return null;
  const addresses = [...textsOf(content["emails"], "address"), ...textsOf(content["phones"], "number")].map(addressOf);
  return {
    item,
    name,
    given: textOf(content["given"]),
    nicknames: textOf(content["nickname"])
      .split(/,\s*/u)
      .filter((nickname) => nickname.length >= 2 && kindOf(nickname) === null),
    addresses: addresses.filter((address) => address !== ""),
    kind: cardKind(content),
  };
}

/** A short note or category that is a word of kinship, or a nickname that is one: `Dad`. */
function cardKind(content: JsonObject): Person["kind"] {
  const told = [textOf(content["note"]), ...textsOf(content["categories"]), textOf(content["nickname"]), textOf(content["name"])];
  for (const text of told) {
    const kind = pureKind(text);
    if (kind !== null) return kind;
  }
  return null;
}

/** Cards of one name are of one person, unless they say different things of who it is and share no address. */
function personsOf(slug: string, cards: readonly Card[]): Person[] {
  const groups: Card[][] = [];
  for (const card of cards) {
    const group = groups.find((each) => each.some((other) => isSame(other, card)));
    if (group === undefined) groups.push([card]);
    else group.push(card);
  }
  return groups.map((group) => {
    const [first] = group;
    const kind = group.find((card) => card.kind !== null)?.kind ?? null;
    const mark = groups.length === 1 ? "" : `-${slugOf(kind?.told ?? first?.nicknames[0] ?? "") || (first?.addresses[0] ?? "").slice(-4)}`;
    return { subject: `person:${slug}${mark}`, name: first?.name ?? slug, cards: group, kind };
  });
}

function isSame(left: Card, right: Card): boolean {
  if (left.addresses.some((address) => right.addresses.includes(address))) return true;
  const differ = left.kind?.kind !== right.kind?.kind || (left.addresses.length > 0 && right.addresses.length > 0);
  return !differ;
}
