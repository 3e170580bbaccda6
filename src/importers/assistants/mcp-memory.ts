import type { Json, JsonObject } from "../../core/ports.ts";
import { decodeText } from "../decode-text.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { ItemNames, wordsHash } from "../messages/item-names.ts";
import { listOf, objectOf, textOf, withValues } from "../messages/json-fields.ts";
import { jsonShape } from "../messages/json-shape.ts";
import { textLines } from "../messages/text-lines.ts";
import { placeOf } from "../place.ts";
import { withoutOwnWords } from "./own-words.ts";

/** The file of the MCP memory server: an item for each observation of an entity, and for each relation between two. */
export const mcpMemory: Importer = { name: "mcp-memory", version: "1", title: "MCP memory server", recognises, read };

const notedBy = "MCP memory server";

/** No line is longer that the server wrote. */
const lineMax = 16 * 1024 * 1024;

function recognises({ bytes }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  return shape.has("type") && ((shape.has("entityType") && shape.has("observations")) || (shape.has("relationType") && shape.has("from")));
}

function* read(file: SourceFile): Generator<ImportItem> {
  const names = new ItemNames();
  let strange: { readonly first: number; readonly lines: number } | undefined;
  for (const { line: text, number: line } of textLines(decodeText(file.bytes).text)) {
    if (text.trim() === "") continue;
    const memories = memoriesIn(text);
    if (memories === null) {
      strange = { first: strange?.first ?? line, lines: (strange?.lines ?? 0) + 1 };
      continue;
    }
    for (const memory of memories) yield* itemOf(memory, line, file, names);
  }
  if (strange !== undefined)
    yield {
      problem: { position: `line ${strange.first}`, reason: `${strange.lines} lines that are neither an entity nor a relation: left out` },
    };
}

function* itemOf({ content, name }: Memory, line: number, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  const externalId = names.told(content, ...name);
  if (externalId === undefined) return;
  const uri = placeOf(file.name, { from: line, to: line });
  const source: EvidenceDraft["source"] = { adapter: mcpMemory.name, version: mcpMemory.version, uri, sha256: file.sha256 };
  yield* fitDraft({ source, external_id: externalId, kind: "memory", content }, `line ${line}`);
}

interface Memory {
  readonly content: Record<string, Json>;
  readonly name: readonly string[];
}

/** Null when the line holds neither an entity nor a relation. */
function memoriesIn(line: string): Memory[] | null {
  const entry = objectOf(parsed(line));
  if (entry["type"] === "entity" && textOf(entry["name"]) !== undefined) return entityMemories(entry);
  if (entry["type"] === "relation") return relationMemory(entry);
  return null;
}

function parsed(line: string): Json | undefined {
  if (line.length > lineMax) return undefined;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

/** An entity of which nothing was observed is still known to be there. */
function entityMemories(entry: JsonObject): Memory[] {
  const about = textOf(entry["name"]) ?? "";
  const type = textOf(entry["entityType"]);
  const observations = listOf(entry["observations"]).flatMap((value) => textOf(value) ?? []);
  const told = { noted_by: notedBy, about, about_type: type };
  if (observations.length === 0) return [{ content: withValues({ ...told, text: about }), name: ["entity", about] }];
  return observations.flatMap((observation) => {
    const text = withoutOwnWords(observation);
    return text === "" ? [] : [{ content: withValues({ ...told, text }), name: ["entity", about, wordsHash(observation)] }];
  });
}

function relationMemory(entry: JsonObject): Memory[] | null {
  const [from, type, to] = [textOf(entry["from"]), textOf(entry["relationType"]), textOf(entry["to"])];
  if (from === undefined || type === undefined || to === undefined) return null;
  const text = `${from} ${type} ${to}`;
  return [
    {
      content: { noted_by: notedBy, about: from, relation: type, to, text },
      name: ["relation", wordsHash(JSON.stringify([from, type, to]))],
    },
  ];
}
