import { decodeText } from "../decode-text.ts";
import type { SourceInstant } from "../location/source-instant.ts";
import { decodeEntities } from "../mail/html-entities.ts";
import { attributeOf, tagAt } from "../mail/html-tags.ts";
import { mailDate } from "../mail/mail-date.ts";
import type { GoogleRecord } from "./google-record.ts";

/** What begins each record on the page; the page's styles stand before the first. */
const mark = 'class="outer-cell mdl-cell';
const stylesMax = 1024 * 1024;

/** UTF-16 units of one record that are read. */
const recordMax = 256 * 1024;

export function isActivityPage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString("latin1");
  return /^\W*<(?:!doctype html|html)/i.test(start) && Buffer.from(bytes.subarray(0, stylesMax)).includes(mark);
}

/** The records of the page, in order. */
export function* htmlRecords(bytes: Uint8Array): Generator<{ entry: number; told: GoogleRecord | string }> {
  const page = decodeText(bytes).text;
  let entry = 0;
  for (let at = page.indexOf(mark); at !== -1; ) {
    const next = page.indexOf(mark, at + mark.length);
    entry += 1;
    yield { entry, told: recordOf(page.slice(at, Math.min(next === -1 ? page.length : next, at + recordMax))) };
    at = next;
  }
}

/** A run of words on one line, with the address that they lead to. */
interface Run {
  readonly text: string;
  readonly url: string | undefined;
}

function recordOf(html: string): GoogleRecord | string {
  const header = plain(/mdl-typography--title">([^<]*)/.exec(html)?.[1] ?? "");
  const body = /<div class="content-cell[^"]*mdl-typography--body-1">/.exec(html);
  if (body === null) return "can't be read: left out";
  const [first, ...others] = linesFrom(html, body.index + body[0].length);
  const last = others.pop();
  if (first === undefined || last === undefined) return "can't be read: it may be cut short: left out";
  const words = textOf(last);
  const time = pageTime(words);
  return {
    header: header || undefined,
    title: textOf(first),
    url: first.find(({ url }) => url !== undefined)?.url,
    time: time ?? { text: words },
    subtitles: others
      .map((line) => ({ name: textOf(line), url: line.find(({ url }) => url !== undefined)?.url }))
      .filter(({ name }) => name !== ""),
    details: plain(html.slice(body.index)).includes("From Google Ads") ? ["From Google Ads"] : [],
  };
}

/** The lines of a cell, up to its end; none of a cell that has no end. */
function linesFrom(html: string, start: number): Run[][] {
  const lines: Run[][] = [[]];
  let url: string | undefined;
  let at = start;
  for (let open = html.indexOf("<", at); open !== -1; open = html.indexOf("<", at)) {
    lines.at(-1)?.push({ text: decodeEntities(html.slice(at, open)), url });
    const tag = tagAt(html, open);
    at = tag?.end ?? open + 1;
    if (tag?.name === "div" && tag.isEnd) return lines.filter((line) => textOf(line) !== "");
    if (tag?.name === "br") lines.push([]);
    if (tag?.name === "a") url = tag.isEnd ? undefined : attributeOf(tag, "href");
  }
  return [];
}

function textOf(line: readonly Run[]): string {
  return plain(line.map(({ text }) => text).join(""));
}

function plain(text: string): string {
  return decodeEntities(text).replace(/\s+/g, " ").trim();
}

/** `Jan 31, 2018, 10:54:50 PM GMT+01:00`, or the same in the English of other countries; null in another language. */
function pageTime(text: string): SourceInstant | null {
  return mailDate(
    text
      .replace(/\b(?:GMT|UTC)([+-])(\d)(?=:|$)/, "$10$2")
      .replace(/\b(?:GMT|UTC)(?=[+-])/, "")
      .replace(/([+-]\d\d)$/, "$1:00"),
  );
}
