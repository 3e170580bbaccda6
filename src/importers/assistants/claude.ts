import type { Json, JsonObject } from "../../core/ports.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, SourceFile } from "../importer.ts";
import { fewProblems } from "../messages/few-problems.ts";
import { ItemNames, wordsHash } from "../messages/item-names.ts";
import { listOf, objectOf, textOf, withValues } from "../messages/json-fields.ts";
import { placeInJson, positionInJson, problemInJson } from "../messages/json-place.ts";
import { jsonShape } from "../messages/json-shape.ts";
import { type JsonPath, jsonEntries } from "../messages/json-slices.ts";
import { isoInstant } from "./iso-instant.ts";
import { withoutOwnWords } from "./own-words.ts";

/**
 * Claude's export: `conversations.json` with an item for each thing that was said, `memories.json` with what Claude has noted, and
 * `projects.json` with what the person told it for each project.
 */
export const claude: Importer = { name: "claude", version: "1", title: "Claude conversations", recognises, read };

const assistant = "Claude";

/** The member that tells what the entries of the list are. */
const marks = ["chat_messages", "conversations_memory", "project_memories", "prompt_template"];

function recognises({ bytes }: SourceFile): boolean {
  const shape = jsonShape(bytes);
  return marks.some((mark) => shape.has(`*/${mark}`)) || (shape.has("prompt_template") && shape.has("uuid"));
}

function read(file: SourceFile): Iterable<ImportItem> {
  return fewProblems(itemsOf(file));
}

/** What an entry of a file gives: the item's parts that differ. */
interface Said {
  readonly path: JsonPath;
  readonly kind: string;
  readonly name: readonly string[];
  readonly at: number | undefined;
  readonly content: Record<string, Json>;
}

function* itemsOf(file: SourceFile): Generator<ImportItem> {
  const names = new ItemNames();
  // A project of newer exports is a file of its own: one object, not a list.
  const isList = ![...jsonShape(file.bytes)].some((member) => !member.startsWith("*"));
  const entries = jsonEntries(file.bytes, ({ length }) => (isList && length === 0 ? "enter" : "take"));
  for (const { path, value, reason } of entries) {
    if (reason !== undefined) yield { problem: problemInJson(path, reason) };
    else {
      const said = saidIn(objectOf(value), path);
      if (said === null) yield { problem: problemInJson(path, "neither a conversation, a memory nor a project: left out") };
      for (const one of said ?? []) {
        const name = names.told(one.content, ...one.name);
        if (name !== undefined) yield* fitDraft(draftOf(one, name, file), positionInJson(one.path));
      }
    }
  }
}

function draftOf({ path, kind, at, content }: Said, name: string, file: SourceFile): EvidenceDraft {
  return {
    source: { adapter: claude.name, version: claude.version, uri: placeInJson(file.name, path), sha256: file.sha256 },
    external_id: name,
    kind,
    ...(at === undefined ? {} : { observed_at: at }),
    content,
  };
}

function saidIn(entry: JsonObject, path: JsonPath): Said[] | null {
  if (entry["chat_messages"] !== undefined) return conversationOf(entry, path);
  if (entry["conversations_memory"] !== undefined || entry["project_memories"] !== undefined) return memoriesOf(entry, path);
  return entry["uuid"] !== undefined && entry["name"] !== undefined ? projectOf(entry, path) : null;
}

function conversationOf(conversation: JsonObject, at: JsonPath): Said[] {
  const title = textOf(conversation["name"]);
  const id = textOf(conversation["uuid"]) ?? wordsHash(`${title} ${conversation["created_at"]}`);
  return listOf(conversation["chat_messages"]).flatMap((value, index) => {
    const message = objectOf(value);
    const role = message["sender"] === "human" ? "user" : message["sender"] === "assistant" ? "assistant" : undefined;
    const content = role === undefined ? null : turnOf(message, role, title);
    if (content === null) return [];
    const name = textOf(message["uuid"]) ?? `${index}/${wordsHash(String(content["text"]))}`;
    const path = [...at, "chat_messages", index];
    return { path, kind: "chat_message", name: [id, name], at: isoInstant(textOf(message["created_at"])), content };
  });
}

function turnOf(message: JsonObject, role: string, title: string | undefined): Record<string, Json> | null {
  const attachments = [...listOf(message["attachments"]), ...listOf(message["files"])].map((file) =>
    withValues({ name: textOf(objectOf(file)["file_name"]), type: textOf(objectOf(file)["file_type"]) }),
  );
  // A long text that was pasted becomes an attachment.
  const pasted = listOf(message["attachments"]).flatMap((file) => textOf(objectOf(file)["extracted_content"]) ?? []);
  const text = withoutOwnWords(textIn(message));
  const pastedText = withoutOwnWords(pasted.join("\n\n"));
  if (text === "" && pastedText === "" && (attachments.length === 0 || pasted.length > 0)) return null;
  return withValues({
    assistant,
    conversation: title,
    role,
    said_by: role === "assistant" ? "assistant" : undefined,
    text,
    attachments,
    pasted: textOf(pastedText),
  });
}

/** The message's blocks of text, without thoughts and tools; in old exports only `text` tells it. */
function textIn(message: JsonObject): string {
  const blocks = listOf(message["content"]).flatMap((block) => {
    const { type, text } = objectOf(block);
    return type === "text" ? (textOf(text) ?? []) : [];
  });
  return blocks.length > 0 ? blocks.join("\n\n") : (textOf(message["text"]) ?? "");
}

/** What Claude has noted of all conversations, and of each project's. */
function memoriesOf(entry: JsonObject, at: JsonPath): Said[] {
  const account = textOf(entry["account_uuid"]) ?? "";
  const noted = (member: readonly string[], value: Json | undefined, project?: string): Said[] => {
    const text = withoutOwnWords(textOf(value) ?? "");
    if (text === "") return [];
    const content = withValues({ noted_by: assistant, project_id: project, text });
    return [{ path: [...at, ...member], kind: "memory", name: ["memory", account, project ?? ""], at: undefined, content }];
  };
  const projects = Object.entries(objectOf(entry["project_memories"]));
  return [
    ...noted(["conversations_memory"], entry["conversations_memory"]),
    ...projects.flatMap(([project, value]) => noted(["project_memories", project], value, project)),
  ];
}

/** The project with what it tells Claude, and each document that was put into it. */
function projectOf(project: JsonObject, at: JsonPath): Said[] {
  // Claude makes one of its own for everybody.
  if (project["is_starter_project"] === true) return [];
  const id = textOf(project["uuid"]) ?? "";
  const name = textOf(project["name"]);
  const text = withoutOwnWords(textOf(project["prompt_template"]) ?? "");
  const content = withValues({ assistant, name, description: textOf(project["description"]), text });
  const own: Said = { path: at, kind: "chat_project", name: ["project", id], at: isoInstant(textOf(project["created_at"])), content };
  const documents = listOf(project["docs"]).flatMap((value, index): Said[] => {
    const document = objectOf(value);
    const words = withoutOwnWords(textOf(document["content"]) ?? "");
    if (words === "") return [];
    const told = withValues({ assistant, project: name, name: textOf(document["filename"]), text: words });
    const key = textOf(document["uuid"]) ?? wordsHash(words);
    const when = isoInstant(textOf(document["created_at"]));
    return [{ path: [...at, "docs", index], kind: "chat_document", name: ["document", id, key], at: when, content: told }];
  });
  return [own, ...documents];
}
