/** The rules of one time zone. Offsets are ms to add to UTC. */
export interface Zone {
  offsetAt(instant: number): number;
}

const day = 86_400_000;

/**
 * The instant at which the zone's wall clock shows `wall` (RFC 5545 section 3.3.5): the first one when it shows it twice,
 * and reckoned with the offset from before the gap when it never does.
 */
export function instantOf(wall: number, zone: Zone): number {
  const before = zone.offsetAt(wall - day);
  const after = zone.offsetAt(wall + day);
  if (before === after || zone.offsetAt(wall - before) === before) return wall - before;
  return zone.offsetAt(wall - after) === after ? wall - after : wall - before;
}

export function fixedZone(offset: number): Zone {
  return { offsetAt: () => offset };
}
