import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { ownCard } from "../people/own-card.ts";
import { listOf, objectOf, textOf, textsOf } from "../reading/fields.ts";
import { presenceOf } from "../reading/position.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { placesSaid } from "./named-places.ts";
import { nearText, Stays } from "./stays.ts";

const daysLeast = 8;

/** Where the person works: their card, their words, what their maps call work, or where their working hours pass that are not at home. */
export const workplace: Deriver = {
  name: "place.work",
  version: "1",
  round: 1,
  says: ["place.work"],
  begin({ self }) {
    const onCard = new Tally<string>();
    const said = new Tally<string>();
    const called = new Tally<string>();
    const stays = new Stays();
    return {
      evidence(item) {
        for (const name of worksOnCard(item, self)) onCard.add(name.toLowerCase(), item, name);
        for (const { name } of placesSaid(item, self, "work")) said.add(name.toLowerCase(), item, name);
        const presence = presenceOf(item);
        if (presence === null) return;
        stays.add(item, presence);
        if (presence.role === "work" && presence.position !== null)
          called.add(nearText(presence.position), item, nearText(presence.position));
      },
      *derive() {
        const claim = workClaim(onCard, said, called, stays);
        if (claim !== null) yield claim;
      },
    };
  },
};

function worksOnCard(item: SeenEvidence, self: Oneself): string[] {
  const addresses = listOf(ownCard(item, self)?.["addresses"]).map(objectOf);
  const work = addresses.find((address) => textsOf(address["types"]).includes("work"));
  const parts = ["street", "city"].map((member) => textOf(work?.[member])).filter(Boolean);
  return parts.length === 0 ? [] : [parts.join(", ")];
}

function workClaim(onCard: Tally<string>, said: Tally<string>, called: Tally<string>, stays: Stays): DerivedClaim | null {
  const predicate = "place.work";
  const [card] = onCard.ranked();
  if (card !== undefined)
    return claimOf(card.support, {
      predicate,
      object: card.value,
      confidence: 0.93,
      rationale: "the work address on the person's own card",
    });
  const [words] = said.ranked();
  if (words !== undefined) {
    const rationale = `said to work there on ${counted(words.support.days, "day")}`;
    return claimOf(words.support, {
      predicate,
      object: words.value,
      confidence: confidenceOf({ base: 0.68, more: words.support.days - 1 }),
      rationale,
    });
  }
  const [marked] = called.ranked();
  if (marked !== undefined && marked.support.days >= 3) {
    const rationale = `called work by the timeline on ${counted(marked.support.days, "day")}`;
    return claimOf(marked.support, {
      predicate,
      object: marked.value,
      confidence: confidenceOf({ base: 0.78, more: marked.support.days / 3 }),
      rationale,
    });
  }
  const [nights] = stays.ranked("nights");
  const away = stays.ranked("work").filter(({ position }) => nights === undefined || nearText(position) !== nearText(nights.position));
  const [place] = away;
  const all = stays.days("work");
  if (place === undefined || place.days < daysLeast || place.days / all < 0.5) return null;
  return claimOf(place.supports, {
    predicate,
    object: nearText(place.position),
    confidence: confidenceOf({ base: 0.5, more: (place.days - daysLeast) / 2, most: 0.88, agreement: place.days / all }),
    rationale: `there in working hours on ${place.days} of ${counted(all, "working day")} of which the place is known`,
  });
}
