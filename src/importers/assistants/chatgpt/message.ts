import type { Json, JsonObject } from "../../../core/ports.ts";
import { listOf, objectOf, textOf, withValues } from "../../messages/json-fields.ts";

/** What one message of a conversation is. */
export type ChatPart =
  | { readonly part: "turn"; readonly role: "user" | "assistant"; readonly text: string; readonly attachments: readonly Json[] }
  /** What the person told the assistant about themselves, once for all conversations. */
  | { readonly part: "instructions"; readonly about: string | undefined; readonly wishes: string | undefined }
  /** What the assistant has noted about the person. */
  | { readonly part: "memory"; readonly text: string };

/** Reads the message; null for what neither the person nor the assistant said: tools, thoughts, what was hidden. */
export function readMessage(message: JsonObject): ChatPart | null {
  const content = objectOf(message["content"]);
  const metadata = objectOf(message["metadata"]);
  const type = content["content_type"];
  if (type === "user_editable_context") return instructionsOf(content, objectOf(metadata["user_context_message_data"]));
  if (type === "model_editable_context") {
    const noted = textOf(content["model_set_context"]);
    return noted === undefined ? null : { part: "memory", text: noted };
  }
  const role = objectOf(message["author"])["role"];
  const isTurn = role === "user" || (role === "assistant" && isSpoken(message, type));
  if (!isTurn || metadata["is_visually_hidden_from_conversation"] === true) return null;
  const text = textIn(content);
  const attachments = attachmentsOf(content, metadata);
  return text === "" && attachments.length === 0 ? null : { part: "turn", role, text, attachments };
}

/** An assistant also writes to its tools and to itself. */
function isSpoken(message: JsonObject, type: Json | undefined): boolean {
  const recipient = message["recipient"] ?? "all";
  return recipient === "all" && (type === undefined || type === "text" || type === "multimodal_text");
}

/** The texts among the parts, and what was said aloud. */
function textIn(content: JsonObject): string {
  const parts = listOf(content["parts"]).flatMap((part) => textOf(part) ?? textOf(objectOf(part)["text"]) ?? []);
  return parts.length > 0 ? parts.join("\n") : (textOf(content["text"]) ?? "");
}

function attachmentsOf(content: JsonObject, metadata: JsonObject): Json[] {
  const files = listOf(metadata["attachments"]).map((file) => {
    const { name, mime_type, mimeType } = objectOf(file);
    return withValues({ name: textOf(name), type: textOf(mime_type) ?? textOf(mimeType) });
  });
  if (files.length > 0) return files;
  return listOf(content["parts"]).flatMap((part) =>
    textOf(objectOf(part)["content_type"])?.endsWith("_asset_pointer") ? { type: String(objectOf(part)["content_type"]) } : [],
  );
}

/** The program wraps both texts in instructions of its own; beside them it keeps them as they were written. */
function instructionsOf(content: JsonObject, written: JsonObject): ChatPart | null {
  const about = textOf(written["about_user_message"]) ?? quoted(textOf(content["user_profile"]));
  const wishes = textOf(written["about_model_message"]) ?? quoted(textOf(content["user_instructions"]));
  return about === undefined && wishes === undefined ? null : { part: "instructions", about, wishes };
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/```\n?(.*?)\n?```/s.exec(text)?.[1] ?? text);
}
