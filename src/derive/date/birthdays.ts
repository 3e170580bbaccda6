import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { Directory, type People } from "../people/directory.ts";
import { ownCard } from "../people/own-card.ts";
import { eventOf } from "../reading/event.ts";
import { textOf } from "../reading/fields.ts";
import { dateText, wallOf } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { clamp, confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { kindOf, kindPattern } from "../text/kinship.ts";
import { isAddress, namePattern, personName } from "../text/names.ts";
import { givesOrders, mentions, ownSentences } from "../text/own-words.ts";
import { slugOf } from "../text/phrase.ts";
import { saidDates } from "./said-dates.ts";

interface Found {
  /** `self`, `kind:wife` or a name. */
  readonly who: string;
  /** `1990-05-11` or `--05-11`. */
  readonly date: string;
}

const whose = new RegExp(
  `(?:\\b(?<own>[Mm]y(?! (?:${kindPattern})))|(?:\\b(?:[Mm]y|[Oo]ur) )?\\b(?<kind>(?:${kindPattern})|[Mm]om|[Mm]um|[Dd]ad)['’]s|(?<name>${namePattern})['’]s?)(?: \\p{L}+)? (?:[Bb]irthday|[Bb]\\.?day)\\b`,
  "gu",
);
const titled = new RegExp(
  `^(?:[Bb]irthday(?: of|:| -)? (?<after>${namePattern})|(?<before>${namePattern})(?:['’]s)? ?(?:-|:)? ?[Bb]irthday)\\b`,
  "u",
);
/** Told before or after the day itself, or of what is done beside it. */
const notToday =
  /\b(?:upcoming|soon|next|approaching|before|after|belated|yesterday|last|past|plan(?:ning)?|prepar\w+|gift|present|invit\w+|cards?|shopping|order|buy|book|countdown|in \w+ (?:days|weeks))\b/iu;

/** When people were born: by their cards, by yearly events, and by days that are said to be a birthday. */
export const birthdays: Deriver = {
  name: "person.birthday",
  version: "1",
  round: 1,
  says: ["person.birthday"],
  begin({ self }) {
    const directory = new Directory(self);
    const onCards = new Tally<Found>();
    const told = new Tally<Found>();
    return {
      evidence(item) {
        directory.add(item);
        const date = birthOn(item);
        if (date !== null) {
          const who = ownCard(item, self) === null ? textOf(item.content["name"]) : "self";
          onCards.add(`${slugOf(who)} ${date}`, item, { who, date });
        }
        for (const { found, weight } of birthdaysIn(item, self)) told.add(`${slugOf(found.who)} ${found.date}`, item, found, weight);
      },
      *derive() {
        const people = directory.people();
        const sure = new Set<string>();
        for (const { value, support } of onCards.entries()) {
          const subject = subjectOf(value.who, people);
          if (subject === null || sure.has(subject)) continue;
          sure.add(subject);
          yield claimOf(support, {
            subject,
            predicate: "person.birthday",
            object: value.date,
            confidence: 0.95,
            rationale: "the birthday on their card",
          });
        }
        yield* bestOf(told, people, sure);
      },
    };
  },
};

function birthOn({ kind, content }: SeenEvidence): string | null {
  const text = kind === "contact" ? textOf(content["birthday"]) : "";
  const match = /^(?:(\d{4})|-)-?(\d\d)-?(\d\d)\b/u.exec(text);
  if (match === null) return null;
  // Programs write a year that nobody was born in when they know none.
  const year = match[1] !== undefined && Number(match[1]) > 1_604 ? match[1] : "-";
  return `${year}-${match[2]}-${match[3]}`;
}

function birthdaysIn(item: SeenEvidence, self: Oneself): { found: Found; weight: number }[] {
  const found: { found: Found; weight: number }[] = [];
  const event = eventOf(item);
  const day = event?.start.day ?? wallOf(item)?.day;
  const onDay = day === undefined ? null : `-${dateText(day).slice(4)}`;
  const title = event === null || givesOrders(event.title) ? "" : event.title;
  const yearly = event?.recurrence?.every === "year";
  const match = title.length > 80 || notToday.test(title) ? null : titled.exec(title);
  const who = personName(match?.groups?.["after"] ?? match?.groups?.["before"] ?? "");
  if (who !== "" && onDay !== null) found.push({ found: { who, date: onDay }, weight: yearly ? 4 : 2 });
  for (const sentence of mentions(item, self, ["birthday", "bday"]) ? ownSentences(item, self) : []) {
    for (const { groups, index } of /birthday|b\.?day/iu.test(sentence) ? sentence.matchAll(whose) : []) {
      const kind = kindOf(groups?.["kind"] ?? "");
      const name = personName(groups?.["name"] ?? "");
      const person = groups?.["own"] !== undefined ? "self" : kind !== null ? `kind:${kind}` : name;
      if (person === "") continue;
      const dates = saidDates(sentence, day ?? null);
      if (dates.length > 0) found.push(...dates.map((date) => ({ found: { who: person, date }, weight: 3 })));
      // Of an event's words, the event's day is the day; of a note's, only when it says so.
      else if (onDay !== null && isToday(sentence, index, event !== null))
        found.push({ found: { who: person, date: onDay }, weight: yearly ? 4 : 1 });
    }
  }
  return found;
}

function isToday(sentence: string, at: number, isEvent: boolean): boolean {
  const around = sentence.slice(Math.max(0, at - 60), at + 60);
  if (notToday.test(around)) return false;
  return isEvent || /\b(?:today|tonight|this (?:morning|evening)|is my birthday|happy birthday)\b/iu.test(around);
}

/** Of several days said for one person, the one with most weight; another nearly as good makes it unsure. */
function* bestOf(told: Tally<Found>, people: People, sure: ReadonlySet<string>): Generator<DerivedClaim> {
  const bySubject = new Map<string, { date: string; support: Support }[]>();
  for (const { value, support } of told.ranked()) {
    const subject = subjectOf(value.who, people);
    if (subject === null || sure.has(subject)) continue;
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), { date: value.date, support }]);
  }
  for (const [subject, dates] of [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [best] = dates;
    const total = dates.reduce((sum, { support }) => sum + support.weight, 0);
    // One event that speaks of a birthday may speak of one that is near.
    if (best === undefined || best.support.weight < 2 || best.support.weight / total < 0.5) continue;
    yield claimOf(best.support, {
      subject,
      predicate: "person.birthday",
      object: best.date,
      confidence: clamp(confidenceOf({ base: 0.6, more: best.support.weight - 1, most: 0.93, agreement: best.support.weight / total })),
      rationale: `${counted(best.support.items, "item")} ${best.support.items === 1 ? "tells" : "tell"} of the birthday on this day, ${dates.length - 1} other ${dates.length === 2 ? "day" : "days"} told`,
    });
  }
}

function subjectOf(who: string, people: People): string | null {
  if (who === "self") return "self";
  if (who.startsWith("kind:")) return people.only(who.slice(5))?.subject ?? null;
  const person = people.named(who);
  if (person !== null) return person.subject;
  return people.isAmbiguous(who) || isAddress(who) || !who.includes(" ") ? null : `person:${slugOf(who)}`;
}
