import type { Token } from "markdown-it";
import { noteGrammar, type WikiLink } from "./note-grammar.ts";

/** Something in a note's text, with the line (from 0) of the block that it stands in. */
export type Feature = { readonly line: number } & (
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "tag"; readonly name: string }
  | { readonly kind: "wikilink"; readonly link: WikiLink }
  | { readonly kind: "link"; readonly target: string; readonly text: string; readonly embed: boolean }
  | { readonly kind: "task"; readonly state: string; readonly done: boolean; readonly text: string }
  | { readonly kind: "property"; readonly name: string; readonly value: string }
  | { readonly kind: "block" }
);

/** What a note's text holds, in order. `block` marks where a paragraph, list, table, … begins at the top level. */
export function featuresOf(text: string): Feature[] {
  const tokens = noteGrammar.parse(text, {});
  return tokens.flatMap((token, index) => {
    const line = token.map?.[0] ?? 0;
    const begins = token.level === 0 && token.nesting >= 0 && token.map !== null && token.type !== "heading_open";
    if (token.type !== "inline") return begins ? [{ kind: "block", line }] : [];
    const before = tokens[index - 1];
    const own: Feature[] =
      before?.type === "heading_open"
        ? [{ kind: "heading", line, level: Number(before.tag.slice(1)), text: token.content.trim() }]
        : ownLines(token.content, line, tokens[index - 2]?.type === "list_item_open");
    return [...own, ...inlineFeatures(token.children ?? [], line)];
  });
}

const task = /^\s*([-*+]\s+|\d+[.)]\s+)?(?:\[(.)\]|(TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|IN-PROGRESS|CANCELED|CANCELLED))\s+(.*)/u;
const property = /^\s*(?:[-*+]\s+)?([A-Za-z][\w/-]*)::(?:\s+(.*))?$/;

/**
 * What a line says by how it begins: a task (`[x] …`, Logseq's `TODO …`), Logseq's `name:: value`. The first line of a list item
 * comes without its bullet; a list that is indented too deep to be one comes as lines of text with bullets.
 */
function ownLines(content: string, first: number, inList: boolean): Feature[] {
  const found: Feature[] = [];
  for (const [offset, own] of content.split("\n").entries()) {
    const line = first + offset;
    const [, bullet, box, marker, text = ""] = task.exec(own) ?? [];
    const state = box ?? marker;
    const listed = bullet !== undefined || (inList && offset === 0);
    if (state !== undefined && listed) found.push({ kind: "task", line, state, done: /^(?:x|done)$/i.test(state), text: text.trim() });
    const [, name, value = ""] = property.exec(own) ?? [];
    if (name !== undefined) found.push({ kind: "property", line, name: name.toLowerCase(), value: value.trim() });
  }
  return found;
}

function inlineFeatures(children: readonly Token[], line: number): Feature[] {
  const found: Feature[] = [];
  for (const [index, child] of children.entries()) {
    if (child.type === "tag") found.push({ kind: "tag", line, name: child.content });
    else if (child.type === "wikilink") found.push({ kind: "wikilink", line, link: child.meta as unknown as WikiLink });
    else if (child.type === "image") found.push({ kind: "link", line, target: attribute(child, "src"), text: child.content, embed: true });
    else if (child.type === "link_open")
      found.push({ kind: "link", line, target: attribute(child, "href"), text: linkText(children, index), embed: false });
  }
  return found;
}

/** Links don't nest, so the text is what stands before the next end of a link. */
function linkText(children: readonly Token[], open: number): string {
  let text = "";
  for (let at = open + 1; at < children.length && children[at]?.type !== "link_close"; at += 1) text += children[at]?.content ?? "";
  return text;
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}
