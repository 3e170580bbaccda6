/** The timeline's buckets: whole days by a zone's clock when they are that long, else equal parts. */
import type { z } from "@hono/zod-openapi";
import { PoolError } from "../../core/errors.ts";
import { countWithin, type Timeline as Times } from "../../node/index.ts";
import type { Timeline, timelineQuery } from "./contract.ts";

const dayMs = 86_400_000;

/** Throws `PoolError("usage")` for bounds that hold nothing, or a zone that is none. */
export function timelineAnswer({ times, undated }: Times, query: z.output<typeof timelineQuery>): Timeline {
  const chosen = new Map([...times].filter(([source]) => query.source === undefined || source === query.source));
  const all = [...chosen.values()];
  const first = least(all.flatMap((list) => list[0] ?? []));
  const last = least(all.flatMap((list) => list.at(-1) ?? []).map((at) => -at));
  const latest = last === null ? null : -last;
  const zone = zoneOf(query.zone);
  const from = query.from ?? beginningOfDay(zone, first ?? Date.now());
  const to = query.to ?? beginningOfDay(zone, (latest ?? from) + dayMs);
  if (!(from < to)) throw new PoolError("usage", "from is not before to: nothing lies between");
  const edges = edgesOf(from, to, query.buckets, zone);
  const buckets = edges.slice(0, -1).map((begin, index) => {
    const end = edges[index + 1] as number;
    const counts: Record<string, number> = {};
    for (const [source, list] of chosen) {
      const count = countWithin(list, begin, end);
      if (count > 0) counts[source] = count;
    }
    return { from: begin, to: end, counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  });
  const sources = [...chosen].map(([source, list]) => ({ source, count: countWithin(list, from, to) })).filter(({ count }) => count > 0);
  return { from, to, first, last: latest, sources: sources.sort((left, right) => right.count - left.count), buckets, undated };
}

function least(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}

/** Beginnings of the buckets and the end of the last, ascending. */
function edgesOf(from: number, to: number, buckets: number, zone: Intl.DateTimeFormat): number[] {
  const width = (to - from) / buckets;
  if (width < dayMs) return distinct(Array.from({ length: buckets + 1 }, (_, index) => Math.round(from + index * width)));
  const inner = Array.from({ length: buckets - 1 }, (_, index) => beginningOfDay(zone, from + (index + 1) * width));
  return distinct([from, ...inner.filter((edge) => edge > from && edge < to), to]);
}

function distinct(edges: readonly number[]): number[] {
  return [...new Set(edges)];
}

function zoneOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  } catch (error) {
    throw new PoolError("usage", `${JSON.stringify(zone.slice(0, 60))} is no time zone: Europe/Paris is one`, {}, { cause: error });
  }
}

/** The last midnight by the zone's clock. Where a clock skips midnight, the first instant after it. */
function beginningOfDay(zone: Intl.DateTimeFormat, at: number): number {
  const parts = Object.fromEntries(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const sinceMidnight = ((parts["hour"] ?? 0) * 60 + (parts["minute"] ?? 0)) * 60_000 + (parts["second"] ?? 0) * 1_000;
  const guess = at - sinceMidnight - (((at % 1_000) + 1_000) % 1_000);
  // On the day a clock is changed the guess is an hour off.
  const { hour = 0 } = Object.fromEntries(zone.formatToParts(guess).map(({ type, value }) => [type, Number(value)]));
  return hour === 0 ? guess : guess + (hour > 12 ? 24 - hour : -hour) * 3_600_000;
}
