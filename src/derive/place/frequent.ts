import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { captionOf } from "../reading/caption.ts";
import { eventOf } from "../reading/event.ts";
import { presenceOf } from "../reading/position.ts";
import { dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { givesOrders, ownSentences } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

const venues =
  "Park|Gardens?|Gym|Fitness (?:Club|Center|Centre)|Library|Caf[eé]|Coffee|Coffee Shop|Teahouse|Tea (?:House|Shop|Room)|Restaurant|Diner|Bistro|Pub|Bar|Pool|Swimming Pool|Stadium|Arena|Sports (?:Center|Centre|Club)|Club|Church|Mosque|Temple|Synagogue|Market|Supermarket|Mall|Shopping (?:Mall|Center|Centre)|Plaza|Beach|Lake|Theat(?:er|re)|Cinema|Museum|Community (?:Center|Centre)|Golf Course|Playground";
const named = new RegExp(`(?<![\\p{L}])(?<place>(?:\\p{Lu}[\\p{L}\\p{M}'’&-]*\\s){1,4}(?:${venues}))(?![\\p{L}])`, "gu");
const daysLeast = 5;
const spanLeast = 21;
const before =
  /^(?:The|At|In|To|From|My|Our|This|That|A|An|I|We|After|Before|Today|Yesterday|Visit(?:ed|ing)?|Went|Go(?:ing)?|Morning|Afternoon|Evening|Weekend|Family|Near|Meet(?:ing)?|Run(?:ning)?|Walk(?:ing)?|Lunch|Dinner|With|And|Of|Activities|Activity|Outdoor|Time|Trip|Outing|Plan|On|East|West|North|South) /u;

/** Places that the person goes to again and again, by name. */
export const frequentPlaces: Deriver = {
  name: "place.frequent",
  version: "1",
  round: 1,
  says: ["place.frequent"],
  begin({ asOf, self }) {
    const found = new Tally<string>();
    return {
      evidence(item) {
        if (item.observedAt !== null && item.observedAt > asOf) return;
        for (const place of placesIn(item, self)) found.add(place.toLowerCase(), item, place);
      },
      *derive() {
        for (const { value, support } of found.ranked()) {
          const span = support.first === null || support.last === null ? 0 : (support.last - support.first) / dayMs;
          if (support.days < daysLeast || span < spanLeast) continue;
          yield claimOf(support, {
            predicate: "place.frequent",
            object: value,
            confidence: confidenceOf({ base: 0.62, more: (support.days - daysLeast) / 2, most: 0.94 }),
            rationale: `named on ${counted(support.days, "day")} over ${counted(Math.round(span), "day")}`,
          });
        }
      },
    };
  },
};

function placesIn(item: SeenEvidence, self: Oneself): Set<string> {
  const event = eventOf(item);
  const presence = presenceOf(item);
  const texts = [...ownSentences(item, self), event?.title ?? "", event?.location ?? "", captionOf(item), presence?.name ?? ""];
  const found = new Set<string>();
  for (const text of texts) {
    if (text === "" || givesOrders(text)) continue;
    for (const { groups } of text.slice(0, 4_000).matchAll(named)) {
      const place = withoutLead(tidy(groups?.["place"] ?? ""));
      if (place.includes(" ")) found.add(place);
    }
  }
  return found;
}

/** Words with a capital that only begin a title. */
function withoutLead(place: string): string {
  const shorter = place.replace(before, "");
  return shorter === place ? place : withoutLead(shorter);
}
