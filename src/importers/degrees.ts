/** Rounded to seven digits after the point, which are a centimetre. */
export function roundDegrees(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}
