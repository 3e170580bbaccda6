import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { captionOf } from "../reading/caption.ts";
import { eventOf } from "../reading/event.ts";
import { dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { givesOrders, ownSentences } from "../text/own-words.ts";
import { dishesIn } from "./dishes.ts";

const eating =
  /\b(?:eat(?:s|ing|en)?|ate|have|had|having|order(?:ed|ing)?|cook(?:ed|ing|s)?|made|make|making|grab(?:bed|bing)?|drink(?:s|ing)?|drank|enjoy(?:ed|ing)?|tast(?:e|ed|ing)|crav(?:e|ing)|love|lunch|dinner|breakfast|brunch|supper|meal|snack|favou?rite|delicious|serve[ds]?)\b/iu;
const refusing =
  /\b(?:avoid(?:ed|ing)?|less|no more|not|don['’]t|didn['’]t|doesn['’]t|never|quit|stop(?:ped)?|cut(?:ting)? (?:down|back|out)|reduce|without|instead of|too much|allerg\w+|hate|dislike)\b/iu;
const daysLeast = 3;
const spanLeast = 14;

/** What the person likes to eat and drink, by the days on which they tell of having it. */
export const foods: Deriver = {
  name: "preference.food",
  version: "1",
  round: 1,
  says: ["preference.food"],
  begin({ self }) {
    const found = new Tally();
    return {
      evidence(item) {
        for (const food of eatenIn(item, self)) found.add(food, item, undefined);
      },
      *derive() {
        for (const { key, support } of found.ranked()) {
          const span = support.first === null || support.last === null ? 0 : (support.last - support.first) / dayMs;
          if (support.days < daysLeast || span < spanLeast) continue;
          yield claimOf(support, {
            predicate: "preference.food",
            object: key,
            confidence: confidenceOf({ base: 0.5, more: support.days - daysLeast, most: 0.9 }),
            rationale: `told of having it on ${counted(support.days, "day")} over ${counted(Math.round(span), "day")}`,
          });
        }
      },
    };
  },
};

function eatenIn(item: SeenEvidence, self: Oneself): Set<string> {
  const told = [...ownSentences(item, self), eventOf(item)?.title ?? "", captionOf(item)];
  const meals = told.filter((sentence) => eating.test(sentence) && !refusing.test(sentence) && !givesOrders(sentence));
  return new Set(meals.flatMap(dishesIn));
}
