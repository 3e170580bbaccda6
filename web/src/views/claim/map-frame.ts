/** Which part of the earth a map shows, and how degrees become pixels in it. */
import type { Geo } from "../../api/contract.ts";

export const mapSize = { width: 480, height: 260 } as const;

export interface Frame {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly x: (longitude: number) => number;
  readonly y: (latitude: number) => number;
}

/** Degrees of latitude that are shown at least: closer, the outlines of land say nothing true. */
const spanMin = 9;
/** Room around the positions, as a part of what they span. */
const room = 1.3;
const steps = [1, 2, 5, 10, 15, 30, 45] as const;

export function mapOf(positions: readonly Geo[]): Frame {
  const latitudes = positions.map(({ latitude }) => clamp(latitude, 85));
  const longitudes = positions.map(({ longitude }) => clamp(longitude, 180));
  const middle = { latitude: middleOf(latitudes), longitude: middleOf(longitudes) };
  // Degrees of longitude grow narrow towards the poles.
  const narrow = Math.max(0.15, Math.cos((middle.latitude * Math.PI) / 180));
  const shape = mapSize.width / mapSize.height;
  const span = Math.max(spanMin, rangeOf(latitudes) * room, (rangeOf(longitudes) * room * narrow) / shape);
  const wide = (span * shape) / narrow;
  const west = middle.longitude - wide / 2;
  const north = middle.latitude + span / 2;
  return {
    west,
    east: west + wide,
    north,
    south: north - span,
    x: (longitude) => round(((longitude - west) / wide) * mapSize.width),
    y: (latitude) => round(((north - latitude) / span) * mapSize.height),
  };
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value));
const round = (value: number) => Math.round(value * 10) / 10;
const rangeOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
const middleOf = (values: readonly number[]) => (Math.max(...values) + Math.min(...values)) / 2;

interface GridLine {
  readonly at: number;
  readonly label: string;
}

export function gridOf({ west, east, south, north, x, y }: Frame): { meridians: GridLine[]; parallels: GridLine[] } {
  const along = (from: number, until: number, most: number) => {
    const step = steps.find((each) => (until - from) / each <= 6) ?? 60;
    const lines: number[] = [];
    for (let at = Math.ceil(from / step) * step; at <= until; at += step) if (Math.abs(at) <= most) lines.push(at);
    // At the very edge a label would be cut.
    return lines.filter((at) => at - from > (until - from) / 20 && until - at > (until - from) / 15);
  };
  return {
    meridians: along(west, east, 180).map((at) => ({ at: x(at), label: `${Math.abs(at)}°${at < 0 ? "W" : at > 0 ? "E" : ""}` })),
    parallels: along(south, north, 85).map((at) => ({ at: y(at), label: `${Math.abs(at)}°${at < 0 ? "S" : at > 0 ? "N" : ""}` })),
  };
}
