import { decodeEntities } from "./html-entities.ts";
import { tagAt } from "./html-tags.ts";

/** Tags whose content is not shown. */
const unseen: ReadonlySet<string> = new Set(["script", "style", "head", "title", "template", "svg", "noscript", "object"]);

/** Tags that stand on lines of their own. */
const blocks: ReadonlySet<string> = new Set(
  "address article blockquote body br center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tr ul".split(
    " ",
  ),
);

/** Tags that leave an empty line before and after them. */
const paragraphs: ReadonlySet<string> = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"]);

/** UTF-16 units of HTML that are read: many times what an item can hold. */
const htmlMax = 4 * 1024 * 1024;

/** The words that a reader sees: no tags, no scripts, lines where blocks begin and end. One pass, whatever the HTML is. */
export function htmlText(source: string): string {
  const html = source.slice(0, htmlMax);
  const writer = new LineWriter();
  const endless = new Set<string>();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    writer.words(html.slice(at, open === -1 ? html.length : open));
    if (open === -1) break;
    at = afterMarkup(html, open, writer, endless);
  }
  return writer.text();
}

/** Steps over what begins with `<`, and tells the writer what it means. `endless` gathers the names that no longer end anywhere. */
function afterMarkup(html: string, open: number, writer: LineWriter, endless: Set<string>): number {
  if (html.startsWith("<!--", open)) return endOf(html, "-->", open + 4);
  const tag = tagAt(html, open);
  if (tag === null) {
    if (/[!?/]/.test(html[open + 1] ?? "")) return endOf(html, ">", open + 1);
    writer.words("<");
    return open + 1;
  }
  const { name, isEnd, end: close } = tag;
  if (!isEnd && unseen.has(name) && !endless.has(name) && !tag.inside.endsWith("/")) {
    const end = indexOfEnd(html, name, close);
    if (end !== -1) return end;
    // A head or a script that isn't closed would swallow the whole message.
    endless.add(name);
  }
  if (name === "td" || name === "th") writer.words(" ");
  if (name === "li" && !isEnd) writer.item();
  else if (blocks.has(name)) writer.line(paragraphs.has(name));
  return close;
}

function endOf(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at === -1 ? html.length : at + mark.length;
}

/** Where `</name>` ends; -1 when it doesn't. */
function indexOfEnd(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}[^<>]{0,100}>`, "gi");
  pattern.lastIndex = from;
  const match = pattern.exec(html);
  return match === null ? -1 : match.index + match[0].length;
}

/** Puts words into lines as a browser would: blanks together, no empty lines but between paragraphs. */
class LineWriter {
  readonly #lines: string[] = [];
  #words: string[] = [];

  words(source: string): void {
    if (source !== "") this.#words.push(source);
  }

  item(): void {
    this.line(false);
    this.#words.push("* ");
  }

  line(isParagraph: boolean): void {
    const text = this.#take();
    if (text !== "") this.#lines.push(text);
    if (isParagraph && this.#lines.at(-1) !== "") this.#lines.push("");
  }

  text(): string {
    this.line(false);
    return this.#lines.join("\n").trim();
  }

  #take(): string {
    const text = decodeEntities(this.#words.join(""))
      .replace(/[ \t\r\n\f\u00a0]+/g, " ")
      .trim();
    this.#words = [];
    return text;
  }
}
