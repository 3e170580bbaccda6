import { wellFormed } from "./well-formed.ts";

/** Lines of a file, counted from 1, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The file's name as a relative reference (RFC 3986), with the lines as an RFC 5147 fragment. */
export function placeOf(name: string, lines?: LineRange): string {
  const path = wellFormed(name).split("/").map(encodeURIComponent).join("/");
  return lines === undefined ? path : `${path}#line=${lines.from - 1},${lines.to}`;
}
