/** Positions on a map that is drawn from nothing but their own numbers: a grid of degrees, a scale, no tiles from anywhere. */
import type { Geo } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";
import { landPath } from "./land.ts";
import { gridOf, mapOf, mapSize } from "./map-frame.ts";
import "../../style/map.css";

export default function PositionMap({ positions }: { readonly positions: readonly Geo[] }) {
  const frame = mapOf(positions);
  const { meridians, parallels } = gridOf(frame);
  const first = positions[0];
  if (!first) return null;
  return (
    <div className="map">
      <svg viewBox={`0 0 ${mapSize.width} ${mapSize.height}`} role="img" aria-label={t("map.label", { count: positions.length })}>
        <rect className="map-sea" width={mapSize.width} height={mapSize.height} />
        <path className="map-land" d={landPath(frame)} />
        {meridians.map(({ at, label }) => (
          <g key={label}>
            <line className="map-grid" x1={at} x2={at} y1="0" y2={mapSize.height} />
            <text className="map-degree" x={at + 4} y={mapSize.height - 6}>
              {label}
            </text>
          </g>
        ))}
        {parallels.map(({ at, label }) => (
          <g key={label}>
            <line className="map-grid" y1={at} y2={at} x1="0" x2={mapSize.width} />
            <text className="map-degree" x="6" y={at - 4}>
              {label}
            </text>
          </g>
        ))}
        {positions.map(({ latitude, longitude }) => (
          <g key={`${latitude} ${longitude}`} transform={`translate(${frame.x(longitude)} ${frame.y(latitude)})`}>
            <circle className="map-halo" r="13" />
            <circle className="map-dot" r="5" />
          </g>
        ))}
      </svg>
      <p className="quiet small">
        {first.label !== "" && (
          <>
            <Words text={first.label} max={80} /> ·{" "}
          </>
        )}
        {positionText(first)}
      </p>
    </div>
  );
}

/** `57.7072° N, 11.9668° E` */
function positionText({ latitude, longitude }: Geo): string {
  const north = `${Math.abs(latitude).toFixed(4)}° ${latitude < 0 ? "S" : "N"}`;
  const east = `${Math.abs(longitude).toFixed(4)}° ${longitude < 0 ? "W" : "E"}`;
  return `${north}, ${east}`;
}
