/** A grant's terms in words of the page: topics by their titles, people as people. */
import type { GrantEntry, Selector, Topic } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";

export function whatText({ predicates }: Selector, topics: readonly Topic[]): string {
  return predicates.map((pattern) => topics.find(({ id }) => `${id}.*` === pattern)?.title ?? pattern).join(", ");
}

export function whomText({ subjects }: Selector): string {
  if (subjects === undefined) return t("grant.whom.anyone");
  return subjects.map((subject) => (subject === "self" ? t("grant.whom.self") : subject)).join(", ");
}

/** `May see Habits and routines about you, until 24 Feb 2027.` What the node says of it, when its terms are gone. */
export function grantText({ terms, status, sentence, revocation }: GrantEntry, topics: readonly Topic[]): string {
  if (terms === null) return sentence;
  const words = { what: whatText(terms.selector, topics), whom: whomText(terms.selector) };
  if (status === "active") return t("grant.may", { ...words, until: dayText(terms.expiresAt) });
  return t("grant.could", { ...words, until: dayText(Math.min(terms.expiresAt, revocation?.ts ?? terms.expiresAt)) });
}
