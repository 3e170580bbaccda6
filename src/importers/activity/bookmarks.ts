import { decodeText } from "../decode-text.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { sourceInstant } from "../location/source-instant.ts";
import { decodeEntities } from "../mail/html-entities.ts";
import { attributeOf, type HtmlTag, tagAt } from "../mail/html-tags.ts";
import { type Activity, ActivityDrafts } from "./activity-drafts.ts";

/** Bookmarks as every browser exports them (Netscape's HTML): an item for each, with the folders it lies in. */
export const bookmarks: Importer = { name: "bookmarks", version: "1", title: "browser bookmarks", recognises, read };

const depthMax = 64;

/** UTF-16 units of a title or note that are read. */
const wordsMax = 8_192;

function recognises(file: SourceFile): boolean {
  return /^\s*<!DOCTYPE NETSCAPE-Bookmark-file/i.test(decodeText(file.bytes.subarray(0, 1_024)).text);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const drafts = new ActivityDrafts(bookmarks, file);
  const html = decodeText(file.bytes).text;
  const reader = new BookmarkReader(html, drafts);
  for (let open = html.indexOf("<"); open !== -1; ) {
    const tag = tagAt(html, open);
    if (tag !== null) yield* reader.add(tag, open);
    open = html.indexOf("<", tag?.end ?? open + 1);
  }
  yield* reader.end();
  yield* drafts.end();
}

class BookmarkReader {
  readonly #html: string;
  readonly #drafts: ActivityDrafts;
  readonly #folders: string[] = [];
  /** The name of the folder whose list comes next. */
  #next = "";
  /** The last bookmark: its note may follow. */
  #last: { readonly activity: Activity; readonly position: string } | undefined;
  #line = 1;
  #nextBreak: number;

  constructor(html: string, drafts: ActivityDrafts) {
    this.#html = html;
    this.#drafts = drafts;
    this.#nextBreak = html.indexOf("\n");
  }

  *add(tag: HtmlTag, open: number): Generator<ImportItem> {
    if (tag.name === "dd" && !tag.isEnd && this.#last !== undefined) {
      const { activity, position } = this.#last;
      this.#last = { activity: { ...activity, more: { ...activity.more, note: this.#wordsAt(tag.end) } }, position };
      return;
    }
    if (tag.name === "h3" || tag.name === "dl" || (tag.name === "a" && !tag.isEnd)) yield* this.#give();
    if (tag.name === "h3" && !tag.isEnd) this.#next = this.#wordsAt(tag.end);
    else if (tag.name === "dl" && tag.isEnd) this.#folders.pop();
    else if (tag.name === "dl") this.#enter(open);
    else if (tag.name === "a" && !tag.isEnd) this.#bookmark(tag, this.#positionOf(open));
  }

  *end(): Generator<ImportItem> {
    yield* this.#give();
    if (this.#folders.length > 0) this.#drafts.problems.add("", "a folder has no end: the file may be cut short");
  }

  *#give(): Generator<ImportItem> {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) yield* this.#drafts.add(last.activity, last.position);
  }

  #enter(open: number): void {
    if (this.#folders.length >= depthMax)
      this.#drafts.problems.add(this.#positionOf(open), `folders stand more than ${depthMax} deep: this one is left out`);
    else this.#folders.push(this.#next);
    this.#next = "";
  }

  #bookmark(tag: HtmlTag, position: string): void {
    const url = attributeOf(tag, "href");
    const isWhole = this.#html[tag.end - 1] === ">";
    if (url === undefined || !isWhole) {
      this.#drafts.problems.add(position, isWhole ? "the bookmark has no address: left out" : "the file ends inside a bookmark: left out");
      return;
    }
    // What the browser fills by itself.
    if (/^place:/i.test(url)) return;
    const tags = (attributeOf(tag, "tags") ?? "").split(",").map((word) => word.trim());
    const time = sourceInstant(attributeOf(tag, "add_date")) ?? undefined;
    const more = { folders: this.#folders.filter(Boolean), tags: tags.filter(Boolean) };
    this.#last = { activity: { kind: "bookmark", title: this.#wordsAt(tag.end) || url, url, time, more, externalId: url }, position };
  }

  /** The words up to the next tag. */
  #wordsAt(start: number): string {
    const end = this.#html.indexOf("<", start);
    return decodeEntities(this.#html.slice(start, Math.min(end === -1 ? this.#html.length : end, start + wordsMax)))
      .replace(/\s+/g, " ")
      .trim();
  }

  #positionOf(place: number): string {
    while (this.#nextBreak !== -1 && this.#nextBreak < place) {
      this.#line += 1;
      this.#nextBreak = this.#html.indexOf("\n", this.#nextBreak + 1);
    }
    return `line ${this.#line}`;
  }
}
