/** The facts of persona.json, each with how to see that the evidence supports it and that a claim tells it. */
import type { Derived, EvidenceText } from "./evaluate-read.ts";
import type { Known, Persona, Relation } from "./evaluate-truth.ts";
import { isPerson, isSameRelation, names, overlap, share, tokens } from "./evaluate-words.ts";

export interface Fact {
  readonly topic: string;
  readonly value: string;
  readonly isSupported: (evidence: ReadonlyMap<string, EvidenceText>) => boolean;
  readonly isToldBy: (claim: Derived) => boolean;
}

export function factsOf({ persona, relations }: Known): Fact[] {
  return [
    ...words("name", persona.name, ["person.name"], null, 1),
    ...birthday("birthday", persona.birth, "self", /birthday/i),
    ...places(persona),
    ...words("job", persona.job, ["work.role", "work.field"], null, 0.5),
    ...words("employer", persona.occupation, ["work.employer"], null, 0.75),
    ...words("education", persona.education, ["education.school", "education.degree"], null, 1),
    ...(persona.hobbies ?? []).flatMap((hobby) => words("hobby", bare(hobby), ["preference.hobby", "trait.activity"], null, 1)),
    ...(persona.favorite_foods ?? []).flatMap((food) =>
      words("food", food, ["preference.food", "preference.favorite", "preference.likes"], null, 1),
    ),
    ...(persona.aim ?? []).flatMap((aim) =>
      words("goal", bare(aim), ["goal.personal"], /\b(?:plan|goal|want|hope|dream|aim|intend|idea|prepar\w*|open)\b/i, 0.6),
    ),
    ...(persona.memory_date ?? []).flatMap(memory),
    ...relations.flatMap(relation),
    ...relations.flatMap((each) => birthday(`birthday of ${each.name}`, each.birth_date, each.name, /birthday/i)),
    ...children(relations),
    ...body(persona),
  ];
}

/** Without what stands in brackets, and without a term. */
function bare(text: string): string {
  return text
    .replace(/\([^)]*\)/g, "")
    .replace(/\b(?:within|in the next|over the next|by) \w+ years?\b,?/gi, "")
    .trim();
}

function objectText({ object }: Derived): string {
  return typeof object === "object" && object !== null ? Object.values(object).join(" ") : String(object);
}

/** Supported when one item has so many of its words (and a word of the topic); told when a claim has most of them. */
function words(topic: string, value: string | undefined, predicates: readonly string[], cue: RegExp | null, least: number): Fact[] {
  const wanted = names(value ?? "");
  if (value === undefined || wanted.length === 0) return [];
  return [
    {
      topic,
      value,
      isSupported: (evidence) =>
        [...evidence.values()].some(({ text }) => (cue?.test(text) ?? true) && share(wanted, tokens(text)) >= least),
      isToldBy: (claim) =>
        claim.subject === "self" && predicates.includes(claim.predicate) && overlap(wanted, names(objectText(claim))) >= 0.5,
    },
  ];
}

function places({ home_address: home, workplace, birth_place: birth }: Persona): Fact[] {
  const living = /\b(?:live|living|home|house|apartment|flat|reside\w*|moved|address)\b/i;
  const working =
    /\b(?:my (?:office|company|workplace)|our (?:office|company)|at the (?:office|company)|commut\w+|go(?:ing)? to work|address)\b/i;
  const parts = (address: Readonly<Record<string, string>> | undefined, topic: string, cue: RegExp, predicates: readonly string[]) =>
    ["city", "district", "street_name"].flatMap((part) =>
      words(`${topic} ${part.replace("_name", "")}`, address?.[part], predicates, cue, 1),
    );
  return [
    ...parts(home, "home", living, ["place.home", "place.city"]),
    ...parts(workplace, "work place", working, ["place.work"]),
    ...parts(birth, "birth place", /\b(?:born|birthplace|grew up|native)\b/i, ["person.birthplace"]).slice(0, 1),
  ];
}

/** Supported when an item of that day, or one that names the day, speaks of it. */
function birthday(topic: string, date: string | undefined, who: string, cue: RegExp): Fact[] {
  const match = /^\d{4}-(\d\d)-(\d\d)$/.exec(date ?? "");
  if (date === undefined || match === null) return [];
  const day = `${match[1]}-${match[2]}`;
  const isOf = (text: string) => (who === "self" ? /\bmy birthday\b/i.test(text) : share(tokens(who), tokens(text)) === 1);
  return [
    {
      topic,
      value: date,
      isSupported: (evidence) => [...evidence.values()].some((item) => cue.test(item.text) && isOf(item.text) && isOn(item, day)),
      isToldBy: ({ subject, predicate, object }) =>
        predicate === "person.birthday" && (who === "self" ? subject === "self" : isPerson(subject, who)) && String(object).endsWith(day),
    },
  ];
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

function isOn({ date, text }: EvidenceText, day: string): boolean {
  const [month = 0, date_ = 0] = day.split("-").map(Number);
  const name = months[month - 1] ?? "?";
  return (
    date.endsWith(day) ||
    new RegExp(`\\b${name}[a-z]* ${date_}\\b|\\b${date_}(?:st|nd|rd|th)? (?:of )?${name}|\\b${day}\\b`, "i").test(text)
  );
}

/** `2001-04-30 Some Day` */
function memory(text: string): Fact[] {
  const match = /^(\d{4})-(\d\d)-(\d\d)\s+(.+)$/.exec(text);
  if (match === null) return [];
  const day = `${match[2]}-${match[3]}`;
  const wanted = tokens(match[4] ?? "");
  return [
    {
      topic: "day to remember",
      value: text,
      isSupported: (evidence) => [...evidence.values()].some((item) => share(wanted, tokens(item.text)) === 1 && isOn(item, day)),
      isToldBy: ({ predicate, object }) =>
        (predicate === "date.anniversary" || predicate === "person.birthday") && JSON.stringify(object).includes(day),
    },
  ];
}

function relation({ name, relation: kind }: Relation): Fact[] {
  return [
    {
      topic: "relation",
      value: `${name}, ${kind}`,
      isSupported: (evidence) =>
        [...evidence.values()].some(
          ({ text }) => share(tokens(name), tokens(text)) === 1 && text.split(/[\n.;]/).some((line) => isNamedSo(line, kind)),
        ),
      isToldBy: ({ subject, predicate, object }) =>
        predicate === "relationship.kind" && isPerson(subject, name) && isSameRelation(String(object), kind),
    },
  ];
}

function isNamedSo(line: string, kind: string): boolean {
  return share(tokens(kind), tokens(line)) === 1;
}

function children(relations: readonly Relation[]): Fact[] {
  const count = relations.filter(({ relation: kind }) => /\b(?:son|daughter)\b/i.test(kind) && !/in-law/i.test(kind)).length;
  if (count === 0) return [];
  return [
    {
      topic: "children",
      value: String(count),
      isSupported: (evidence) => [...evidence.values()].some(({ text }) => /\b(?:son|daughter|children|kids)\b/i.test(text)),
      isToldBy: ({ predicate, object }) => predicate === "family.children" && Number(object) === count,
    },
  ];
}

function body({ body: measured }: Persona): Fact[] {
  const figures = [
    ["weight", "body_mass", "health.weight"],
    ["height", "height", "health.height"],
  ] as const;
  return figures.flatMap(([name, type, predicate]) => {
    const value = measured?.[name];
    if (value === undefined) return [];
    return [
      {
        topic: name,
        value: String(value),
        isSupported: (evidence: ReadonlyMap<string, EvidenceText>) =>
          [...evidence.values()].some(({ kind, text }) => kind === "health_day" && text.split("\n").includes(type)),
        isToldBy: (claim: Derived) => claim.predicate === predicate && Math.abs(Number(claim.object) - value) <= value * 0.05,
      },
    ];
  });
}
