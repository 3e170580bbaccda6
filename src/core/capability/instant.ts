/** Instants as W3C documents write them: XML Schema's dateTimeStamp, which always names its offset. */

const form = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;
const minuteMs = 60_000;

/** Milliseconds since the epoch of a dateTimeStamp, parts of a millisecond cut off; null for any other text. */
export function instantOf(text: string): number | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const daysIn = month >= 1 && month <= 12 ? dayOf(Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) : 0;
  if (day < 1 || day > daysIn || hour > 23 || minute > 59 || second > 59) return null;
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHours * 60 + offsetMinutes > 14 * 60 || offsetMinutes > 59) return null;
  const offset = (match[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * minuteMs;
  const thousandths = Number(`${match[7] ?? ""}000`.slice(1, 4));
  return Date.UTC(year, month - 1, day, hour, minute, second, thousandths) - offset;
}

/** The dateTimeStamp of an instant, in UTC; null outside the years 1000 to 9999. */
export function instantText(ms: number): string | null {
  if (!Number.isSafeInteger(ms) || ms < Date.UTC(1000, 0) || ms >= Date.UTC(10_000, 0)) return null;
  const [year, month, day] = civil(dayOf(ms));
  const rest = ms - dayOf(ms) * dayMs;
  const two = (part: number) => String(part).padStart(2, "0");
  const [hour, minute, second] = [Math.floor(rest / 3_600_000), Math.floor(rest / minuteMs) % 60, Math.floor(rest / 1_000) % 60];
  const thousandths = rest % 1_000 === 0 ? "" : `.${String(rest % 1_000).padStart(3, "0")}`;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${thousandths}Z`;
}

const dayMs = 86_400_000;

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** Year, month and day of a day number since the epoch, counted in 400-year cycles that begin in March. */
function civil(day: number): [number, number, number] {
  const shifted = day + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const inCycle = shifted - cycle * 146_097;
  const yearInCycle = Math.floor(
    (inCycle - Math.floor(inCycle / 1_460) + Math.floor(inCycle / 36_524) - Math.floor(inCycle / 146_096)) / 365,
  );
  const inYear = inCycle - (365 * yearInCycle + Math.floor(yearInCycle / 4) - Math.floor(yearInCycle / 100));
  const marchMonth = Math.floor((5 * inYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return [yearInCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, inYear - Math.floor((153 * marchMonth + 2) / 5) + 1];
}
