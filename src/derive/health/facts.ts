import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn, mentions } from "../text/own-words.ts";
import { plain } from "../text/phrase.ts";

const conditions =
  "asthma|(?:type [12] )?diabetes|hypertension|high blood pressure|low blood pressure|high cholesterol|migraines?|arthritis|gout|an? anxiety disorder|anxiety|depression|insomnia|adhd|add|autism|" +
  "coeliac disease|celiac disease|lactose intolerance|eczema|psoriasis|an(?:a)?emia|hypothyroidism|hyperthyroidism|gastritis|acid reflux|gerd|ibs|irritable bowel syndrome|crohn['’]s disease|" +
  "ulcerative colitis|epilepsy|sciatica|a herniated dis[ck]|(?:lumbar )?dis[ck] herniation|scoliosis|tinnitus|myopia|astigmatism|glaucoma|allergic rhinitis|rhinitis|hay fever|sleep apn(?:o)?ea|" +
  "fatty liver|kidney stones|gallstones|osteoporosis|endometriosis|pcos|vertigo|long covid|chronic [a-z]+ pain|varicose veins|plantar fasciitis|carpal tunnel(?: syndrome)?|tennis elbow";

const patterns = {
  "health.allergy": [
    /\bI(?:['’]m| am) (?:severely |very |slightly |also |mildly )?allergic to (?<what>[^.;:!?()\n]{3,80})/gu,
    /\b[Mm]y (?:severe |mild |bad )?allerg(?:y|ies) to (?<what>[^.;:!?()\n]{3,80})/gu,
    /\b(?:I have|[Mm]y|I['’]ve got) (?:an? )?(?:severe |mild |bad )?(?<what>[\p{L}]+(?: [\p{L}]+)?) allerg(?:y|ies)\b/gu,
  ],
  "health.condition": [
    new RegExp(
      `\\b(?:I have|I['’]ve (?:got|had|been living with)|I suffer(?:ed)? from|I(?: was|['’]ve been| have been| am|['’]m)? diagnosed with|I live with|[Mm]y) (?:mild |severe |chronic |bad |a mild form of )?(?<what>${conditions})\\b`,
      "gu",
    ),
  ],
  "health.medication": [
    /\bI (?:take|am taking|['’]m taking|am on|started taking|was prescribed|have been prescribed)(?: daily)? (?<what>[\p{L}][\p{L}-]+(?: [\p{L}-]+)?)(?= ?(?:\d+ ?(?:mg|mcg|µg|g|ml|iu|units)\b))/gu,
    /\b(?:the doctor |my doctor |dr\.? [a-z]+ )?prescribed me (?<what>[\p{L}][\p{L}-]+(?: [\p{L}-]+)?)/giu,
  ],
  "health.diet": [
    /\bI(?:['’]m| am| have been|['’]ve been) (?:an? )?(?:strict |mostly )?(?<what>vegan|vegetarian|pescatarian|gluten[- ]free|lactose[- ]free|dairy[- ]free|keto|halal|kosher)\b/gu,
    /\bI (?:only )?eat (?<what>vegan|vegetarian|halal|kosher|gluten[- ]free|low[- ]carb|keto)\b/gu,
  ],
} as const;
const hints: Readonly<Record<keyof typeof patterns, readonly string[]>> = {
  "health.allergy": ["allerg"],
  "health.condition": ["i have", "i've", "i’ve", "suffer", "diagnosed", "live with", "my "],
  "health.medication": ["take", "taking", "am on", "prescribed"],
  "health.diet": ["vegan", "vegetarian", "pescatarian", "free", "keto", "halal", "kosher", "low-carb", "low carb"],
};
/** Said of another, or of another time. */
const unsure =
  /\b(?:my (?:wife|husband|son|daughter|mother|father|mom|mum|dad|friend|colleague|brother|sister)['’]?s?|not|never|no longer|used to|might|may|could|whether|risk of|prevent|afraid)\b/u;
/** What `allergic to` is said of in jest, or points elsewhere. */
const noCause = /^(?:it|this|that|them|these|mondays?|work|nonsense|meetings?|a|an|the|my|your)$/u;

/** Health facts in the person's own words. */
export const healthFacts: Deriver = {
  name: "health.said",
  version: "1",
  round: 1,
  says: Object.keys(patterns),
  begin({ self }) {
    const found = Object.keys(patterns).map((predicate) => ({ predicate, tally: new Tally() }));
    return {
      evidence(item) {
        for (const { predicate, tally } of found) for (const what of factsIn(item, self, predicate)) tally.add(what, item, undefined);
      },
      *derive() {
        for (const { predicate, tally } of found) {
          for (const { key, support } of tally.ranked()) {
            yield claimOf(support, {
              predicate,
              object: key,
              confidence: confidenceOf({ base: 0.75, more: support.days - 1, most: 0.95 }),
              rationale: `said by the person of themselves on ${counted(support.days, "day")}`,
            });
          }
        }
      },
    };
  },
};

function factsIn(item: SeenEvidence, self: Oneself, predicate: string): Set<string> {
  const found = new Set<string>();
  if (!mentions(item, self, hints[predicate as keyof typeof patterns])) return found;
  for (const pattern of patterns[predicate as keyof typeof patterns]) {
    for (const { match, sentence } of matchesIn(item, self, pattern)) {
      if (unsure.test(sentence.slice(Math.max(0, match.index - 60), match.index + match[0].length))) continue;
      const told = match.groups?.["what"] ?? "";
      for (const what of predicate === "health.allergy" ? listed(told) : [plain(told).replace(/^an? /u, "")]) {
        if (what.length >= 3 && !noCause.test(what)) found.add(what);
      }
    }
  }
  return found;
}

/** `nuts, milk and penicillin, so …` → each of them. */
function listed(told: string): string[] {
  const [list = ""] = told.split(/,? (?:so|but|which|because|since|that|when|in|at|as|who|please|on|for|with)\b/u);
  return list
    .split(/,| and | or /u)
    .map((what) => plain(what).replace(/^(?:all |any |most |some |also |the |both )+/u, ""))
    .filter((what) => what.split(" ").length <= 3);
}
