/** A colour for each kind of source: always the same, whatever else is shown. */
const order: readonly string[] = ["claim", "event", "note", "photo", "mail", "message", "visit", "health_day"];

/** 0 to 7 for the kinds that everybody has; 8 for all others. */
export function hueOf(source: string): number {
  const at = order.indexOf(source);
  return at < 0 ? 8 : at;
}
