/** Outlines of land (Natural Earth, 1:110 m), as SVG path data within a map's frame. */
import land from "world-atlas/land-110m.json" with { type: "json" };
import type { Frame } from "./map-frame.ts";

type Point = readonly [number, number];

const { scale, translate } = land.transform;

/** TopoJSON keeps each arc as steps from its first point, in whole units of `scale`. */
const arcs: readonly (readonly Point[])[] = land.arcs.map((steps) => {
  let [x, y] = [0, 0];
  return steps.map((step) => {
    x += step[0] ?? 0;
    y += step[1] ?? 0;
    return [x * (scale[0] ?? 1) + (translate[0] ?? 0), y * (scale[1] ?? 1) + (translate[1] ?? 0)] as const;
  });
});

/** A negative index is that arc from its end. */
function arcAt(index: number): readonly Point[] {
  return index < 0 ? (arcs[~index]?.toReversed() ?? []) : (arcs[index] ?? []);
}

const rings: readonly (readonly Point[])[] = land.objects.land.geometries.flatMap((shape) =>
  shape.arcs.flatMap((polygon) => polygon.map((indexes) => indexes.flatMap(arcAt))),
);

export function landPath({ west, east, south, north, x, y }: Frame): string {
  return rings
    .filter((ring) => ring.some(([longitude]) => longitude >= west) && ring.some(([longitude]) => longitude <= east))
    .filter((ring) => ring.some(([, latitude]) => latitude >= south) && ring.some(([, latitude]) => latitude <= north))
    .map((ring) => `M${ring.map(([longitude, latitude]) => `${x(longitude)} ${y(latitude)}`).join("L")}Z`)
    .join("");
}
