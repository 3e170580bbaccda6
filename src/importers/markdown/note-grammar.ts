import MarkdownIt, { type MarkdownIt as Grammar, type StateInline } from "markdown-it";

/** `[[target#heading|alias]]` or, embedded, `![[target]]`. */
export interface WikiLink {
  readonly target: string;
  readonly heading?: string;
  readonly alias?: string;
  readonly embed?: true;
}

/** CommonMark with tables and bare links, and two tokens more: `wikilink` (meta: a WikiLink) and `tag` (content: its name). */
export const noteGrammar: Grammar = new MarkdownIt({ html: true, linkify: true });

noteGrammar.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false }).add("//", null);
// Logseq indents whole outlines with tabs: far more notes hold those than code that is marked by its indent alone.
noteGrammar.disable("code");
// Addresses stay as they were written.
noteGrammar.normalizeLink = (url) => url;
noteGrammar.normalizeLinkText = (url) => url;
noteGrammar.inline.ruler.before("link", "wikilink", wikilink);
noteGrammar.inline.ruler.before("link", "tag", tag);

const wikilinkHere = /(!?)\[\[([^[\]\n]+)\]\]/y;

function wikilink(state: StateInline, silent: boolean): boolean {
  wikilinkHere.lastIndex = state.pos;
  const match = wikilinkHere.exec(state.src);
  if (match === null) return false;
  if (!silent) state.push("wikilink", "", 0).meta = { ...parseWikiLink(match[2] ?? "", match[1] === "!") };
  state.pos += match[0].length;
  return true;
}

/** Reads what stands between the brackets. In a table the bar is escaped. */
export function parseWikiLink(inside: string, embed: boolean): WikiLink {
  const [address = "", ...alias] = inside.split(/\\?\|/);
  const [target = "", ...heading] = address.split("#");
  return {
    target: target.trim(),
    ...(heading.length > 0 ? { heading: heading.join("#").trim() } : {}),
    ...(alias.length > 0 ? { alias: alias.join("|").trim() } : {}),
    ...(embed ? { embed } : {}),
  };
}

/** As Obsidian reads it: after a blank, not of digits alone; and Logseq's `#[[two words]]`. */
const tagHere = /#(?:\[\[([^[\]\n]+)\]\]|((?=[\d/]*[^\d\s/])[\p{L}\p{N}\p{M}\p{Extended_Pictographic}_/-]+))/uy;

function tag(state: StateInline, silent: boolean): boolean {
  const { pos, src } = state;
  if (src[pos] !== "#" || (pos > 0 && !/\s/.test(src[pos - 1] ?? ""))) return false;
  tagHere.lastIndex = pos;
  const match = tagHere.exec(src);
  if (match === null) return false;
  if (!silent) state.push("tag", "", 0).content = (match[1] ?? match[2] ?? "").trim();
  state.pos += match[0].length;
  return true;
}
