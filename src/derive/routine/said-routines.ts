import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { eventOf } from "../reading/event.ts";
import { clockText, dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { ownSentences } from "../text/own-words.ts";
import { plain, tidy, wordsOf } from "../text/phrase.ts";

const one = "(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day";
const list = `(?<weekdays>${one}s?(?:(?:,| and|, and|,? &) ${one}s?)*)`;
const part = "(?: (?<part>morning|afternoon|evening|night))?";
const clock = "(?:,? (?:at|from|around) (?<hour>2[0-3]|[01]?\\d)(?!\\d)(?:[:.](?<minute>[0-5]\\d))? ?(?<half>[ap]\\.?m\\.?)?)?";
const onWeekday = new RegExp(`\\b(?:[Ee]very|[Ee]ach) (?:single )?${list}${part}${clock}`, "gu");
const onWeekdays = new RegExp(`\\bon (?=(?:${one}, )*${one}s)${list}${part}${clock}`, "gu");
const eachDay = new RegExp(`\\b(?:every|each) (?:single )?(?:day|(?<part>morning|evening|night|afternoon))${clock}`, "gu");
const doing = /\b(?:I|[Ww]e) (?:usually |always |normally |generally |often |try to |like to )?(?<what>\p{Ll}[^,;:()"]{2,60}?) *$/u;
const past =
  /\b(?:used to|last year|when I was|was|were|had|went|did|years? ago|no longer|not|never|don['’]t|want|plan|should|could|would|will|hope|wish|need|must|can|may|goal|target)\b/u;

/** Another's routine, told in one's own calendar. */
const ofOthers =
  /^(?!.*\b(?:I|me|my|we|our)\b).*\b(?:he|she|they|his|her|their|wife|husband|son|daughter|child|children|kids|mother|father|mom|dad)\b/isu;
/** A stated routine is taken to go on for so many days after it was last stated. */
const staysDays = 120;

interface Routine {
  readonly what: string;
  readonly weekday: string | null;
  readonly time: string;
}

/** Routines that the person states: `I swim every Tuesday`, or an event that says it is every Monday from 19:15. */
export const saidRoutines: Deriver = {
  name: "schedule.said",
  version: "1",
  round: 1,
  says: ["schedule.weekly", "schedule.daily"],
  begin({ self }) {
    const found = new Tally<Routine>();
    return {
      evidence(item) {
        for (const routine of routinesIn(item, self))
          found.add(`${routine.what} ${routine.weekday} ${routine.time}`.toLowerCase(), item, routine);
      },
      *derive() {
        for (const { value, support } of found.ranked()) yield claimFor(value, support);
      },
    };
  },
};

function routinesIn(item: SeenEvidence, self: Oneself): Routine[] {
  const found: Routine[] = [];
  const event = eventOf(item);
  const named = tidy(event?.title ?? "");
  // A title that only says when says not what.
  const title = /\b(?:every|each) \w+|^scheduled\b/iu.test(named) ? "" : named;
  for (const sentence of ownSentences(item, self)) {
    for (const pattern of [onWeekday, onWeekdays, eachDay]) {
      for (const match of sentence.matchAll(pattern)) {
        const what = title === "" ? whatIn(sentence.slice(0, match.index)) : title;
        // An event says it of itself on a weekday only: `every day` there is of something else.
        if (what === "" || (title !== "" && (pattern !== onWeekday || ofOthers.test(sentence)))) continue;
        const time = timeIn(match.groups ?? {}, event?.start.minute ?? null);
        const weekdays = (match.groups?.["weekdays"]?.toLowerCase().match(/[a-z]+day/gu) ?? []).map((weekday) => ({ what, weekday, time }));
        found.push(...(weekdays.length > 0 ? weekdays : [{ what, weekday: null, time }]));
      }
    }
  }
  return found;
}

/** What stands between `I` and `every`, in at most five words. */
function whatIn(before: string): string {
  if (past.test(before)) return "";
  const what = plain(doing.exec(before.trim())?.groups?.["what"] ?? "");
  return what.split(" ").length > 6 || what.split(" ").length < 2 || wordsOf(what).length === 0 ? "" : what.replace(/^now /u, "");
}

/** The time that is said; else the part of the day, else when the event that says it begins. */
function timeIn({ hour, minute, half, part }: Readonly<Record<string, string | undefined>>, start: number | null): string {
  if (hour === undefined && part === undefined) return start === null ? "any time" : clockText(start);
  if (hour === undefined) return part === "night" ? "at night" : `in the ${part}`;
  const late = /^p/iu.test(half ?? "") || (half === undefined && part === "evening" && Number(hour) < 12);
  return clockText((Number(hour) % (half === undefined ? 24 : 12)) * 60 + (late && Number(hour) < 12 ? 720 : 0) + Number(minute ?? 0));
}

function dayStart(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

function monthAfter(last: number): number {
  const until = new Date(last + staysDays * dayMs);
  return Date.UTC(until.getUTCFullYear(), until.getUTCMonth() + 1, 1);
}

function claimFor({ what, weekday: day, time }: Routine, support: Support): DerivedClaim {
  return claimOf(support, {
    predicate: day === null ? "schedule.daily" : "schedule.weekly",
    object: day === null ? { what, time } : { what, weekday: day, time },
    confidence: confidenceOf({ base: 0.7, more: support.days - 1, most: 0.92 }),
    rationale: `stated by the person on ${counted(support.days, "day")}`,
    ...(support.last === null || support.first === null
      ? {}
      : { validFrom: dayStart(support.first), validUntil: monthAfter(support.last) }),
  });
}
