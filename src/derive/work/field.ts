import type { Deriver } from "../deriver.ts";
import { counted, gatherAlike } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn } from "../text/own-words.ts";
import { plain } from "../text/phrase.ts";

const pattern =
  /\b(?:I(?:['’]m| am|['’]ve been| have been)? (?:currently |now )?work(?:ing)?|my (?:job|work) (?:is|involves)|I(?:['’]m| am) employed) in (?<field>\p{Ll}[^,.;:!?()"\n]{3,80})/gu;
const stops = / (?:at|for|with|from|near|as|on|so|but|because|since|and I|and my|which|that|where|a lot|all day|every)\b/u;
/** What follows `work in` and is no trade. */
const noField =
  /^(?:an?|the|my|our|this|that|one|two|teams?|shifts?|groups?|pairs|person|silence|peace|detail|advance|general|town|progress|parallel|turns|order|front|[\w ]*(?:office|city|room|building|company|country|morning|evening|afternoon|night)s?)\b/u;

/** The trade that the person works in, in their own words. */
export const field: Deriver = {
  name: "work.field",
  version: "1",
  round: 1,
  says: ["work.field"],
  begin({ self }) {
    const said = new Tally();
    return {
      evidence(item) {
        for (const { match } of matchesIn(item, self, pattern)) {
          const [told = ""] = (match.groups?.["field"] ?? "").split(stops);
          const phrase = plain(told);
          if (phrase.split(" ").length <= 7 && phrase.length > 3 && !noField.test(phrase)) said.add(phrase, item, undefined);
        }
      },
      *derive() {
        for (const { key, supports, days } of gatherAlike(said.ranked(), 0.5)) {
          yield claimOf(supports, {
            predicate: "work.field",
            object: key,
            confidence: confidenceOf({ base: 0.65, more: days - 1, most: 0.92 }),
            rationale: `said of their work on ${counted(days, "day")}, in these words or nearly these`,
          });
        }
      },
    };
  },
};
