import type { Json, JsonObject } from "../../core/ports.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { jsonBytes } from "../json-size.ts";
import { fewProblems } from "../messages/few-problems.ts";
import { ItemNames, wordsHash } from "../messages/item-names.ts";
import { listOf, objectOf, textOf, withValues } from "../messages/json-fields.ts";
import { placeInJson, positionInJson, problemInJson } from "../messages/json-place.ts";
import { jsonShape } from "../messages/json-shape.ts";
import { type JsonPath, jsonEntries } from "../messages/json-slices.ts";
import { isoInstant } from "./iso-instant.ts";
import { withoutOwnWords } from "./own-words.ts";

/** An export of mem0: a list of memories, or an object with one under `results` or `memories`. */
export const mem0: Importer = { name: "mem0", version: "1", title: "mem0 memories", recognises, read };

const lists = new Set<string | number | undefined>(["results", "memories"]);

function recognises({ bytes }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  return ["*", "results/*", "memories/*"].some((entry) => shape.has(`${entry}/memory`) && shape.has(`${entry}/id`));
}

function read(file: SourceFile): Iterable<ImportItem> {
  return fewProblems(itemsOf(file));
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const names = new ItemNames();
  const entries = jsonEntries(file.bytes, (path) => {
    if (path.length === 0 || (path.length === 1 && lists.has(path[0]))) return "enter";
    return typeof path.at(-1) === "number" ? "take" : "pass";
  });
  for (const { path, value, reason } of entries) {
    if (reason !== undefined) yield { problem: problemInJson(path, reason) };
    else yield* itemOf(objectOf(value), path, file, names);
  }
}

function* itemOf(memory: JsonObject, path: JsonPath, file: SourceFile, names: ItemNames): Generator<ImportItem> {
  const said = textOf(memory["memory"]);
  if (said === undefined) {
    yield { problem: problemInJson(path, "no memory: left out") };
    return;
  }
  const text = withoutOwnWords(said);
  if (text === "") return;
  const content = withValues({
    noted_by: "mem0",
    text,
    user: textOf(memory["user_id"]),
    agent: textOf(memory["agent_id"]),
    categories: listOf(memory["categories"]).flatMap((category) => textOf(category) ?? []),
    metadata: metadataOf(memory["metadata"]),
    updated: textOf(memory["updated_at"]),
  });
  const name = names.told(content, textOf(memory["id"]) ?? wordsHash(said));
  if (name === undefined) return;
  const at = isoInstant(textOf(memory["created_at"]));
  const draft: EvidenceDraft = {
    source: { adapter: mem0.name, version: mem0.version, uri: placeInJson(file.name, path), sha256: file.sha256 },
    external_id: name,
    kind: "memory",
    ...(at === undefined ? {} : { observed_at: at }),
    content,
  };
  yield* fitDraft(draft, positionInJson(path));
}

const metadataBytesMax = 8_192;

/** What the program that stored the memory put beside it: kept where it is flat and small. */
function metadataOf(value: Json | undefined): Json | undefined {
  const flat = Object.entries(objectOf(value)).filter(([, one]) => one !== null && typeof one !== "object");
  const metadata = Object.fromEntries(flat);
  return flat.length > 0 && jsonBytes(metadata) <= metadataBytesMax ? metadata : undefined;
}
