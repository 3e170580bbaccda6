import { decodeWords } from "postal-mime";
import { fieldOf } from "./head.ts";
import { htmlText } from "./html-text.ts";
import { type Part, type PartBudget, partBytes, partText, readPart } from "./parts.ts";

/** What a message holds besides its head. */
export interface Body {
  readonly text: string;
  /** True when a plain part said it, so that HTML which says the same is not needed. */
  readonly isPlain: boolean;
  readonly attachments: readonly Attachment[];
}

export interface Attachment {
  readonly name?: string;
  readonly type: string;
  /** Bytes, decoded. */
  readonly size: number;
}

/** Messages inside messages that are read; deeper ones are only named. */
const messagesDeep = 3;

/** UTF-16 units of text that are gathered: some times what an item can hold. */
const textMax = 256 * 1024;

const nothing: Body = { text: "", isPlain: false, attachments: [] };

export function bodyOf(part: Part, budget: PartBudget, messageDepth = 0): Body {
  if (part.parts.length > 0) return multipartBody(part, budget, messageDepth);
  if (part.type.startsWith("multipart/")) return undividedBody(part, budget);
  if (part.type === "message/rfc822" && part.disposition !== "attachment") return forwardedBody(part, budget, messageDepth);
  const isText = part.type === "text/plain" || part.type === "text/html";
  if (!isText || part.disposition === "attachment") return { ...nothing, attachments: [attachmentOf(part)] };
  const text = tidy(part.type === "text/html" ? htmlText(partText(part)) : partText(part));
  const attachments = part.fileName === undefined ? [] : [attachmentOf(part)];
  return { text, isPlain: part.type === "text/plain" && text !== "", attachments };
}

function multipartBody(part: Part, budget: PartBudget, messageDepth: number): Body {
  // The message that a report is about is its evidence, not what it says.
  const isReport = part.type === "multipart/report";
  const isForwarded = (inner: Part) => isReport && /^(?:message\/rfc822|text\/rfc822-headers)$/.test(inner.type);
  const bodies = part.parts.map((inner) =>
    isForwarded(inner) ? { ...nothing, attachments: [attachmentOf(inner)] } : bodyOf(inner, budget, messageDepth),
  );
  const attachments = bodies.flatMap((body) => body.attachments);
  if (part.type !== "multipart/alternative") {
    const told = bodies.filter((body) => body.text !== "");
    return { text: joined(told.map((body) => body.text)), isPlain: told.some((body) => body.isPlain), attachments };
  }
  const best = bodies.find((body) => body.isPlain) ?? bodies.findLast((body) => body.text !== "") ?? nothing;
  return { text: best.text, isPlain: best.isPlain, attachments };
}

/** A multipart whose boundary is nowhere: what it holds is read as one text, with whatever stands in it. */
function undividedBody(part: Part, budget: PartBudget): Body {
  const text = tidy(partText(part));
  if (text !== "") budget.losses.add("its parts can't be told apart: they are kept as one text");
  return { ...nothing, text, isPlain: text !== "" };
}

/** A message that stands in another as a part: its head's words and its text, and all its attachments. */
function forwardedBody(part: Part, budget: PartBudget, messageDepth: number): Body {
  const bytes = partBytes(part);
  if (messageDepth >= messagesDeep || budget.partsLeft <= 0) return { ...nothing, attachments: [attachmentOf(part)] };
  const inner = readPart(bytes, budget);
  const body = bodyOf(inner, budget, messageDepth + 1);
  const words = ["From", "Date", "Subject"].flatMap((name) => {
    const value = fieldOf(inner.head, name.toLowerCase());
    return value === undefined ? [] : `${name}: ${decodeWords(value.slice(0, 2_048))}`;
  });
  const own = attachmentOf(part);
  const subject = fieldOf(inner.head, "subject");
  const named = own.name === undefined && subject !== undefined ? { ...own, name: decodeWords(subject.slice(0, 2_048)) } : own;
  return { text: joined([words.join("\n"), body.text]), isPlain: body.isPlain, attachments: [named, ...body.attachments] };
}

function attachmentOf(part: Part): Attachment {
  return { ...(part.fileName ? { name: part.fileName } : {}), type: part.type, size: partBytes(part).length };
}

function joined(texts: readonly string[]): string {
  return texts.filter(Boolean).join("\n\n").slice(0, textMax);
}

function tidy(text: string): string {
  return text.slice(0, textMax).replace(/\r\n?/g, "\n").trim();
}
