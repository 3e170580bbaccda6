import type { DerivedClaim, Deriver, SeenEvidence } from "../deriver.ts";
import { encountersIn } from "../reading/encounter.ts";
import { listOf, objectOf, textOf } from "../reading/fields.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { isGenerally, kin, kindOf, partners } from "../text/kinship.ts";
import { isAddress } from "../text/names.ts";
import { slugOf } from "../text/phrase.ts";
import { Directory, type People, type Person } from "./directory.ts";
import { type Kinship, kinshipsIn, labelledKind } from "./kinds-said.ts";
import { ownCard } from "./own-card.ts";

/** What one witness weighs against others: a card against what is said in passing. */
const cardWeight = 6;

interface Vote {
  readonly kind: string;
  readonly told: string;
  readonly support: Support;
  readonly weight: number;
  readonly card: boolean;
}

interface Candidate {
  readonly subject: string;
  readonly known: boolean;
  readonly votes: Vote[];
}

/** Who people are to the owner: by their cards, by labels in chats, and by what the owner calls them. */
export const relationships: Deriver = {
  name: "relationship.kind",
  version: "1",
  round: 1,
  says: ["relationship.kind"],
  begin({ self }) {
    const directory = new Directory(self);
    const said = new Tally<Kinship>();
    const onOwnCard = new Tally<Kinship>();
    return {
      evidence(item) {
        directory.add(item);
        for (const each of kinshipsIn(item, self)) said.add(keyOf(each), item, each);
        for (const { name } of encountersIn(item, self)) {
          const labelled = labelledKind(name);
          if (labelled !== null) said.add(keyOf(labelled), item, labelled);
        }
        for (const each of relationsOnCard(item, ownCard(item, self) !== null)) onOwnCard.add(keyOf(each), item, each);
      },
      *derive() {
        const candidates = gather(directory.people(), said, onOwnCard);
        const claims = [...candidates.values()].flatMap(claimsOf);
        yield* onePartner(claims);
      },
    };
  },
};

function keyOf({ kind, name }: Kinship): string {
  return `${kind} ${slugOf(name)}`;
}

/** RELATED on one's own card: those are one's own relations. */
function relationsOnCard(item: SeenEvidence, isOwn: boolean): Kinship[] {
  if (!isOwn) return [];
  return listOf(item.content["relations"]).flatMap((entry) => {
    const name = textOf(objectOf(entry)["name"]);
    const told = textOf(objectOf(entry)["relation"]);
    const kind = kindOf(told);
    return name === "" || kind === null ? [] : [{ name, kind, told }];
  });
}

function gather(people: People, said: Tally<Kinship>, onOwnCard: Tally<Kinship>): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  const vote = (person: Person | null, name: string, each: Vote) => {
    const subject = person?.subject ?? `person:${slugOf(name)}`;
    const candidate = candidates.get(subject) ?? { subject, known: person !== null, votes: [] };
    candidate.votes.push(each);
    candidates.set(subject, candidate);
  };
  for (const person of people.all) {
    if (person.kind === null) continue;
    const support = new Support();
    for (const card of person.cards) if (card.kind?.kind === person.kind.kind) support.add(card.item);
    vote(person, person.name, { ...person.kind, support, weight: cardWeight, card: true });
  }
  for (const [tally, card] of [
    [onOwnCard, true],
    [said, false],
  ] as const) {
    for (const { value, support } of tally.entries()) {
      const person = people.named(value.name, value.kind);
      if (person === null && (people.isAmbiguous(value.name) || isAddress(value.name))) continue;
      vote(person, value.name, {
        kind: value.kind,
        told: value.told,
        support,
        weight: card ? cardWeight : Math.min(support.days, cardWeight),
        card,
      });
    }
  }
  return candidates;
}

function claimsOf({ subject, known, votes }: Candidate): (DerivedClaim & { readonly weight: number; readonly kind: string })[] {
  const best = bestKind(votes);
  if (best === null) return [];
  const total = votes.reduce((sum, { weight }) => sum + weight, 0);
  const card = best.votes.find((vote) => vote.card);
  const days = best.votes.filter((vote) => !vote.card).reduce((sum, { support }) => sum + support.days, 0);
  // Somebody who has no card is told of more than once, or it may be a slip or another's word.
  if (card === undefined && !known && days < 2) return [];
  const parts = [card && "their card says so", days > 0 && `called so on ${counted(days, "day")}`].filter((part) => part);
  const against = total > best.weight ? `; called otherwise with a weight of ${total - best.weight} against ${best.weight}` : "";
  const confidence = confidenceOf({
    base: card === undefined ? (known ? 0.6 : 0.5) : 0.9,
    more: card === undefined ? days - 1 : days,
    most: card === undefined ? 0.9 : 0.97,
    agreement: best.weight / total,
  });
  const object = wordsFor(best);
  const claim = { subject, predicate: "relationship.kind", object, confidence, rationale: `${parts.join(", ")}${against}` };
  return [
    {
      ...claimOf(
        best.votes.map(({ support }) => support),
        claim,
      ),
      weight: best.weight,
      kind: best.kind,
    },
  ];
}

interface Kind {
  readonly kind: string;
  /** Those for the kind, and those that say the same less exactly. */
  readonly votes: readonly Vote[];
  readonly weight: number;
}

/** The kind with most weight; what is said less exactly (`spouse`) speaks for what is said exactly (`wife`). */
function bestKind(votes: readonly Vote[]): Kind | null {
  const kinds = [...new Set(votes.map(({ kind }) => kind))].map((kind) => {
    const group = votes.filter((vote) => vote.kind === kind || isGenerally(vote.kind, kind));
    const own = group.filter((vote) => vote.kind === kind).reduce((sum, { weight }) => sum + weight, 0);
    return { kind, votes: group, weight: group.reduce((sum, { weight }) => sum + weight, 0), own };
  });
  // What is said more exactly than the card says it, in passing, may be a form of address.
  const sure = kinds.filter(
    ({ kind, own, votes: all }) => kin.has(kind) || own >= 3 || !all.some((vote) => vote.card && vote.kind !== kind),
  );
  const [best] = (sure.length > 0 ? sure : kinds).sort(
    (left, right) => right.weight - left.weight || right.own - left.own || (left.kind < right.kind ? -1 : 1),
  );
  return best ?? null;
}

/** The card's words when they are of this very kind, else those that are used most. */
function wordsFor({ kind, votes }: Kind): string {
  const exact = votes.filter((vote) => vote.kind === kind);
  return exact.find(({ card }) => card)?.told ?? mostSaid(exact);
}

/** The words used on most days; of equals the shortest. */
function mostSaid(votes: readonly Vote[]): string {
  const sorted = votes.toSorted(
    (left, right) => right.support.days - left.support.days || left.told.length - right.told.length || (left.told < right.told ? -1 : 1),
  );
  return sorted[0]?.told ?? "";
}

/** A person has one partner at a time: of several, the one that most speaks for. */
function* onePartner(claims: readonly (DerivedClaim & { readonly weight: number; readonly kind: string })[]): Generator<DerivedClaim> {
  const [partner] = claims
    .filter(({ kind }) => partners.has(kind))
    .sort((left, right) => right.weight - left.weight || right.confidence - left.confidence || (left.subject < right.subject ? -1 : 1));
  for (const claim of claims) {
    if (partners.has(claim.kind) && claim !== partner) continue;
    const { weight: _weight, kind: _kind, ...bare } = claim;
    yield bare;
  }
}
