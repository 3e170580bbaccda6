/** `spec/predicates.json`: the base predicate registry as data, from the one place where the code has it. */
import { basePredicates } from "../../src/core/claim/predicates.ts";

/** Keys in canonical order, two spaces, an entry an object of its own: what the formatter leaves alone. */
export function predicatesFile(): string {
  return `${JSON.stringify(sorted(basePredicates), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
