import type { Json, JsonObject } from "../../core/ports.ts";
import type { Feature } from "./features.ts";
import { parseWikiLink } from "./note-grammar.ts";

/** The members of a note's content that list what its text holds; those with nothing in them are left out. */
export function outlineOf(features: readonly Feature[], fields: JsonObject | undefined): Record<string, Json> {
  const lists: Readonly<Record<string, readonly Json[]>> = {
    tags: distinct([...fieldTags(fields), ...features.flatMap(tagsOf)]),
    headings: features.flatMap((one) => (one.kind === "heading" ? [{ level: one.level, text: one.text }] : [])),
    wikilinks: distinct([...fieldLinks(fields), ...features.flatMap((one) => (one.kind === "wikilink" ? [{ ...one.link }] : []))]),
    links: distinct(features.flatMap((one) => (one.kind === "link" ? [linkOf(one)] : []))),
    tasks: features.flatMap((one) => (one.kind === "task" ? [{ text: one.text, done: one.done, state: one.state }] : [])),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

/** Logseq's page properties: the `name:: value` lines that the text begins with. */
export function pageProperties(features: readonly Feature[], firstLine: number): Record<string, Json> {
  const found: [string, string][] = [];
  for (const one of features) {
    if (one.kind === "property" && one.line === firstLine + found.length) found.push([one.name, one.value]);
  }
  return Object.fromEntries(found);
}

function tagsOf(feature: Feature): string[] {
  if (feature.kind === "tag") return [feature.name];
  return feature.kind === "property" && feature.name === "tags" ? splitTags(feature.value, /,/) : [];
}

/** Front matter `tags`: a list, or a text that commas or blanks part. */
function fieldTags(fields: JsonObject | undefined): string[] {
  return [fields?.["tags"], fields?.["tag"]].flatMap((value) => {
    if (typeof value === "string") return splitTags(value, /[,\s]+/);
    return Array.isArray(value)
      ? value.flatMap((one) => (typeof one === "string" || typeof one === "number" ? splitTags(String(one), /,/) : []))
      : [];
  });
}

function splitTags(text: string, between: RegExp): string[] {
  return text.split(between).map(bareTag).filter(Boolean);
}

/** `#name`, `[[name]]` and `#[[name]]` are all the tag `name`. */
function bareTag(text: string): string {
  return text
    .trim()
    .replace(/^#/, "")
    .replace(/^\[\[(.*)\]\]$/, "$1")
    .trim();
}

/** Wikilinks that stand in the front matter's texts, as Obsidian follows them. */
function fieldLinks(value: Json | undefined): Json[] {
  if (typeof value === "string")
    return [...value.matchAll(/(!?)\[\[([^[\]\n]+)\]\]/g)].map((match) => ({ ...parseWikiLink(match[2] ?? "", match[1] === "!") }));
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(fieldLinks) : [];
}

function linkOf(link: Extract<Feature, { kind: "link" }>): JsonObject {
  return { target: link.target, text: link.text, ...(link.embed ? { embed: true } : {}) };
}

function distinct<T extends Json>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
