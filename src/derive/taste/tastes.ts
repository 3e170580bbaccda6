import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn } from "../text/own-words.ts";
import { clauseOf, emptyWords, plain, tidy, wordsOf } from "../text/phrase.ts";

const adverbs = "(?:(?:really|absolutely|also|just|still|generally|usually|particularly|especially|truly|always) )*";
const likes = new RegExp(
  `\\bI ${adverbs}(?:love|adore|am (?:a big |a huge )?(?:fond of|fan of|into|keen on)|like) (?<what>[^\\n]{3,80})`,
  "gu",
);
const dislikes = new RegExp(
  `\\bI ${adverbs}(?:hate|dislike|detest|loathe|can['’]?t stand|cannot stand|don['’]t (?:really )?like|do not like) (?<what>[^\\n]{3,80})`,
  "gu",
);
const favourite =
  /\b[Mm]y (?:all-time |absolute |personal )?favou?rite (?<kind>[\p{L}-]+(?: [\p{L}-]+)?) (?:is|was always|has always been|are|remains) (?<what>[^\n]{2,80})|^(?<what2>\p{Lu}[^,.;:!?\n]{1,60}) (?:is|are) my (?:all-time |absolute )?favou?rite (?<kind2>[\p{L}-]+(?: [\p{L}-]+)?)(?=[.!,]|$)/gu;

/** Words that point at something said before or elsewhere, or that begin a clause rather than name a thing. */
const points =
  /^(?:is|was|are|were|and|all the|it|this|that|these|those|them|you|him|her|how|what|when|where|that['’]s|the way|the idea|one|doing it|to|being|having|seeing|your|his|their|the (?:first|second|last|new|latter|former|look|sound|feeling|thought|fact))\b/iu;

/** What the person says they like, dislike, or like best. */
export const tastes: Deriver = {
  name: "preference.said",
  version: "1",
  round: 1,
  says: ["preference.likes", "preference.dislikes", "preference.favorite"],
  begin({ self }) {
    const liked = new Tally();
    const disliked = new Tally();
    const best = new Tally<{ kind: string; what: string }>();
    return {
      evidence(item) {
        for (const what of thingsIn(item, self, likes)) liked.add(what, item, undefined);
        for (const what of thingsIn(item, self, dislikes)) disliked.add(what, item, undefined);
        for (const each of favouritesIn(item, self)) best.add(`${each.kind} ${each.what.toLowerCase()}`, item, each);
      },
      *derive() {
        yield* said(liked, disliked, "preference.likes", "liked");
        yield* said(disliked, liked, "preference.dislikes", "disliked");
        for (const { value, support } of best.ranked()) {
          yield claimOf(support, {
            predicate: "preference.favorite",
            object: value,
            confidence: confidenceOf({ base: 0.75, more: support.days - 1 }),
            rationale: `said by the person on ${counted(support.days, "day")}`,
          });
        }
      },
    };
  },
};

/** Things said of one way, and less surely when also said of the other way. */
function* said(tally: Tally, against: Tally, predicate: string, how: string): Generator<DerivedClaim> {
  for (const { key, support } of tally.ranked()) {
    const other = against.get(key)?.days ?? 0;
    if (other >= support.days) continue;
    yield claimOf(support, {
      predicate,
      object: key,
      confidence: confidenceOf({ base: 0.65, more: support.days - 1, agreement: support.days / (support.days + other) }),
      rationale: `said to be ${how} on ${counted(support.days, "day")}${other > 0 ? `, and the contrary on ${other}` : ""}`,
    });
  }
}

function thingsIn(item: SeenEvidence, self: Oneself, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const { match } of matchesIn(item, self, pattern)) {
    const what = plain(thing(match.groups?.["what"] ?? ""));
    if (what !== "") found.add(what);
  }
  return found;
}

function* favouritesIn(item: SeenEvidence, self: Oneself): Generator<{ kind: string; what: string }> {
  for (const { match } of matchesIn(item, self, favourite)) {
    const kind = plain(match.groups?.["kind"] ?? match.groups?.["kind2"] ?? "");
    const what = tidy(thing(match.groups?.["what"] ?? match.groups?.["what2"] ?? ""));
    if (what !== "" && kind !== "") yield { kind, what };
  }
}

/** A thing in at most five words, without where and when; empty when the words only point at one. */
function thing(text: string): string {
  if (points.test(text)) return "";
  const [head = ""] = text.split(
    / (?:at|on|with|for|in|from|to|about|during|every|these days|so much|very much|a lot|too|today|tonight|yesterday|of my|is|are|was)\b/u,
  );
  const what = clauseOf(head, 5);
  // Of `solid, boxy ones` and `the solid, boxy feel` the first word is no thing.
  const rest = head.replace(/^(?:an?|the) /iu, "").slice(what.length);
  const next = /^,\s+(?<word>[\p{L}]+)/u.exec(rest)?.groups?.["word"]?.toLowerCase();
  if (!what.includes(" ") && next !== undefined && !emptyWords.has(next)) return "";
  // Of `the bread and butter pudding` neither is `bread`.
  if (/^the /iu.test(head) && !what.includes(" ") && /^ and (?!the\b|my\b|our\b)[\p{L}-]+ [\p{L}-]+/u.test(rest)) return "";
  if (/\b(?:this|that|these|those|such|kind of|sort of|it|them)\b/iu.test(what)) return "";
  return what.length >= 3 && wordsOf(what).length > 0 ? what : "";
}
