import type { Deriver } from "../deriver.ts";
import { type Encounter, encountersIn } from "../reading/encounter.ts";
import { dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { isAddress } from "../text/names.ts";
import { slugOf } from "../text/phrase.ts";
import { Directory, type People } from "./directory.ts";

/** How often people are in touch is told of half a year. */
const windowDays = 182;
const daysLeast = 3;

/** Days in touch a month, at least, and what that is called. */
const levels: readonly (readonly [number, string])[] = [
  [16, "nearly every day"],
  [7, "several times a week"],
  [3, "weekly"],
  [0.8, "monthly"],
  [0, "now and then"],
];

/** How often the owner is in touch with people, by messages, calls, mail and meetings. */
export const closeness: Deriver = {
  name: "relationship.closeness",
  version: "1",
  round: 1,
  says: ["relationship.closeness"],
  begin({ asOf, self }) {
    const directory = new Directory(self);
    const met = new Tally<Encounter>();
    const answered = new Tally<Encounter>();
    let first = asOf;
    return {
      evidence(item) {
        directory.add(item);
        const at = item.observedAt;
        if (at !== null && (at < asOf - windowDays * dayMs || at > asOf)) return;
        for (const encounter of encountersIn(item, self)) {
          if (at !== null) first = Math.min(first, at);
          const key = `${slugOf(bareName(encounter.name))} ${encounter.address}`;
          met.add(key, item, encounter);
          if (encounter.by !== "other") answered.add(key, item, encounter);
        }
      },
      *derive() {
        const months = Math.max(1, (asOf - first) / dayMs / 30);
        for (const { subject, supports, own } of byPerson(directory.people(), met, answered)) {
          const days = new Set(supports.flatMap((support) => support.dayList)).size;
          // A person answers, or is answered: those who only write are shops and machines.
          if (days < daysLeast || own === 0) continue;
          const level = levels.find(([least]) => days / months >= least)?.[1] ?? "now and then";
          const items = supports.reduce((sum, support) => sum + support.items, 0);
          yield claimOf(supports, {
            subject,
            predicate: "relationship.closeness",
            object: level,
            confidence: confidenceOf({ base: 0.6, more: days - daysLeast, most: 0.92 }),
            rationale: `in touch on ${counted(days, "day")} in ${counted(Math.round(months), "month")}, ${items} messages, calls and meetings`,
          });
        }
      },
    };
  },
};

/** A label without what stands in brackets behind it. */
function bareName(label: string): string {
  return label.replace(/\s*[([（].*$/u, "");
}

/** Encounters under the person they were with: by the address book, else by a name that nobody else has. */
function byPerson(people: People, met: Tally<Encounter>, answered: Tally<Encounter>) {
  const persons = new Map<string, { subject: string; supports: Support[]; own: number }>();
  for (const { key, value, support } of met.entries()) {
    const name = bareName(value.name);
    const person = people.at(value.address) ?? people.named(name);
    if (person === null && (people.isAmbiguous(name) || !isPersonal(name, answered.get(key)?.days ?? 0))) continue;
    const subject = person?.subject ?? `person:${slugOf(name)}`;
    const entry = persons.get(subject) ?? { subject, supports: [], own: 0 };
    entry.supports.push(support);
    entry.own += answered.get(key)?.items ?? 0;
    persons.set(subject, entry);
  }
  return [...persons.values()].sort((left, right) => (left.subject < right.subject ? -1 : 1));
}

/**
 * A name of some words with capitals, and no word that companies and machines have. One word may be anything, unless the owner
 * wrote to them on several days.
 */
function isPersonal(name: string, daysAnswered: number): boolean {
  if (isAddress(name)) return false;
  const business =
    /\b(?:bank|service|services|center|centre|support|customer|info|team|group|shop|store|company|ltd|inc|gmbh|no-?reply|notification|alert|delivery|courier|insurance|hotel|clinic|hospital|school|office|department)\b/iu;
  const hasForm =
    daysAnswered >= daysLeast ? /^\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}.'’-]*){0,3}$/u : /^\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}.'’-]*){1,3}$/u;
  return hasForm.test(name) && !business.test(name);
}
