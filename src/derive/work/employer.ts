import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { ownCard } from "../people/own-card.ts";
import { ownDomain } from "../reading/address.ts";
import { textOf, textsOf } from "../reading/fields.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

const organization = "(?<name>\\p{Lu}[\\p{L}\\p{N}&.'’-]*(?:,? (?:of|and|&|for|the|de|\\p{Lu}[\\p{L}\\p{N}&.'’-]*)){0,7})";
const patterns = [
  new RegExp(
    `\\bI(?:['’]m| am|['’]ve been)? (?:currently |now |still )?(?:work(?:ing)?|employed)(?: (?:full|part)[- ]time)? (?:for|at|with|by) ${organization}`,
    "gu",
  ),
  new RegExp(`\\bI (?:just |have |recently )?(?:joined|started (?:working )?at|started my (?:new )?job at) ${organization}`, "gu"),
  new RegExp(`\\b[Mm]y (?:new |current )?(?:employer|company)(?: is|,) ${organization}`, "gu"),
];
const past = /\b(?:used to|was|former(?:ly)?|previous(?:ly)?|years? ago|no longer|not|never|left|quit|would|want to|hope to|if)\b/u;
/** Times and places that follow `work at` as well. */
const noEmployer =
  /^(?:Home|Night|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Christmas|The)\b$/u;

interface Said {
  readonly name: string;
  readonly by: "card" | "words" | "domain";
}

/** Who the person works for: their own card, their own words, else the domain that they and their colleagues write from. */
export const employer: Deriver = {
  name: "work.employer",
  version: "1",
  round: 1,
  says: ["work.employer"],
  begin({ self }) {
    const found = new Tally<Said>();
    const domains = new Set([...self.addresses].map(ownDomain).filter((domain) => domain !== ""));
    const atDomain = new Tally();
    return {
      evidence(item) {
        const onCard = tidy(textOf(ownCard(item, self)?.["organization"]));
        if (onCard !== "") found.add(onCard.toLowerCase(), item, { name: onCard, by: "card" }, 10);
        for (const name of employersIn(item, self)) found.add(name.toLowerCase(), item, { name, by: "words" }, 2);
        for (const domain of domainsOf(item)) if (domains.has(domain)) atDomain.add(domain, item, undefined);
      },
      *derive() {
        const [best] = found.ranked();
        if (best !== undefined) yield named(best.value, best.support);
        else {
          const [domain] = atDomain.ranked().filter(({ support }) => support.days >= 5);
          if (domain !== undefined) yield fromDomain(domain.key, domain.support);
        }
      },
    };
  },
};

function employersIn(item: SeenEvidence, self: Oneself): Set<string> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const { match, sentence } of matchesIn(item, self, pattern)) {
      const name = tidy((match.groups?.["name"] ?? "").replace(/,? (?:of|and|&|for|the|de)$/u, ""));
      if (name.length >= 2 && !noEmployer.test(name) && !past.test(sentence.slice(0, match.index + 12))) found.add(name);
    }
  }
  return found;
}

function domainsOf({ kind, content }: SeenEvidence): Set<string> {
  const members = kind === "mail" ? ["from", "to", "cc"] : kind === "event" ? ["organizer", "attendees"] : [];
  return new Set(members.flatMap((member) => textsOf(content[member], "address").map((text) => ownDomain(text.toLowerCase()))));
}

function named({ name, by }: Said, support: Support): DerivedClaim {
  const base = by === "card" ? 0.93 : 0.75;
  return claimOf(support, {
    predicate: "work.employer",
    object: name,
    confidence: confidenceOf({ base, more: support.days - 1 }),
    rationale: by === "card" ? "the organisation on the person's own card" : `said by the person on ${counted(support.days, "day")}`,
  });
}

function fromDomain(domain: string, support: Support): DerivedClaim {
  return claimOf(support, {
    predicate: "work.employer",
    object: domain,
    confidence: confidenceOf({ base: 0.5, more: support.days / 10, most: 0.75 }),
    rationale: `${support.items} mails and meetings on ${support.days} days with others of ${domain}, where the person has an address`,
  });
}
