import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { ownCard } from "../people/own-card.ts";
import { textOf } from "../reading/fields.ts";
import { type Alike, counted, gatherAlike } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn } from "../text/own-words.ts";
import { plain } from "../text/phrase.ts";
import { isOccupation } from "./occupations.ts";

/** What is said of one's work; the phrase that follows names it. Only the second needs no known occupation. */
const patterns = [
  /\b(?:I|i)(?:['’]m| am)(?: (?:currently|now|still|also|just|originally|professionally))? (?:an?|the) (?<role>[^,.;:!?()"\n]{3,90})/gu,
  /\bI(?:['’]ve been)? (?:currently |now |still |have been )?work(?:ing)?(?: (?:full|part)[- ]time)? as (?:an?|the) (?<role>[^,.;:!?()"\n]{3,90})/gu,
  /\bmy (?:day |current |main |new )?(?:job|role|position|profession|occupation|job title) (?:is|as)(?: that of| being)? (?:an?|the)? ?(?<role>[^,.;:!?()"\n]{3,90})/giu,
  /\b[Aa]s an? (?<role>[^,.;:!?()"\n]{3,60}),? (?:I|my) /gu,
];
const past =
  /\b(?:used to|was|were|former(?:ly)?|previous(?:ly)?|years? ago|when I|in the past|once|back then|no longer|not an?|never|would be|want to (?:be|become)|like an?)\b/u;

/** What the person does for a living, in their own words. */
export const role: Deriver = {
  name: "work.role",
  version: "1",
  round: 1,
  says: ["work.role"],
  begin({ self }) {
    const said = new Tally();
    const card = new Tally();
    return {
      evidence(item) {
        const title = plain(textOf(ownCard(item, self)?.["title"]));
        if (title !== "") card.add(title, item, undefined);
        for (const phrase of rolesIn(item, self)) said.add(phrase, item, undefined);
      },
      *derive() {
        const [onCard] = card.ranked();
        const groups = gatherAlike(said.ranked(), 0.5);
        const total = groups.reduce((sum, { days }) => sum + days, 0);
        const [best] = groups;
        if (onCard !== undefined) yield fromCard(onCard.key, onCard.support);
        else if (best !== undefined) yield fromWords(best, best.days / total);
      },
    };
  },
};

function rolesIn(item: SeenEvidence, self: Oneself): Set<string> {
  const found = new Set<string>();
  patterns.forEach((pattern, at) => {
    for (const { match, sentence } of matchesIn(item, self, pattern)) {
      if (past.test(sentence.slice(0, match.index + 20))) continue;
      const phrase = rolePhrase(match.groups?.["role"] ?? "", at === 1);
      if (phrase !== "") found.add(phrase);
    }
  });
  return found;
}

/** The words up to the occupation: what follows a preposition tells where and how. */
function rolePhrase(told: string, sure: boolean): string {
  const [head = ""] = told.split(
    / (?:with|at|in|for|from|by|on|who|that|which|but|so|because|when|while|working|myself|here|now|and I|and my|responsible|specializ|specialis)\b/u,
  );
  const whole = plain(head);
  const words = whole.split(" ");
  if (words.length > 8 || whole.length < 3) return "";
  if (isOccupation(whole)) return whole;
  const [first = ""] = whole.split(/ and | or /u);
  if (isOccupation(first)) return first;
  const of = whole.split(" of ")[0] ?? "";
  if (of !== whole && (isOccupation(of) || /\b(?:head|chief|vice president|vp)$/u.test(of))) return whole;
  return sure && words.length <= 4 ? whole : "";
}

function fromCard(title: string, support: Support): DerivedClaim {
  return claimOf(support, { predicate: "work.role", object: title, confidence: 0.93, rationale: "the title on the person's own card" });
}

function fromWords({ key, supports, days }: Alike<unknown>, agreement: number): DerivedClaim {
  return claimOf(supports, {
    predicate: "work.role",
    object: key,
    confidence: confidenceOf({ base: 0.7, more: days - 1, most: 0.93, agreement }),
    rationale: `said of themselves on ${counted(days, "day")}, ${Math.round(agreement * 100)} % of all that they said of their work`,
  });
}
