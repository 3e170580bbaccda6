/** same/1 (SYN-21): two nodes that hold the same tell by one hash, however many authors there are. */
import { canonical } from "../codec/canonical.ts";
import type { Did } from "../crypto/did-key.ts";
import type { Sha256Hex } from "../ports.ts";
import type { Tip } from "./heads.ts";

/** `sha256:` of what a node holds that lacks no payload: its tips, and its registry's hash. */
export function heldHash(sha256Hex: Sha256Hex, tips: ReadonlyMap<Did, readonly Tip[]>, registry: string): string {
  const authors = [...tips].map(([author, each]) => [author, each.map(({ seq, id }) => [seq, id]).sort(bySeqAndId)]);
  return `sha256:${sha256Hex(canonical({ authors: Object.fromEntries(authors), registry }))}`;
}

function bySeqAndId(left: (number | string)[], right: (number | string)[]): number {
  return Number(left[0]) - Number(right[0]) || (String(left[1]) < String(right[1]) ? -1 : 1);
}
