import type { Json } from "../../core/ports.ts";
import { blankOwnWords } from "../assistants/own-words.ts";
import { decodeText } from "../decode-text.ts";
import { draftBytes, fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { jsonBytes, unitsWithin } from "../json-size.ts";
import { type LineRange, placeOf } from "../place.ts";
import { indexAtMost } from "../sorted.ts";
import { wellFormed } from "../well-formed.ts";
import { type Feature, featuresOf } from "./features.ts";
import { type SplitNote, splitFrontMatter } from "./front-matter.ts";
import { noteDate } from "./note-date.ts";
import { outlineOf, pageProperties } from "./outline.ts";
import { partsOf } from "./parts.ts";

/**
 * Markdown notes, also of Obsidian and Logseq: an item for each note, named by its place in the collection. A note that is too long for
 * one item becomes parts `name`, `name#2`, … whose texts together are the note's.
 */
export const markdown: Importer = { name: "markdown", version: "1", title: "Markdown notes", recognises, read };

/** The outline is made of no more than this (in UTF-16 units): a text made to be slow takes seconds even so. */
const outlineMax = 256 * 1024;

const titleBytes = 1_024;

function recognises(file: SourceFile): boolean {
  return /\.(?:md|markdown)$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const { text, encoding } = decodeText(file.bytes);
  const split = splitFrontMatter(wellFormed(text));
  // Before it is cut into parts: a mark in one part reaches into the next.
  const note = { ...split, body: blankOwnWords(split.body) };
  if (note.problem !== undefined) yield problem(`line ${note.problem.line}`, note.problem.reason);
  const outlined = outlineEnd(note.body);
  if (outlined < note.body.length)
    yield problem("", `very long: its outline covers the first ${outlined} of ${note.body.length} characters`);
  const features = featuresOf(note.body.slice(0, outlined));
  const whole = { ...wholeNote(file, note, features), ...(encoding === "utf-8" ? {} : { encoding }) };
  const drafts = draftsOf(file, note, features, whole);
  for (const { draft, line } of drafts) yield* fitDraft(draft, `line ${line}`, ["text"]);
}

/** Where a line ends that is within the measure. */
function outlineEnd(text: string): number {
  return text.length <= outlineMax ? text.length : text.lastIndexOf("\n", outlineMax - 1) + 1 || outlineMax;
}

function problem(position: string, reason: string): ImportItem {
  return { problem: { position, reason } };
}

/** What the note as a whole says of itself; its first part has all of it. */
function wholeNote(file: SourceFile, note: SplitNote, features: readonly Feature[]): Record<string, Json> {
  const baseName = wellFormed(file.name.split("/").at(-1) ?? "").replace(/\.[^.]+$/, "");
  const blank = note.body.slice(0, Math.max(0, note.body.search(/\S/)));
  const properties = pageProperties(features, lineStarts(blank).length - 1);
  const date = noteDate(note.fields, baseName);
  return {
    title: shortTitle(titleOf(note, properties, features) ?? baseName),
    ...(note.fields !== undefined && Object.keys(note.fields).length > 0 ? { front_matter: note.fields } : {}),
    ...(note.plain === undefined ? {} : { front_matter_text: note.plain }),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(date === undefined ? {} : { date: { ...date } }),
  };
}

function titleOf(note: SplitNote, properties: Record<string, Json>, features: readonly Feature[]): string | undefined {
  const field = note.fields?.["title"];
  const told = typeof field === "string" || typeof field === "number" ? String(field).trim() : "";
  const property = String(properties["title"] ?? "").trim();
  const heading = features.find((one) => one.kind === "heading" && one.text !== "");
  return told || property || (heading?.kind === "heading" ? heading.text : undefined);
}

/** A heading can be as long as a note; all of it stands in the text. */
function shortTitle(title: string): string {
  return title.slice(0, unitsWithin(title, titleBytes));
}

interface PlacedDraft {
  readonly draft: EvidenceDraft;
  readonly line: number;
}

function draftsOf(file: SourceFile, note: SplitNote, features: readonly Feature[], whole: Record<string, Json>): PlacedDraft[] {
  const content = { ...whole, text: note.body, ...outlineOf(features, note.fields) };
  const single = draftOf(file, content, wellFormed(file.name), undefined);
  if (jsonBytes(single as unknown as Record<string, Json>) <= draftBytes) return [{ draft: single, line: 1 }];

  const lines = lineStarts(note.body);
  const offsets = (kind: Feature["kind"]) => features.filter((one) => one.kind === kind).map((one) => lines[one.line] ?? 0);
  const bare = draftOf(file, { ...whole, ...outlineOf([], note.fields) }, file.name, undefined);
  // A quarter of what is left is for the outline; lists that still don't fit are shortened in the end.
  const room = Math.floor((draftBytes - jsonBytes(bare as unknown as Record<string, Json>)) * 0.75);
  const parts = partsOf(note.body, Math.max(room, 8_192), offsets("heading"), offsets("block"));
  return parts.map(({ start, end }, index) => {
    const range = { from: indexAtMost(lines, start), to: indexAtMost(lines, Math.max(start, end - 1)) };
    const own = features.filter((one) => one.line >= range.from && one.line <= range.to && (lines[one.line] ?? 0) >= start);
    const partContent = {
      ...(index === 0 ? whole : { title: whole["title"] ?? "", ...(whole["date"] === undefined ? {} : { date: whole["date"] }) }),
      text: note.body.slice(start, end),
      ...outlineOf(own, index === 0 ? note.fields : undefined),
      part: index + 1,
      parts: parts.length,
    };
    const from = note.linesBefore + range.from + 1;
    const name = wellFormed(index === 0 ? file.name : `${file.name}#${index + 1}`);
    return { draft: draftOf(file, partContent, name, { from, to: note.linesBefore + range.to + 1 }), line: from };
  });
}

function draftOf(file: SourceFile, content: Record<string, Json>, externalId: string, lines: LineRange | undefined): EvidenceDraft {
  const date = content["date"] as { at: number } | undefined;
  return {
    source: {
      adapter: markdown.name,
      version: markdown.version,
      account: file.collection,
      uri: placeOf(file.name, lines),
      sha256: file.sha256,
    },
    external_id: externalId,
    kind: "note",
    ...(date === undefined ? {} : { observed_at: date.at }),
    content,
  };
}

/** Offsets at which the lines begin, as the parser counts lines. */
function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)];
}
