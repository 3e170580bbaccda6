/** The rules from evidence to claims, and how they are run. */
import { anniversaries } from "./date/anniversaries.ts";
import { birthdays } from "./date/birthdays.ts";
import { goals } from "./date/goals.ts";
import { upcoming } from "./date/upcoming.ts";
import type { Deriver } from "./deriver.ts";
import { appointments } from "./health/appointments.ts";
import { body } from "./health/body.ts";
import { healthFacts } from "./health/facts.ts";
import { injuries } from "./health/injuries.ts";
import { closeness } from "./people/closeness.ts";
import { family } from "./people/family.ts";
import { ownName } from "./people/own-name.ts";
import { relationships } from "./people/relationships.ts";
import { frequentPlaces } from "./place/frequent.ts";
import { home } from "./place/home.ts";
import { workplace } from "./place/workplace.ts";
import { daily } from "./routine/daily.ts";
import { saidRoutines } from "./routine/said-routines.ts";
import { series } from "./routine/series.ts";
import { weekly } from "./routine/weekly.ts";
import { activePerson } from "./second/active-person.ts";
import { household } from "./second/household.ts";
import { rhythm } from "./second/rhythm.ts";
import { traveller } from "./second/traveller.ts";
import { foods } from "./taste/foods.ts";
import { hobbies } from "./taste/hobbies.ts";
import { interests } from "./taste/interests.ts";
import { tastes } from "./taste/tastes.ts";
import { travel } from "./travel/travel.ts";
import { employer } from "./work/employer.ts";
import { field } from "./work/field.ts";
import { hours } from "./work/hours.ts";
import { role } from "./work/role.ts";

export type { Context, Derivation, DerivedClaim, Deriver, Oneself, SeenClaim, SeenEvidence } from "./deriver.ts";
export { derivedFromMax } from "./deriver.ts";
export { type AskedItem, askedItem, inQuestions, proseKinds, questionOf, questionVersion } from "./model/question.ts";
export { readReply } from "./model/reply.ts";
export { WhoIsIt } from "./oneself.ts";
export { type Conclusion, Running } from "./running.ts";
export { isSameConclusion } from "./same-conclusion.ts";
export { givesOrders } from "./text/own-words.ts";

/** All rules. A topic of which one statement counts is told of by one of them alone. */
export const derivers: readonly Deriver[] = [
  ownName,
  home,
  workplace,
  frequentPlaces,
  relationships,
  closeness,
  family,
  birthdays,
  anniversaries,
  upcoming,
  goals,
  series,
  weekly,
  daily,
  saidRoutines,
  hobbies,
  foods,
  tastes,
  interests,
  travel,
  appointments,
  healthFacts,
  injuries,
  body,
  role,
  employer,
  field,
  hours,
  activePerson,
  household,
  rhythm,
  traveller,
];
