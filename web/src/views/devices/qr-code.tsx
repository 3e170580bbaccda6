/** A QR code, always dark on white with its border, as cameras want it; what it says stands beside it in words. */
import { t } from "../../strings/text.ts";

/** Empty modules around it that readers need. */
const border = 4;

export function QrCode({ rows }: { readonly rows: readonly string[] }) {
  const size = rows.length + 2 * border;
  const path = rows
    .flatMap((row, y) => [...row].flatMap((cell, x) => (cell === "1" ? `M${x + border} ${y + border}h1v1h-1z` : [])))
    .join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("pair.qr")} shapeRendering="crispEdges">
      <rect className="qr-ground" width={size} height={size} />
      <path className="qr-dark" d={path} />
    </svg>
  );
}
