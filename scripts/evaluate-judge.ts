/** Judging a claim: by what is known of the person, else by the evidence it cites. */
import type { Derived, EvidenceText } from "./evaluate-read.ts";
import type { Known } from "./evaluate-truth.ts";
import { isPerson, isSameRelation, names, overlap, share, tokens } from "./evaluate-words.ts";

export interface Verdict {
  /** `known` and `evidence`: right by that. `open`: nothing decides it mechanically. */
  readonly is: "known" | "evidence" | "false" | "open";
  readonly why: string;
}

type Evidence = ReadonlyMap<string, EvidenceText>;
type Judge = (claim: Derived, known: Known, evidence: Evidence) => Verdict | null;

export function judge(claim: Derived, known: Known, evidence: Evidence): Verdict {
  const verdict = judges[claim.predicate]?.(claim, known, evidence) ?? inWhatIsKnown(claim, known);
  return verdict ?? inEvidence(claim, evidence);
}

const right = (why: string): Verdict => ({ is: "known", why });
const wrong = (why: string): Verdict => ({ is: "false", why });

const judges: Readonly<Record<string, Judge>> = {
  "person.name": ({ object }, { persona }) =>
    overlap(tokens(String(object)), tokens(persona.name ?? "")) >= 0.5 ? right("the name") : wrong(`is called ${persona.name}`),
  "person.birthday": ({ subject, object }, { persona, relations }) => {
    const dates =
      subject === "self" ? [persona.birth] : relations.filter(({ name }) => isPerson(subject, name)).map(({ birth_date }) => birth_date);
    if (dates.length === 0) return null;
    return dates.some((date) => date?.endsWith(String(object).slice(-5))) ? right("the birthday") : wrong(`born on ${dates.join(" or ")}`);
  },
  "place.city": ({ object }, { persona }) => {
    const city = persona.home_address?.["city"] ?? "";
    return overlap(names(String(object)), names(city)) > 0.5 ? right("the town") : wrong(`lives in ${city}`);
  },
  "place.home": ({ object }, { persona, paragraphs }) => {
    const wanted = names(String(object));
    const homes = [
      Object.values(persona.home_address ?? {}).join(" "),
      ...paragraphs.filter((paragraph) => /\b(?:residence|resides|lives at)\b/i.test(paragraph)),
    ];
    return homes.some((home) => share(wanted, tokens(home)) === 1) ? right("the home") : wrong("known to live elsewhere");
  },
  "place.work": ({ object }, { persona, paragraphs }) => {
    const wanted = names(String(object));
    const places = [
      Object.values(persona.workplace ?? {}).join(" "),
      ...paragraphs.filter((paragraph) => /\b(?:workplace|works at|office)\b/i.test(paragraph)),
    ];
    return places.some((place) => share(wanted, tokens(place)) === 1) ? right("the work place") : wrong("known to work elsewhere");
  },
  "work.role": (claim, known) => ofWork(claim, known),
  "work.field": (claim, known) => ofWork(claim, known),
  "work.hours": (claim, known) => ofWork(claim, known),
  "work.employer": ({ object }, { persona }) =>
    overlap(names(String(object)), names(persona.occupation ?? "")) >= 0.6
      ? right("the employer")
      : wrong(`works for ${persona.occupation}`),
  "relationship.kind": ({ subject, object }, { relations }) => {
    const found = relations.filter(({ name }) => isPerson(subject, name));
    if (found.length === 0) return null;
    const isSo = found.some(
      ({ relation, relation_description: text }) =>
        isSameRelation(String(object), relation) || share(tokens(String(object)), tokens(text ?? "")) === 1,
    );
    return isSo ? right("the relation") : wrong(`is ${found.map(({ relation }) => relation).join(" or ")}`);
  },
  "family.member": ({ object }, { relations }) =>
    relations.some(({ relation }) => isSameRelation(String(object), relation)) ? right("in the family") : wrong("not in the family"),
  "family.children": ({ object }, { relations }) => {
    const count = relations.filter(({ relation }) => /\b(?:son|daughter)\b/i.test(relation) && !/in-law/i.test(relation)).length;
    return Number(object) === count ? right("the number") : wrong(`has ${count}`);
  },
  "trait.family": ({ object }, { relations }) => {
    const has = (kind: RegExp) => relations.some(({ relation }) => kind.test(relation));
    const isSo =
      object === "a parent" ? has(/\b(?:son|daughter)\b/i) : has(/\b(?:spouse|wife|husband|partner|girlfriend|boyfriend|fianc)/i);
    return isSo ? right("the family") : wrong("not by the family");
  },
  "travel.trip": (claim, known) => notAtHome(claim, known),
  "travel.plan": (claim, known) => notAtHome(claim, known),
  "health.steps": (claim, _, evidence) => measured(claim, evidence, "step_count"),
  "health.resting_heart_rate": (claim, _, evidence) => measured(claim, evidence, "resting_heart_rate"),
  "schedule.sleep": ({ object, derivedFrom }, _, evidence) => {
    const { from, to } = object as { from: string; to: string };
    const nights = measuresOf(derivedFrom, evidence, "sleep");
    const isSo = isUsual(nights, "start", from) && isUsual(nights, "end", to);
    return nights.length < 5 ? null : isSo ? { is: "evidence", why: `${nights.length} nights` } : wrong("the nights are others");
  },
  "health.weight": ({ object }, { persona }) => near(Number(object), persona.body?.["weight"]),
  "health.height": ({ object }, { persona }) => near(Number(object), persona.body?.["height"]),
};

function ofWork({ object }: Derived, { persona, paragraphs }: Known): Verdict {
  const wanted = tokens(String(object));
  const told = [
    `${persona.job} ${persona.occupation}`,
    ...paragraphs.filter((paragraph) => /\b(?:employed|works? as|job|worker)\b/i.test(paragraph)),
  ];
  return told.some((text) => share(wanted, tokens(text)) >= 0.5) ? right("the work") : wrong(`works as ${persona.job}`);
}

/** To be where one lives is no journey. */
function notAtHome({ object }: Derived, { persona }: Known): Verdict | null {
  const place = names(String((object as { place?: string }).place ?? ""));
  const isHome = Object.values(persona.home_address ?? {}).some((part) => share(place, names(part)) === 1);
  return isHome ? wrong("lives there") : null;
}

type Measure = Readonly<Record<string, unknown>>;

function measuresOf(ids: readonly string[], evidence: Evidence, type: string): Measure[] {
  return ids
    .flatMap((id) => (evidence.get(id)?.content["measures"] ?? []) as readonly Measure[])
    .filter((measure) => measure["type"] === type);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Near the middle of what the items it cites measured. */
function measured({ object, derivedFrom }: Derived, evidence: Evidence, type: string): Verdict {
  const values = measuresOf(derivedFrom, evidence, type).map(({ sum, mean }) => Number(sum ?? mean));
  const middle = median(values);
  return Math.abs(Number(object) - middle) <= middle * 0.1
    ? { is: "evidence", why: `${values.length} items with ${middle} in the middle` }
    : wrong(`the items it cites have ${middle} in the middle`);
}

/** Within three quarters of an hour of the middle of these times; evenings and mornings apart from midnight and noon. */
function isUsual(nights: readonly Measure[], member: "start" | "end", told: string): boolean {
  const shift = member === "start" ? 720 : 0;
  const minutes = (clock: string) => (60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5)) + shift) % 1_440;
  return Math.abs(median(nights.map((night) => minutes(String(night[member]).slice(11, 16)))) - minutes(told)) <= 45;
}

function near(value: number, known: number | undefined): Verdict | null {
  if (known === undefined) return null;
  return Math.abs(value - known) <= known * 0.05 ? right("the measure") : wrong(`measures ${known}`);
}

function objectWords({ object }: Derived): string {
  if (typeof object !== "object" || object === null) return String(object);
  const { what, place } = object as { what?: string; place?: string };
  return [what, place].filter((part) => part !== undefined).join(" ");
}

/** Words of which one must stand in the sentence that tells of a taste or an aim: its own words alone can mean anything. */
const cues: Readonly<Record<string, RegExp>> = {
  "preference.likes": /\b(?:lov|lik|enjoy|fond|fan|adore|favou?rit|prefer)/i,
  "preference.favorite": /\bfavou?rit/i,
  "preference.dislikes": /\b(?:hat|dislik|can.?t stand|avoid|n.t like)/i,
  "preference.hobby":
    /\b(?:hobb|enjoy|lov|lik|interest|enthusias|collect|exercis|sport|train|practi[cs]|play|pastime|spare time|leisure|routine|habit|session|went|going)/i,
  "preference.interest": /\b(?:interest|learn|read|search|watch|follow|research|stud|look)/i,
  "preference.food": /\b(?:food|eat|ate|lik|lov|favou?rit|lunch|dinner|breakfast|meal|dish|cook|order|had)/i,
  "goal.personal": /\b(?:aim|goal|plan|want|hope|dream|intend|wish|will|objective|obtain|prepar|idea)/i,
};

/** Every word of it in one paragraph of what is known, or in one sentence with a cue. Figures and what follows from claims are not so judged. */
function inWhatIsKnown(claim: Derived, { paragraphs }: Known): Verdict | null {
  if (claim.subject !== "self" || typeof claim.object === "number" || /^(?:schedule|date|trait)\./.test(claim.predicate)) return null;
  const wanted = names(objectWords(claim));
  if (wanted.length === 0) return null;
  const cue = cues[claim.predicate];
  const places = cue === undefined ? paragraphs : paragraphs.flatMap(sentencesOf).filter((sentence) => cue.test(sentence));
  const found = places.find((place) => share(wanted, tokens(place)) === 1);
  return found === undefined ? null : right(`as in “${found.trim().slice(0, 80)}”`);
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.;!?。；！？])\s+|\n+/);
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Most words of it in the items it cites; of a date or a weekday, an item of that day. */
function inEvidence(claim: Derived, evidence: Evidence): Verdict {
  const items = claim.derivedFrom.flatMap((id) => evidence.get(id) ?? []);
  if (items.length < claim.derivedFrom.length) return { is: "open", why: "follows from other claims" };
  const wanted = names(objectWords(claim));
  const name = claim.subject === "self" ? [] : tokens(claim.subject.slice("person:".length));
  const text = tokens(items.map((item) => item.text).join("\n"));
  if (claim.predicate === "relationship.closeness") return { is: "evidence", why: `${items.length} items with them` };
  if (wanted.length === 0) return { is: "open", why: "figures, made of what was measured" };
  const isOnDay = onDay(claim, items);
  if (isOnDay === false) return wrong("no item that it cites is of that day");
  const cue = cues[claim.predicate];
  const isSaid = (item: EvidenceText) =>
    sentencesOf(item.text).some((sentence) => cue?.test(sentence) && share(wanted, tokens(sentence)) === 1);
  // What is told of again and again needs no cue.
  if (cue !== undefined && items.length < 5 && !items.some(isSaid)) return wrong("no item that it cites says so");
  const found = Math.min(share(wanted, text), name.length === 0 ? 1 : share(name, text) + 0.34);
  return found >= 0.7
    ? { is: "evidence", why: `${items.length} ${items.length === 1 ? "item tells" : "items tell"} of it` }
    : wrong("the items that it cites don't say so");
}

/** Null when the claim names no day. */
function onDay({ object }: Derived, items: readonly EvidenceText[]): boolean | null {
  const { weekday, date, from } = (typeof object === "object" && object !== null ? object : {}) as {
    weekday?: string;
    date?: string;
    from?: string;
  };
  if (weekday !== undefined && weekdays.includes(weekday)) {
    return items.some(
      (item) => item.text.toLowerCase().includes(weekday) || (item.date !== "" && weekdays[new Date(item.date).getUTCDay()] === weekday),
    );
  }
  const day = date ?? from;
  if (day === undefined) return null;
  const end = day.slice(-5);
  return items.some((item) => item.date.endsWith(end) || item.text.includes(end));
}
