import type { Oneself, SeenEvidence } from "../deriver.ts";
import { atWork, kin, kindOf, kindPattern, nearest } from "../text/kinship.ts";
import { namePattern, personName, withoutTitle } from "../text/names.ts";
import { mentions, ownSentences } from "../text/own-words.ts";

/** Somebody called what they are to the person. */
export interface Kinship {
  readonly name: string;
  readonly kind: string;
  /** In the words used: `eldest son`. */
  readonly told: string;
}

/** `my wife Anna`, `my son, Leo`, `my sister is called Ida` */
const before = new RegExp(`\\b(?:[Mm]y|[Oo]ur) (?<kind>${kindPattern})(?: (?:is )?(?:named|called)|,)? (?<name>${namePattern})`, "gu");
/** `Anna, my wife`, `Anna is my wife`, `Anna (my wife)` */
const after = new RegExp(`(?<name>${namePattern})(?:,| is| \\(|, who is) ?[Mm]y (?<kind>${kindPattern})(?=\\s*(?:[.,;:!)]|$))`, "gu");
/** `colleague Ben Miller`, `with wife Anna`: without a possessive before it. */
const bare = new RegExp(
  `(?<![’']s )(?<!\\b(?:his|her|their|your|whose|its|the|an?) )\\b(?<kind>${kindPattern}) (?<name>${namePattern})`,
  "gu",
);
/** A quick look for any word of kinship. */
const related = new RegExp(`\\b(?:${kindPattern})\\b`, "u");
/** `my wife and`, `our three daughters` */
const unnamed = new RegExp(`\\b(?:[Mm]y|[Oo]ur) (?<kind>${kindPattern})\\b`, "gu");

/** Who is called what in one item, by name. */
export function kinshipsIn(item: SeenEvidence, self: Oneself): Kinship[] {
  const found = new Map<string, Kinship>();
  for (const sentence of ownSentences(item, self)) {
    if (!related.test(sentence)) continue;
    for (const pattern of [before, after, bare]) {
      for (const { groups } of sentence.matchAll(pattern)) {
        const name = withoutTitle(personName(groups?.["name"] ?? ""));
        const kind = kindOf(groups?.["kind"] ?? "");
        if (name === "" || kind === null || self.names.has(name.toLowerCase())) continue;
        // Bare words of kinship are forms of address as well: `uncle Bob`.
        if (pattern === bare && kin.has(kind) && !nearest.has(kind)) continue;
        if (pattern === bare && (kind === "brother" || kind === "sister")) continue;
        found.set(`${kind} ${name}`, { name, kind, told: (groups?.["kind"] ?? kind).toLowerCase() });
      }
    }
  }
  return [...found.values()];
}

/** Kinds of near relations that the person says they have, named or not. */
export function relationsSaid(item: SeenEvidence, self: Oneself): Set<string> {
  const found = new Set<string>();
  if (!mentions(item, self, ["my ", "our "])) return found;
  for (const sentence of ownSentences(item, self)) {
    for (const { groups } of sentence.matchAll(unnamed)) {
      const kind = kindOf(groups?.["kind"] ?? "");
      if (kind !== null && nearest.has(kind) && !/\b(?:ex|late|former)\b/u.test(groups?.["kind"] ?? "")) found.add(kind);
    }
  }
  return found;
}

/** `Ben Miller (colleague)`, `Colleague Ben Miller`: how people name entries of their address book. */
export function labelledKind(label: string): Kinship | null {
  const marked = /^(?<name>[^()]{2,60})\s*\((?<kind>[^()]{2,40})\)$/u.exec(label.trim());
  const kind = marked === null ? null : kindOf(marked.groups?.["kind"] ?? "");
  if (marked !== null && kind !== null)
    return { name: (marked.groups?.["name"] ?? "").trim(), kind, told: (marked.groups?.["kind"] ?? "").trim().toLowerCase() };
  const [first = "", ...rest] = label.trim().split(/\s+/u);
  const prefix = kindOf(first);
  const name = rest.join(" ");
  if (prefix === null || rest.length === 0 || rest.length > 3 || !/^\p{Lu}/u.test(name)) return null;
  // `Uncle Bob`, `Master Yi`, `Doctor Who`: forms of address, not relations.
  return atWork.has(prefix) && !/^(?:master|manager|boss)$/iu.test(first) ? { name, kind: prefix, told: first.toLowerCase() } : null;
}
