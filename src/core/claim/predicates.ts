/**
 * The base predicate registry (section 6): what `spec/predicates.json` says, as a value. An unknown predicate has
 * cardinality `one` and sensitivity `personal`; a `predicate` operation overrides an entry for its pool.
 */
import { canonical } from "../codec/canonical.ts";
import type { Sha256Hex } from "../ports.ts";
import type { Sensitivity } from "./sensitivity.ts";

export interface Predicate {
  /** `one`: different statements about a subject compete. `many`: they stand side by side. */
  readonly cardinality: "one" | "many";
  readonly sensitivity: Sensitivity;
  /** A sentence, with `{subject}` and `{object}` (or `{object.member}`) to be filled in. */
  readonly template: string;
}

/** Sensitivity `restricted` is for what one can be persecuted for. Nothing derives such claims; people may state them. */
export const basePredicates: Readonly<Record<string, Predicate>> = {
  "belief.politics": { cardinality: "many", sensitivity: "restricted", template: "{subject} holds politically: {object}" },
  "belief.religion": { cardinality: "many", sensitivity: "restricted", template: "{subject} believes: {object}" },
  "contact.account": { cardinality: "many", sensitivity: "personal", template: "{subject} is {object} online" },
  "contact.address": { cardinality: "many", sensitivity: "personal", template: "{subject} gets mail at {object}" },
  "contact.email": { cardinality: "many", sensitivity: "personal", template: "{subject} can be reached at {object}" },
  "contact.phone": { cardinality: "many", sensitivity: "personal", template: "{subject} can be called at {object}" },
  "date.anniversary": { cardinality: "many", sensitivity: "personal", template: "{subject} marks {object.what} on {object.date}" },
  "education.degree": { cardinality: "many", sensitivity: "personal", template: "{subject} holds {object}" },
  "education.school": { cardinality: "many", sensitivity: "personal", template: "{subject} went to {object}" },
  "education.studies": { cardinality: "many", sensitivity: "personal", template: "{subject} studies {object}" },
  "event.milestone": { cardinality: "many", sensitivity: "personal", template: "{subject} on {object.date}: {object.what}" },
  "event.upcoming": { cardinality: "many", sensitivity: "personal", template: "{subject} has {object.what} on {object.date}" },
  "family.children": { cardinality: "one", sensitivity: "personal", template: "{subject} has children: {object}" },
  "family.member": { cardinality: "many", sensitivity: "personal", template: "{subject} has a {object}" },
  "family.pet": { cardinality: "many", sensitivity: "personal", template: "{subject} has a pet: {object}" },
  "finance.income": { cardinality: "one", sensitivity: "sensitive", template: "{subject} earns {object}" },
  "finance.subscription": { cardinality: "many", sensitivity: "personal", template: "{subject} pays regularly for {object}" },
  "goal.personal": { cardinality: "many", sensitivity: "personal", template: "{subject} aims to {object}" },
  "health.allergy": { cardinality: "many", sensitivity: "sensitive", template: "{subject} is allergic to {object}" },
  "health.appointment": { cardinality: "many", sensitivity: "sensitive", template: "{subject} has {object.what} on {object.date}" },
  "health.condition": { cardinality: "many", sensitivity: "sensitive", template: "{subject} has {object}" },
  "health.diet": { cardinality: "many", sensitivity: "sensitive", template: "{subject} eats {object}" },
  "health.height": { cardinality: "one", sensitivity: "sensitive", template: "{subject} is {object} cm tall" },
  "health.injury": { cardinality: "many", sensitivity: "sensitive", template: "{subject} had an injury: {object}" },
  "health.medication": { cardinality: "many", sensitivity: "sensitive", template: "{subject} takes {object}" },
  "health.resting_heart_rate": {
    cardinality: "one",
    sensitivity: "sensitive",
    template: "{subject}'s heart beats {object} times a minute at rest",
  },
  "health.steps": { cardinality: "one", sensitivity: "sensitive", template: "{subject} walks about {object} steps a day" },
  "health.weight": { cardinality: "one", sensitivity: "sensitive", template: "{subject} weighs {object} kg" },
  "person.birthday": { cardinality: "one", sensitivity: "personal", template: "{subject} was born on {object}" },
  "person.birthplace": { cardinality: "one", sensitivity: "personal", template: "{subject} was born in {object}" },
  "person.ethnicity": { cardinality: "many", sensitivity: "restricted", template: "{subject} is {object}" },
  "person.gender": { cardinality: "one", sensitivity: "personal", template: "{subject} is {object}" },
  "person.language": { cardinality: "many", sensitivity: "public", template: "{subject} speaks {object}" },
  "person.name": { cardinality: "one", sensitivity: "personal", template: "{subject} is called {object}" },
  "person.nationality": { cardinality: "many", sensitivity: "personal", template: "{subject} is a citizen of {object}" },
  "person.nickname": { cardinality: "many", sensitivity: "personal", template: "{subject} is also called {object}" },
  "person.orientation": { cardinality: "many", sensitivity: "restricted", template: "{subject} is {object}" },
  "person.pronouns": { cardinality: "many", sensitivity: "personal", template: "{subject} goes by {object}" },
  "place.city": { cardinality: "one", sensitivity: "personal", template: "{subject} lives in {object}" },
  "place.frequent": { cardinality: "many", sensitivity: "personal", template: "{subject} often goes to {object}" },
  "place.home": { cardinality: "one", sensitivity: "personal", template: "{subject} lives at {object}" },
  "place.lived": { cardinality: "many", sensitivity: "personal", template: "{subject} used to live in {object}" },
  "place.work": { cardinality: "one", sensitivity: "personal", template: "{subject} works at {object}" },
  "possession.owns": { cardinality: "many", sensitivity: "personal", template: "{subject} owns {object}" },
  "possession.vehicle": { cardinality: "many", sensitivity: "personal", template: "{subject} drives {object}" },
  "preference.assistant": { cardinality: "many", sensitivity: "personal", template: "{subject} asks assistants to {object}" },
  "preference.dislikes": { cardinality: "many", sensitivity: "personal", template: "{subject} dislikes {object}" },
  "preference.favorite": { cardinality: "many", sensitivity: "personal", template: "{subject}'s favourite {object.kind} is {object.what}" },
  "preference.food": { cardinality: "many", sensitivity: "personal", template: "{subject} likes to have {object}" },
  "preference.hobby": { cardinality: "many", sensitivity: "personal", template: "{subject} enjoys {object} as a hobby" },
  "preference.interest": { cardinality: "many", sensitivity: "personal", template: "{subject} is interested in {object}" },
  "preference.likes": { cardinality: "many", sensitivity: "personal", template: "{subject} likes {object}" },
  "relationship.closeness": { cardinality: "one", sensitivity: "personal", template: "{subject} and the owner are in touch {object}" },
  "relationship.kind": { cardinality: "one", sensitivity: "personal", template: "{subject} is {object} to the owner" },
  "schedule.daily": {
    cardinality: "many",
    sensitivity: "personal",
    template: "{subject} usually does {object.what} every day, {object.time}",
  },
  "schedule.monthly": {
    cardinality: "many",
    sensitivity: "personal",
    template: "{subject} usually does {object.what} every month, {object.day}",
  },
  "schedule.sleep": {
    cardinality: "one",
    sensitivity: "sensitive",
    template: "{subject} usually sleeps from {object.from} to {object.to}",
  },
  "schedule.weekly": {
    cardinality: "many",
    sensitivity: "personal",
    template: "{subject} usually does {object.what} every {object.weekday}, {object.time}",
  },
  "schedule.yearly": {
    cardinality: "many",
    sensitivity: "personal",
    template: "{subject} usually does {object.what} every year, {object.date}",
  },
  "trait.activity": { cardinality: "many", sensitivity: "personal", template: "{subject} is {object}" },
  "trait.family": { cardinality: "many", sensitivity: "personal", template: "{subject} is {object}" },
  "trait.personality": { cardinality: "many", sensitivity: "personal", template: "{subject} is {object}" },
  "trait.rhythm": { cardinality: "many", sensitivity: "personal", template: "{subject} is {object}" },
  "travel.plan": { cardinality: "many", sensitivity: "personal", template: "{subject} plans a trip to {object.place} on {object.from}" },
  "travel.trip": { cardinality: "many", sensitivity: "personal", template: "{subject} was in {object.place} on {object.from}" },
  "work.employer": { cardinality: "one", sensitivity: "personal", template: "{subject} works for {object}" },
  "work.field": { cardinality: "many", sensitivity: "personal", template: "{subject} works in {object}" },
  "work.hours": { cardinality: "one", sensitivity: "personal", template: "{subject} works {object}" },
  "work.project": { cardinality: "many", sensitivity: "personal", template: "{subject} works on {object}" },
  "work.role": { cardinality: "one", sensitivity: "personal", template: "{subject} works as {object}" },
  "work.skill": { cardinality: "many", sensitivity: "personal", template: "{subject} is skilled in {object}" },
};

/** `registry` in `hello` (section 7). */
export function registryHash(sha256Hex: Sha256Hex): string {
  const hash = hashes.get(sha256Hex) ?? `sha256:${sha256Hex(canonical(basePredicates))}`;
  hashes.set(sha256Hex, hash);
  return hash;
}

/** It is told in every `hello`, and never changes. */
const hashes = new WeakMap<Sha256Hex, string>();
