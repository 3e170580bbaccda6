import { dayStart, daysInMonth } from "../calendar-days.ts";

/** A time as a source tells it. */
export interface SourceInstant {
  /** ISO 8601 with the source's own offset; without one when it has none; a date alone when that is all. */
  readonly text: string;
  /** ms since the epoch, when the offset is known. A plain date counts as its midnight in UTC. */
  readonly at?: number;
}

const pattern =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:(?:T| +)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9})\d*)?)?(?: *(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

/** ISO 8601, also without separators or with blanks, and seconds, ms, µs or ns since the epoch; null when it is none of them. */
export function sourceInstant(value: unknown): SourceInstant | null {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string" || value.length > 64) return null;
  const text = value.trim();
  if (/^-?\d{9,19}(?:\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  const match = pattern.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || (day > 28 && day > daysInMonth(year, month))) return null;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  if (match[4] === undefined) return { text: date, at: dayStart(year, month, day) };
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const clock = `${match[4]}:${match[5]}:${match[6] ?? "00"}${ms === 0 ? "" : `.${String(ms).padStart(3, "0")}`}`;
  const wall = dayStart(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
  const offset = offsetOf(match[8]);
  if (offset === undefined) return { text: `${date}T${clock}` };
  return { text: `${date}T${clock}${offset.text}`, at: wall - offset.minutes * 60_000 };
}

/** The instant in UTC as ISO 8601, without the milliseconds when there are none. */
export function utcText(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** The instant (ms since the epoch) in UTC; null outside the years 1 to 9999, which ISO 8601 writes with four digits. */
export function instantAt(ms: number): SourceInstant | null {
  const at = Math.round(ms);
  return at > -62_135_596_800_000 && at < 253_402_300_800_000 ? { text: utcText(at), at } : null;
}

function fromEpoch(value: number): SourceInstant | null {
  const size = Math.abs(value);
  return instantAt(size < 1e11 ? value * 1_000 : size < 1e14 ? value : size < 1e17 ? value / 1_000 : value / 1_000_000);
}

function offsetOf(text: string | undefined): { text: string; minutes: number } | undefined {
  if (text === undefined) return undefined;
  if (/^[A-Z]/i.test(text)) return { text: "Z", minutes: 0 };
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(":", "") || 0);
  if (hours > 18 || minutes > 59) return undefined;
  const sign = text.startsWith("-") ? -1 : 1;
  return { text: `${text.slice(0, 3)}:${String(minutes).padStart(2, "0")}`, minutes: sign * (hours * 60 + minutes) };
}
