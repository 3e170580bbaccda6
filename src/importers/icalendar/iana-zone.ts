import type { Zone } from "./zone.ts";

const known = new Map<string, Zone>();

/** A zone of the time zone database that comes with the platform, also by an old name or in other case; null when it has none. */
export function ianaZone(name: string): Zone | null {
  // The platform also takes bare offsets as names; whether they may stand for a zone is for the caller to say.
  if (!/^[a-z]/i.test(name)) return null;
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    const zone: Zone = { offsetAt: (instant) => parseOffset(format.format(instant)) };
    known.set(name, zone);
    return zone;
  } catch {
    return null;
  }
}

/** `9/12/2023, GMT+05:30` → ms. */
function parseOffset(formatted: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(formatted);
  if (match === null) return 0;
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -1 : 1) * seconds * 1_000;
}
