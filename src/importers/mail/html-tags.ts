import { decodeEntities } from "./html-entities.ts";

/** A tag of HTML, from its `<` to the place after its `>`. */
export interface HtmlTag {
  /** Lower case. */
  readonly name: string;
  readonly isEnd: boolean;
  /** What stands after the name. */
  readonly inside: string;
  readonly end: number;
}

/** Attributes can be long (pictures inside), but an open quote can't swallow more than that. */
const insideMax = 65_536;

/** The tag that begins here; null when what begins here is none. */
export function tagAt(html: string, open: number): HtmlTag | null {
  const head = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 32));
  if (head === null) return null;
  const start = open + head[0].length;
  const end = tagEnd(html, start);
  return {
    name: (head[2] ?? "").toLowerCase(),
    isEnd: head[1] === "/",
    inside: html.slice(start, html[end - 1] === ">" ? end - 1 : end),
    end,
  };
}

/** The attribute's value; undefined when there is none. */
export function attributeOf(tag: HtmlTag, name: string): string | undefined {
  const match = new RegExp(`(?:^|[\\s"'])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag.inside);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? undefined : decodeEntities(value).trim() || undefined;
}

/** The end of a tag: the first `>` outside quotes; of a tag with an open quote the first `>` at all. */
function tagEnd(html: string, from: number): number {
  let quote = "";
  const most = Math.min(html.length, from + insideMax);
  for (let at = from; at < most; at += 1) {
    const sign = html[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === ">") return at + 1;
    else if ((sign === '"' || sign === "'") && html[at - 1] === "=") quote = sign;
  }
  const end = html.indexOf(">", from);
  return end === -1 ? html.length : end + 1;
}
