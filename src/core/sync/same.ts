/** same/1 (SYN-21): two nodes that hold the same tell by one hash, however many authors there are. */
import type { Chain } from "../admission/chains.ts";
import { canonical } from "../codec/canonical.ts";
import type { Sha256Hex } from "../ports.ts";
import { tipsOf } from "./heads.ts";

/** `sha256:` of what a node holds that lacks no payload: its tips, and its registry's hash. */
export function heldHash(sha256Hex: Sha256Hex, chains: Iterable<Chain>, registry: string): string {
  const authors = [...tipsOf(chains)].map(([author, tips]) => [author, tips.map(({ seq, id }) => [seq, id]).sort(bySeqAndId)]);
  return `sha256:${sha256Hex(canonical({ authors: Object.fromEntries(authors), registry }))}`;
}

function bySeqAndId(left: (number | string)[], right: (number | string)[]): number {
  return Number(left[0]) - Number(right[0]) || (String(left[1]) < String(right[1]) ? -1 : 1);
}
