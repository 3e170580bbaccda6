import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { ownCard } from "../people/own-card.ts";
import { listOf, objectOf, textOf, textsOf } from "../reading/fields.ts";
import { presenceOf } from "../reading/position.ts";
import { dateText, dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { type NamedPlace, placesSaid } from "./named-places.ts";
import { nearText, Stays } from "./stays.ts";

const nightsLeast = 5;
const cityDaysLeast = 10;
const citySpanLeast = 28;

/** Where the person lives: their card, their words, a place their maps call home, where they spend their nights; and the town. */
export const home: Deriver = {
  name: "place.home",
  version: "1",
  round: 1,
  says: ["place.home", "place.city"],
  begin({ self }) {
    const onCard = new Tally<NamedPlace>();
    const said = new Tally<NamedPlace>();
    const called = new Tally<string>();
    const cities = new Tally<string>();
    const stays = new Stays();
    return {
      evidence(item) {
        for (const place of homesOnCard(item, self)) onCard.add(place.name.toLowerCase(), item, place);
        for (const place of placesSaid(item, self, "home"))
          said.add(`${place.name.toLowerCase()}${place.moved ? " moved" : ""}`, item, place);
        const presence = presenceOf(item);
        if (presence === null) return;
        stays.add(item, presence);
        if (presence.role === "home" && presence.position !== null)
          called.add(nearText(presence.position), item, nearText(presence.position));
        if (presence.city !== "") cities.add(presence.city.toLowerCase(), item, presence.city);
      },
      *derive() {
        const address = homeClaim(onCard, said, called, stays);
        if (address !== null) yield address;
        const city = cityClaim(onCard, said, cities);
        if (city !== null) yield city;
      },
    };
  },
};

/** An address on the own card that is marked as home, or the only one; and its town. */
function homesOnCard(item: SeenEvidence, self: Oneself): NamedPlace[] {
  const addresses = listOf(ownCard(item, self)?.["addresses"]).map(objectOf);
  const isHome = addresses.filter((address) => textsOf(address["types"]).includes("home"));
  const chosen = isHome[0] ?? (addresses.length === 1 && !textsOf(addresses[0]?.["types"]).includes("work") ? addresses[0] : undefined);
  if (chosen === undefined) return [];
  const [street, code, city] = ["street", "postal_code", "city"].map((member) => textOf(chosen[member]));
  const whole = [street, [code, city].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  const found: NamedPlace[] = [];
  if (street) found.push({ name: whole, isFine: true, moved: false });
  if (city) found.push({ name: city, isFine: false, moved: false });
  return found;
}

function homeClaim(onCard: Tally<NamedPlace>, said: Tally<NamedPlace>, called: Tally<string>, stays: Stays): DerivedClaim | null {
  const predicate = "place.home";
  const [card] = onCard.ranked().filter(({ value }) => value.isFine);
  const [words] = latest(said.ranked().filter(({ value }) => value.isFine));
  if (card !== undefined && (words === undefined || !words.value.moved)) {
    return claimOf(card.support, {
      predicate,
      object: card.value.name,
      confidence: 0.94,
      rationale: "the home address on the person's own card",
    });
  }
  if (words !== undefined) return saidClaim(predicate, words);
  const [marked] = called.ranked();
  if (marked !== undefined && marked.support.days >= 3) {
    const rationale = `called home by the timeline on ${counted(marked.support.days, "day")}`;
    return claimOf(marked.support, {
      predicate,
      object: marked.value,
      confidence: confidenceOf({ base: 0.8, more: marked.support.days / 3 }),
      rationale,
    });
  }
  const [nights] = stays.ranked("nights");
  const all = stays.days("nights");
  if (nights === undefined || nights.days < nightsLeast || nights.days / all < 0.5) return null;
  return claimOf(nights.supports, {
    predicate,
    object: nearText(nights.position),
    confidence: confidenceOf({ base: 0.55, more: (nights.days - nightsLeast) / 2, most: 0.9, agreement: nights.days / all }),
    rationale: `there on ${nights.days} of ${counted(all, "night")} of which the place is known`,
  });
}

function cityClaim(onCard: Tally<NamedPlace>, said: Tally<NamedPlace>, cities: Tally<string>): DerivedClaim | null {
  const predicate = "place.city";
  const [card] = onCard.ranked().filter(({ value }) => !value.isFine);
  const [words] = latest(said.ranked().filter(({ value }) => !value.isFine));
  const ranked = cities.ranked();
  const [seen] = ranked;
  if (card !== undefined && !words?.value.moved) {
    return claimOf(card.support, {
      predicate,
      object: card.value.name,
      confidence: 0.94,
      rationale: "the home address on the person's own card",
    });
  }
  const days = new Set(ranked.flatMap(({ support }) => support.dayList)).size;
  const share = seen === undefined ? 0 : seen.support.days / Math.max(1, days);
  const span = seen?.support.first == null || seen.support.last === null ? 0 : (seen.support.last - seen.support.first) / dayMs;
  const isSettled = seen !== undefined && seen.support.days >= cityDaysLeast && span >= citySpanLeast && share >= 0.6;
  if (words !== undefined && !(isSettled && words.support.days < 2 && !seen.key.startsWith(words.value.name.toLowerCase()))) {
    const agrees = isSettled && seen.key.startsWith(words.value.name.toLowerCase());
    return agrees ? saidClaim(predicate, { ...words, more: seen.support }) : saidClaim(predicate, words);
  }
  if (!isSettled) return null;
  return claimOf(seen.support, {
    predicate,
    object: seen.value,
    confidence: confidenceOf({ base: 0.7, more: (seen.support.days - cityDaysLeast) / 10, most: 0.93, agreement: share }),
    rationale: `there on ${seen.support.days} of ${counted(days, "day")} of which the town is known, over ${counted(Math.round(span), "day")}`,
  });
}

/** After a move, what was said before it is former; the last move comes first. */
function latest<Entry extends { readonly value: NamedPlace; readonly support: Support }>(entries: readonly Entry[]): Entry[] {
  const [move] = entries.filter(({ value }) => value.moved).sort((left, right) => (right.support.last ?? 0) - (left.support.last ?? 0));
  if (move === undefined) return [...entries];
  const after = entries.filter((entry) => entry !== move && (entry.support.last ?? 0) >= (move.support.last ?? 0));
  return [move, ...after];
}

function saidClaim(predicate: string, { value, support, more }: { value: NamedPlace; support: Support; more?: Support }): DerivedClaim {
  const since = value.moved && support.first !== null ? Math.floor(support.first / dayMs) * dayMs : null;
  return claimOf(more === undefined ? support : [support, more], {
    predicate,
    object: value.name,
    confidence: confidenceOf({ base: more === undefined ? 0.78 : 0.9, more: support.days - 1 }),
    rationale: `${value.moved ? "said to have moved there" : "said to live there"} on ${counted(support.days, "day")}${
      more === undefined ? "" : `, and there on ${counted(more.days, "day")}`
    }${since === null ? "" : `, since ${dateText(since / dayMs)}`}`,
    ...(since === null ? {} : { validFrom: since }),
  });
}
