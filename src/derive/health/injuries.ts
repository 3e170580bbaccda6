import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { dateText, dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { mentions, ownSentences } from "../text/own-words.ts";

/** Parts of the body, and the one name that is used for each. */
const parts: Readonly<Record<string, string>> = {
  "lower back": "lower back|lumbar(?: region| spine)?|waist",
  back: "(?<!lower )back|spine",
  wrist: "wrists?",
  ankle: "ankles?",
  knee: "knees?",
  shoulder: "shoulders?",
  neck: "neck",
  elbow: "elbows?",
  hip: "hips?",
  calf: "calf|calves",
  thigh: "thighs?",
  hamstring: "hamstrings?",
  Achilles: "achilles(?: tendon)?",
  foot: "foot|feet|heels?",
  hand: "hands?|fingers?|thumbs?",
  leg: "legs?|shins?",
  arm: "arms?|forearms?",
  rib: "ribs?",
  head: "concussion",
};
const injury = "injur(?:y|ies)|strains?|sprains?|fractures?|tears?|rupture|dislocation|tendonitis|tendinitis|inflammation";
const hurting = "injured|sprained|strained|hurt|twisted|broke|fractured|pulled|tore|dislocated|bruised";
const forms = Object.entries(parts).map(([part, names]) => ({
  part,
  pattern: new RegExp(
    `\\b(?:${names})(?: [a-z]+)? (?:${injury})\\b|\\b(?:injury|strain|sprain|fracture) (?:of|in|to) (?:my|the) (?:[a-z]+ )?(?:${names})\\b|\\b(?:I|I['’]ve|have|had|accidentally) (?:[a-z]+ ){0,2}(?:${hurting}) my (?:[a-z]+ )?(?:${names})\\b`,
    "iu",
  ),
}));
/** Not the person's, or not so. */
const others =
  /\b(?:his|her|their|your|['’]s|prevent\w*|avoid\w*|risk of|reduce|protect\w*|in case of|he|she|they|wife|son|daughter|father|mother|husband|brother|sister|friend|colleague|workmate|neighbou?r|classmate|customer|apprentice)\b/iu;
const hints = [
  "injur",
  "strain",
  "sprain",
  "fractur",
  "tear",
  "rupture",
  "disloc",
  "tend",
  "inflam",
  "hurt",
  "twist",
  "broke",
  "pulled",
  "tore",
  "bruis",
];
const daysLeast = 2;

/** Injuries that the person tells of having, with the time in which they came up. */
export const injuries: Deriver = {
  name: "health.injury",
  version: "1",
  round: 1,
  says: ["health.injury"],
  begin({ self }) {
    const found = new Tally();
    return {
      evidence(item) {
        for (const part of injuredIn(item, self)) found.add(part, item, undefined);
      },
      *derive() {
        for (const { key, support } of found.ranked()) {
          if (support.days < daysLeast || support.first === null || support.last === null) continue;
          const from = Math.floor(support.first / dayMs);
          const last = Math.floor(support.last / dayMs);
          yield claimOf(support, {
            predicate: "health.injury",
            object: `${key} injury`,
            confidence: confidenceOf({ base: 0.6, more: support.days - daysLeast, most: 0.93 }),
            rationale: `told of on ${counted(support.days, "day")} from ${dateText(from)} to ${dateText(last)}`,
            validFrom: from * dayMs,
          });
        }
      },
    };
  },
};

function injuredIn(item: SeenEvidence, self: Oneself): Set<string> {
  const found = new Set<string>();
  if (!mentions(item, self, hints)) return found;
  for (const sentence of ownSentences(item, self)) {
    if (others.test(sentence)) continue;
    for (const { part, pattern } of forms) if (pattern.test(sentence)) found.add(part);
  }
  return found;
}
