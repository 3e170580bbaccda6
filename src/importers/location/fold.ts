import { type Coordinates, distance } from "./coordinates.ts";

/** Where someone was at one time. */
export interface Fix extends Coordinates {
  readonly at: number;
  /** The time as the source has it. */
  readonly text: string;
}

/** Where someone stayed, or how they moved. */
export interface Stretch {
  readonly kind: "visit" | "trip";
  readonly from: Fix;
  readonly to: Fix;
  /** The middle of a visit. */
  readonly middle: Coordinates;
  /** Metres of a trip. */
  readonly distance: number;
}

/** Someone who is this long (ms) within this far (m) of the middle stays there. */
const stayMs = 10 * 60_000;
const stayMetres = 150;

/** What lies between two fixes further apart (ms) than this is unknown. */
const gapMs = 12 * 3_600_000;

/** Fixes nearer in time (ms) are one. */
const nearMs = 5_000;

/** Fixes that follow one another near one place, with sums for their middle and the way between them. */
interface Cluster {
  readonly from: Fix;
  to: Fix;
  north: number;
  east: number;
  count: number;
  way: number;
}

/**
 * Folds fixes into visits and trips, in order of time. One pass from the first on, so that fixes which come later change only what was
 * last. A fix that stands alone is a visit without duration.
 */
export function foldFixes(fixes: readonly Fix[]): Stretch[] {
  return chainsOf(thinned(fixes)).flatMap((chain) => stretchesOf(joinedStays(chain)));
}

function thinned(fixes: readonly Fix[]): Fix[] {
  const sorted = [...fixes].sort((a, b) => a.at - b.at);
  let last = Number.NEGATIVE_INFINITY;
  return sorted.filter((fix, index) => {
    const isKept = fix.at - last >= nearMs || (index === sorted.length - 1 && fix.at > last);
    if (isKept) last = fix.at;
    return isKept;
  });
}

function chainsOf(fixes: readonly Fix[]): Cluster[][] {
  const chains: Cluster[][] = [];
  let chain: Cluster[] = [];
  let cluster: Cluster | undefined;
  for (const fix of fixes) {
    if (cluster === undefined || fix.at - cluster.to.at > gapMs) {
      chain = [];
      chains.push(chain);
      cluster = undefined;
    }
    if (cluster !== undefined && distance(middleOf(cluster), fix) <= stayMetres) {
      cluster.way += distance(cluster.to, fix);
      cluster.to = fix;
      cluster.north += fix.latitude;
      cluster.east += fix.longitude;
      cluster.count += 1;
      continue;
    }
    cluster = { from: fix, to: fix, north: fix.latitude, east: fix.longitude, count: 1, way: 0 };
    chain.push(cluster);
  }
  return chains;
}

/** A stay that was left for less than a stay's time is one: most often nobody left, but a fix was wrong. */
function joinedStays(chain: readonly Cluster[]): Cluster[] {
  const joined: Cluster[] = [];
  let stayAt = -1;
  for (const cluster of chain) {
    const stay = joined[stayAt];
    if (!isStay(cluster)) {
      joined.push(cluster);
    } else if (stay !== undefined && cluster.from.at - stay.to.at < stayMs && distance(middleOf(stay), middleOf(cluster)) <= stayMetres) {
      joined.length = stayAt + 1;
      stay.to = cluster.to;
      stay.north += cluster.north;
      stay.east += cluster.east;
      stay.count += cluster.count;
    } else {
      joined.push(cluster);
      stayAt = joined.length - 1;
    }
  }
  return joined;
}

function stretchesOf(chain: readonly Cluster[]): Stretch[] {
  const [only] = chain;
  if (only !== undefined && chain.length === 1) return [visit(only)];
  const stretches: Stretch[] = [];
  let way: Cluster[] = [];
  for (const cluster of chain) {
    if (!isStay(cluster)) {
      way.push(cluster);
      continue;
    }
    if (way.length > 0) stretches.push(trip([...way, atStart(cluster)]));
    stretches.push(visit(cluster));
    way = [atEnd(cluster)];
  }
  // The end of the last stay alone is no trip.
  return way.length > 1 ? [...stretches, trip(way)] : stretches;
}

function isStay({ from, to }: Cluster): boolean {
  return to.at - from.at >= stayMs;
}

function middleOf({ north, east, count }: Cluster): Coordinates {
  return { latitude: north / count, longitude: east / count };
}

function visit(cluster: Cluster): Stretch {
  return { kind: "visit", from: cluster.from, to: cluster.to, middle: middleOf(cluster), distance: 0 };
}

function trip(way: readonly Cluster[]): Stretch {
  let { from, to, way: metres } = way[0] as Cluster;
  for (const cluster of way.slice(1)) {
    metres += distance(to, cluster.from) + cluster.way;
    to = cluster.to;
  }
  return { kind: "trip", from, to, middle: from, distance: metres };
}

function atStart(stay: Cluster): Cluster {
  return { ...stay, to: stay.from, way: 0 };
}

function atEnd(stay: Cluster): Cluster {
  return { ...stay, from: stay.to, way: 0 };
}
