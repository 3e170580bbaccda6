import type { Oneself, SeenEvidence } from "../deriver.ts";
import { eventOf } from "../reading/event.ts";
import { presenceOf } from "../reading/position.ts";
import { wallOf } from "../reading/wall.ts";
import { givesOrders, matchesIn } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

/** A sign of being away, or of going. */
export interface JourneySign {
  readonly place: string;
  readonly from: number;
  readonly to: number;
  readonly sort: "event" | "said" | "seen";
}

const town = "(?<place>\\p{Lu}[\\p{L}\\p{M}'’-]+(?: (?:de|del|la|do|da|am|an der|upon|on|\\p{Lu}[\\p{L}\\p{M}'’-]+)){0,2})";
const modes = "(?:(?:[Bb]usiness|work|day|weekend|family|road|city|school|class|camping|ski|beach|return|round)[ -])?";
/** In titles and descriptions of events, which people write with capitals or without. */
const planned = [
  new RegExp(
    `\\b(?:${modes}(?:${either("trip travel flight journey excursion getaway vacation holiday honeymoon cruise conference")})(?: [a-z]+| [A-Z][a-z]+)?|${either("fly flying travelling traveling train ferry departure departing")}|[Hh]ead(?:ing)? off) (?:to|in|for) ${town}`,
    "gu",
  ),
  new RegExp(
    `\\b[Gg]o(?:ing)? to ${town} (?:on|for) (?:an? |our |my |the )?${modes}(?:trip|vacation|holiday|conference|honeymoon|wedding)`,
    "gu",
  ),
  new RegExp(`\\b(?:[Tt]rip|[Ff]light|[Tt]ravel|[Vv]acation|[Hh]oliday): ?${town}`, "gu"),
  new RegExp(
    `^${town} (?:[Bb]usiness |[Ww]eekend |[Ff]amily |[Rr]oad |[Cc]ity )?(?:[Tt]rip|[Vv]acation|[Hh]oliday|[Gg]etaway|[Tt]our|[Bb]usiness [Tt]ravel)\\b`,
    "gu",
  ),
];
/** In one's own words, of what has been. */
const told = [
  new RegExp(
    `\\b(?:I|[Ww]e) (?:just |recently |finally |have |had )?(?:flew|travel(?:l?ed)|went on (?:an? |our |my )?${modes}(?:trip|vacation|holiday)|drove all the way|took (?:the|a) (?:train|flight|plane|ferry|high-speed train)|arrived(?: safely)?) (?:to|in) ${town}`,
    "gu",
  ),
  new RegExp(
    `\\b(?:I|[Ww]e)(?:['’]m| am| are|['’]re)? (?:just |finally |now )?(?:returned|came back|got back|come back|back(?: home)?) from (?:an? |our |my |the )?(?:${modes}(?:trip|vacation|holiday|conference) (?:to|in) )?${town}`,
    "gu",
  ),
  new RegExp(
    `\\b(?:[Mm]y|[Oo]ur|[Tt]he|[Aa]) (?:recent |last |first )?${modes}(?:trip|vacation|holiday|business trip|honeymoon) (?:to|in) ${town}`,
    "gu",
  ),
];
/** Not the person's journey, or none. */
const unreal = /\b(?:cancel(?:led|ed)?|postponed|if|would|could|might|want|wish|dream|hope|should|his|her|their|someday|one day)\b/iu;
/** Told of when it was long over: the item's day says nothing of it. */
const longOver =
  /\b(?:years?|months?|weeks?|decades?|long|ages) (?:ago|back|before)\b|\b(?:last|previous|that) (?:year|month|spring|summer|autumn|fall|winter)\b|\bin (?:19|20)\d\d\b|\bas an? (?:child|kid|boy|girl|student)\b|\bwhen (?:I|we) (?:was|were)\b|\bback then\b|\bused to\b/iu;
/** Places in a town, and other words with a capital: nobody travels there for days. */
const noTown =
  /\b(?:Park|Road|Street|Avenue|Lane|Square|School|Kindergarten|University|College|Hospital|Clinic|Office|Station|Airport|Mall|Plaza|Center|Centre|Store|Shop|Market|Supermarket|Restaurant|Cafe|Café|Hotel|Gym|Club|Library|Museum|Church|Home|House|Building|Garden|Community|District|Bank|Factory|Court|Company|Room|Team|Group|Project|Meeting|Master|Mr|Mrs|Dr|Doctor|Uncle|Aunt|Grandma|Grandpa|Mom|Dad|January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Work|Business|Family|Client|Customer|Training|Day|Year|Festival|Christmas|Easter|Spring|Summer|Autumn|Winter)\b/u;

/** One of the words, with a capital or without. */
function either(words: string): string {
  return words.replace(/(?:^| )([a-z])/gu, (_, letter: string) => `|[${letter.toUpperCase()}${letter}]`).slice(1);
}

/** What an item says of journeys. */
export function journeysIn(item: SeenEvidence, self: Oneself): JourneySign[] {
  const found: JourneySign[] = [];
  const event = eventOf(item);
  const day = event?.start.day ?? wallOf(item)?.day;
  if (day === undefined) return found;
  if (event !== null && event.recurrence === null) {
    for (const text of [event.title, event.description]) {
      if (text === "" || givesOrders(text) || unreal.test(text.slice(0, 200))) continue;
      for (const pattern of planned) {
        for (const { groups } of text.slice(0, 2_000).matchAll(pattern))
          add(found, groups?.["place"], event.start.day, event.endDay, "event");
      }
    }
  }
  for (const pattern of told) {
    for (const { match, sentence } of matchesIn(item, self, pattern)) {
      if (longOver.test(sentence) || unreal.test(sentence.slice(0, match.index + match[0].length))) continue;
      add(found, match.groups?.["place"], day, day, "said");
    }
  }
  const presence = presenceOf(item);
  if (presence !== null && presence.city !== "") add(found, presence.city, presence.from.day, presence.to.day, "seen");
  return found;
}

function add(found: JourneySign[], told: string | undefined, from: number, to: number, sort: JourneySign["sort"]): void {
  const place = tidy(
    (told ?? "").replace(
      / (?:Business|Family|Weekend|Road|City|Trip|Travel|Vacation|Holiday|Tour|Flight|Conference|For|With|And|On|In|At)\b.*$/u,
      "",
    ),
  );
  if (place.length >= 3 && (sort === "seen" || !noTown.test(place)) && to - from <= 366) found.push({ place, from, to, sort });
}
