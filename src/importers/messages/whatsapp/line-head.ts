/** What a message's line begins with: `31.12.20, 22:30 - ` or `[12/31/20, 10:30:15 PM] `. */
export interface LineHead {
  /** What all heads of one export have alike: brackets, the date's separator, seconds, am and pm. */
  readonly shape: string;
  readonly date: LineDate;
  /** `22:30` or `22:30:15`, of 24 hours. Undefined when there is no such time. */
  readonly time: string | undefined;
  /** The date and time as written. */
  readonly written: string;
  /** Where the rest of the line begins. */
  readonly end: number;
}

/** Three numbers, in the order of the phone that wrote them. */
export interface LineDate {
  readonly numbers: readonly [number, number, number];
  /** True when the first of them has four digits. */
  readonly yearFirst: boolean;
  readonly separator: string;
}

/** No head is longer. */
const headMax = 64;

const forenoon = String.raw`a\.? ?m\.?|上午|午前|오전|ص|π\.?μ\.?|öö`;
const afternoon = String.raw`p\.? ?m\.?|下午|午後|오후|م|μ\.?μ\.?|ös`;
const dateGrammar = String.raw`(\d{1,4})([/.-]) ?(\d{1,2})\2 ?(\d{1,4})\.?`;
const timeGrammar = String.raw`(${forenoon}|${afternoon})? ?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: ?(${forenoon}|${afternoon}))?`;
const stamp = new RegExp(String.raw`${dateGrammar}(?:[,،] ?| )(?:(?:à|um|at|kl\.?) )?${timeGrammar}`, "iuy");
const isAfternoon = new RegExp(`^(?:${afternoon})$`, "iu");

/** Reads the head; null for a line that has none, which goes on with the message before. */
export function readLineHead(line: string): LineHead | null {
  const start = line.charCodeAt(0) === 0x200e || line.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (!/[[\p{Nd}]/u.test(line[start] ?? "")) return null;
  const text = plain(line.slice(0, headMax));
  const bracket = text[start] === "[";
  stamp.lastIndex = bracket ? start + 1 : start;
  const match = stamp.exec(text);
  if (match === null) return null;
  const [written, first = "", separator = "", second = "", third = "", before, hour = "", minute = "", seconds, after] = match;
  const closing = closingAt(text, stamp.lastIndex, bracket, seconds !== undefined);
  if (closing === null) return null;
  const half = before ?? after;
  return {
    shape: [closing.kind, separator, seconds === undefined ? "" : "seconds", half === undefined ? "" : "halves"].join(" "),
    date: { numbers: [Number(first), Number(second), Number(third)], yearFirst: first.length === 4, separator },
    time: timeOf(Number(hour), minute, seconds, half),
    written,
    end: closing.end,
  };
}

/** What ends a head: `]`, ` - `, or, before iOS wrote brackets, `: ` after the seconds that only iOS writes. */
function closingAt(text: string, at: number, bracket: boolean, seconds: boolean): { kind: string; end: number } | null {
  const closing = /(\] ?)|( [-–] )|(: )/y;
  closing.lastIndex = at;
  const match = closing.exec(text);
  if (match === null || bracket !== (match[1] !== undefined) || (match[3] !== undefined && !seconds)) return null;
  return { kind: match[0].trim(), end: closing.lastIndex };
}

/** Every kind of blank is a space and every script's digit a digit; nothing moves. */
function plain(text: string): string {
  return text
    .replace(/[\u00a0\u2000-\u200a\u202f]/g, " ")
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => String((digit.charCodeAt(0) & 0xf) - (digit < "\u0966" ? 0 : 6)));
}

function timeOf(hour: number, minute: string, seconds: string | undefined, half: string | undefined): string | undefined {
  const of24 = half === undefined || hour > 12 ? hour : (hour % 12) + (isAfternoon.test(half) ? 12 : 0);
  if (of24 > 23 || Number(minute) > 59 || Number(seconds ?? 0) > 59) return undefined;
  return [String(of24).padStart(2, "0"), minute, ...(seconds === undefined ? [] : [seconds])].join(":");
}
