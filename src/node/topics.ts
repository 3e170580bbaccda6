/** Topics: claims by the first part of their predicates, as people look through them. */
import type { ClaimStatus } from "../core/claim/status.ts";
import type { ClaimCount } from "../store/index.ts";
import { oneLine } from "./sentences.ts";

export interface Topic {
  /** The first part of its predicates, as `place`. */
  readonly id: string;
  readonly title: string;
  readonly predicates: readonly { readonly predicate: string; readonly title: string; readonly count: number }[];
  readonly counts: Readonly<Partial<Record<ClaimStatus, number>>>;
  /** Claims that stand. */
  readonly total: number;
}

/** In the order in which people look for them. */
const titles: Readonly<Record<string, string>> = {
  person: "Who you are",
  place: "Places",
  family: "Family",
  relationship: "People",
  work: "Work",
  education: "Education",
  schedule: "Habits and routines",
  event: "Events",
  date: "Days to remember",
  travel: "Travel",
  preference: "Likes and dislikes",
  goal: "Plans and goals",
  health: "Health",
  trait: "Character",
  possession: "Possessions",
  finance: "Money",
  contact: "Contact",
  belief: "Beliefs",
};

/** Topics that have claims, those that the registry knows first. Claims without words have none. */
export function topicsOf(counts: readonly ClaimCount[]): Topic[] {
  const order = Object.keys(titles);
  const rank = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  const groups = Map.groupBy(
    counts.filter(({ predicate }) => predicate !== ""),
    ({ predicate }) => topicIdOf(predicate),
  );
  return [...groups]
    .map(([id, rows]) => topicFrom(id, rows))
    .sort((left, right) => rank(left.id) - rank(right.id) || (left.id < right.id ? -1 : 1));
}

/** The topic that a predicate belongs to. */
export function topicIdOf(predicate: string): string {
  return predicate.split(".", 1)[0] ?? "";
}

/** A predicate for people: `place.home` is `Home`. */
export function predicateTitle(predicate: string): string {
  const words = oneLine((predicate.split(".").slice(1).join(" ") || predicate).replaceAll("_", " "), 60);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function topicFrom(id: string, rows: readonly ClaimCount[]): Topic {
  const counts: Partial<Record<ClaimStatus, number>> = {};
  const standing = new Map<string, number>();
  for (const { predicate, status, count } of rows) {
    counts[status] = (counts[status] ?? 0) + count;
    const stands = status === "active" || status === "superseded";
    standing.set(predicate, (standing.get(predicate) ?? 0) + (stands ? count : 0));
  }
  const predicates = [...standing].map(([predicate, count]) => ({ predicate, title: predicateTitle(predicate), count }));
  return {
    id,
    title: Object.hasOwn(titles, id) ? (titles[id] as string) : oneLine(id.charAt(0).toUpperCase() + id.slice(1), 60),
    predicates: predicates.sort((left, right) => right.count - left.count || (left.predicate < right.predicate ? -1 : 1)),
    counts,
    total: (counts.active ?? 0) + (counts.superseded ?? 0),
  };
}
