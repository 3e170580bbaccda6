/** Tables for a terminal and a page, and bars as SVG. */

/** A Markdown table; every column but the first is to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, 3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

export function figure(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Drawn in the colour of the project's own. */
  readonly ours?: boolean;
}

const escaped = (text: string) => text.replace(/[&<>]/g, (found) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[found] ?? found);

/** Horizontal bars from 0, with their figures; the dashed line is a target. */
export function bars(title: string, unit: string, all: readonly Bar[], target?: number): string {
  const [labels, width, high] = [190, 640, 24];
  const most = Math.max(...all.map(({ value }) => value), target ?? 0) || 1;
  const x = (value: number) => labels + ((width - labels - 90) * value) / most;
  const rows = all.map(({ name, value, ours }, index) => {
    const y = 34 + index * high;
    const length = (x(value) - labels).toFixed(1);
    return [
      `<text x="${labels - 8}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${labels}" y="${y}" width="${length}" height="${high - 7}" fill="${ours ? "#b4530a" : "#8a93a3"}"/>`,
      `<text x="${x(value) + 6}" y="${y + 13}">${figure(value, value < 100 ? 1 : 0)} ${escaped(unit)}</text>`,
    ].join("");
  });
  const height = 40 + all.length * high;
  const line = target === undefined ? "" : `<path d="M${x(target)} 28V${height - 8}" stroke="#1d2a44" stroke-dasharray="4 3"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13" fill="#1d2a44"><rect width="100%" height="100%" fill="#fff"/><text x="8" y="18" font-weight="600">${escaped(title)}</text>${rows.join("")}${line}</svg>\n`;
}
