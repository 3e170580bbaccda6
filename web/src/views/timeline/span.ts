/** A stretch of time, [from, to), ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const dayMs = 86_400_000;
/** As close as counts by the day are worth looking at, and as far as calendars go. */
const [shortest, longest] = [7 * dayMs, 300 * 366 * dayMs];

/** Null when the address names none: everything. */
export function rangeOf(query: URLSearchParams): Span | null {
  const [from, to] = [query.get("from"), query.get("to")].map((text) => (text === null ? Number.NaN : Number(text)));
  if (from === undefined || to === undefined || !Number.isFinite(from) || !Number.isFinite(to) || to <= from) return null;
  return { from, to };
}

/** `factor` times as long, around `at`, which is a part of it: 0.5 is the middle. */
export function zoomed({ from, to }: Span, factor: number, at = 0.5): Span {
  const length = Math.min(longest, Math.max(shortest, (to - from) * factor));
  const start = from + (to - from) * at - length * at;
  return { from: Math.round(start), to: Math.round(start + length) };
}

/** Moved by that part of its length. */
export function moved({ from, to }: Span, part: number): Span {
  const step = Math.round((to - from) * part);
  return { from: from + step, to: to + step };
}
