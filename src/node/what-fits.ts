/** What would fit, beside what does not: for people who state and grant by hand. */

const fitting: Readonly<Record<string, string>> = {
  subject: "a subject is `self`, or a name like person:ada",
  predicate: "a predicate is a dotted name, like place.home",
  confidence: "a confidence is a number above 0, up to 1",
  min_confidence: "a least confidence is a number from 0 to 1",
};

/** A fault of a payload or selector (`member "subject" does not fit`), with what would fit where that can be said. */
export function withWhatFits(fault: string): string {
  const [, member = ""] = /^member "(\w+)" does not fit$/.exec(fault) ?? [];
  return Object.hasOwn(fitting, member) ? `${fault}: ${fitting[member]}` : fault;
}

/** Predicates are dotted names (spec MEM-3); the log takes any text. Null, or what to say of one that nobody would ask for. */
export function oddPredicate(predicate: string): string | null {
  if (!/[\s*]/u.test(predicate)) return null;
  return `${JSON.stringify(predicate)} is taken as it is, and is no name that others use: ${fitting["predicate"]}`;
}
