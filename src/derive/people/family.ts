import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { children, partners } from "../text/kinship.ts";
import { matchesIn, mentions } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";
import { Directory } from "./directory.ts";
import { relationsSaid } from "./kinds-said.ts";

const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, both: 2, three: 3, four: 4, five: 5, six: 6, seven: 7 };
const howMany =
  /\b(?:my|our|have|raising|with) (?<number>one|two|both|three|four|five|six|seven|[1-9]) (?:[a-z]+ ){0,2}(?:children|kids)\b/gi;
const pets = "dog|puppy|cat|kitten|rabbit|bunny|hamster|guinea pig|parrot|budgie|tortoise|turtle|horse|pony|goldfish|ferret|gecko|snake";
const pet = new RegExp(
  `\\b(?:[Mm]y|[Oo]ur) (?:\\p{L}+ )?(?<kind>${pets})(?:,| is (?:called|named)| named| called)? (?<name>\\p{Lu}[\\p{L}'’-]+)`,
  "gu",
);
const daysLeast = 2;

/** The nearest family: whom the person has, how many children, and pets by name. */
export const family: Deriver = {
  name: "family",
  version: "1",
  round: 1,
  says: ["family.member", "family.children", "family.pet"],
  begin({ self }) {
    const directory = new Directory(self);
    const said = new Tally();
    const counts = new Tally<number>();
    const animals = new Tally<string>();
    return {
      evidence(item) {
        directory.add(item);
        for (const kind of relationsSaid(item, self)) said.add(kind, item, undefined);
        for (const number of childrenIn(item, self)) counts.add(String(number), item, number);
        for (const { match } of matchesIn(item, self, pet)) {
          const { kind = "", name = "" } = match.groups ?? {};
          animals.add(`${kind} ${name}`.toLowerCase(), item, tidy(`${name}, a ${kind}`));
        }
      },
      *derive() {
        const onCards = new Set(directory.people().all.flatMap(({ kind }) => kind?.kind ?? []));
        const partnered = said.ranked().filter(({ key }) => partners.has(key))[0]?.key;
        for (const { key, support } of said.ranked()) {
          if (support.days < daysLeast || (partners.has(key) && key !== partnered) || key === "child") continue;
          yield memberOf(key, support, onCards.has(key));
        }
        yield* childCount(counts, directory);
        for (const { value, support } of animals.ranked()) {
          yield claimOf(support, {
            predicate: "family.pet",
            object: value,
            confidence: confidenceOf({ base: 0.72, more: support.days - 1 }),
            rationale: `called so by the person on ${counted(support.days, "day")}`,
          });
        }
      },
    };
  },
};

function memberOf(kind: string, support: Support, onCard: boolean) {
  return claimOf(support, {
    predicate: "family.member",
    object: kind,
    confidence: confidenceOf({ base: onCard ? 0.85 : 0.62, more: support.days - daysLeast, most: 0.96 }),
    rationale: `the person speaks of their ${kind} on ${counted(support.days, "day")}${onCard ? ", and the address book has one" : ""}`,
  });
}

/** Numbers of children that are said; `three daughters` says nothing of others. */
function* childrenIn(item: SeenEvidence, self: Oneself): Generator<number> {
  if (!mentions(item, self, ["children", "kids"])) return;
  for (const { match } of matchesIn(item, self, howMany)) {
    const number = match.groups?.["number"] ?? "";
    yield numbers[number.toLowerCase()] ?? Number(number);
  }
}

function* childCount(counts: Tally<number>, directory: Directory) {
  const named = directory.people().all.filter(({ kind }) => kind !== null && children.has(kind.kind));
  const ids = named.flatMap(({ cards }) => cards.map(({ item }) => item.id));
  const ranked = counts.ranked();
  const [said] = ranked;
  const total = ranked.reduce((sum, { support }) => sum + support.days, 0);
  if (said !== undefined && said.value >= named.length) {
    const agrees = said.value === named.length;
    yield {
      ...claimOf(said.support, {
        predicate: "family.children",
        object: said.value,
        confidence: confidenceOf({ base: agrees ? 0.88 : 0.6, more: said.support.days - 1, agreement: said.support.days / total }),
        rationale: `${said.value} said on ${counted(said.support.days, "day")}${agrees ? `, and as many are in the address book` : ""}`,
      }),
    };
  } else if (named.length > 0) {
    yield {
      subject: "self",
      predicate: "family.children",
      object: named.length,
      confidence: 0.75,
      derivedFrom: ids.slice(0, 24),
      rationale: `the address book has ${counted(named.length, "child").replace("childs", "children")}: ${named.map(({ name }) => name).join(", ")}`,
    };
  }
}
