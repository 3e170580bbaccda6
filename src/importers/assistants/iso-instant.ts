import { dayStart, daysInMonth } from "../calendar-days.ts";

const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)$/i;

/** The instant of an ISO 8601 time that tells its offset from UTC, ms since the epoch. Undefined for any other text. */
export function isoInstant(text: string | undefined): number | undefined {
  const match = pattern.exec(text?.trim() ?? "");
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
  const ahead = aheadOf(match[8] ?? "Z");
  const fraction = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return ahead === undefined ? undefined : dayStart(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction - ahead;
}

/** `+02:00` in ms. No clock is 16 hours from UTC. */
function aheadOf(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  return hours > 15 || minutes > 59 ? undefined : (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
