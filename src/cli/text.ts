/** How things read on a terminal: the sentences that every edge uses, and columns. */
export {
  authorText,
  claimSentence,
  counted,
  evidenceSentence,
  oneLine,
  opSentence,
  placeText,
  shortDid,
  shortId,
  timeText,
  valueText,
} from "../node/index.ts";

/** Rows as columns, each as wide as its widest cell; the last is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
