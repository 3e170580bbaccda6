/** What this node held at some moments before (SYN-22): whoever holds just that still is told in one round trip what came after. */
import type { Chain } from "../admission/chains.ts";
import type { Did } from "../crypto/did-key.ts";
import type { OpId } from "../op/operation.ts";
import type { Sha256Hex } from "../ports.ts";
import { tipsOf } from "./heads.ts";
import { heldHash } from "./same.ts";

export type TipIds = ReadonlyMap<Did, readonly OpId[]>;

/** Moments that are remembered: a few devices each come back to the one at which they left. */
const momentsMax = 8;

export class HeldBefore {
  readonly #moments = new Map<string, TipIds>();
  #nothing = "";

  /** `hash` is the `heldHash` of these chains. */
  note(hash: string, chains: Iterable<Chain>): void {
    this.#moments.delete(hash);
    this.#moments.set(hash, new Map([...tipsOf(chains)].map(([author, tips]) => [author, tips.map(({ id }) => id)])));
    for (const oldest of this.#moments.keys()) if (this.#moments.size > momentsMax) this.#moments.delete(oldest);
  }

  /** The tips of what has that hash; null when that is not remembered. Nothing at all is a moment that every node has seen. */
  tipsAt(hash: string, sha256Hex: Sha256Hex, registry: string): TipIds | null {
    if (this.#nothing === "") this.#nothing = heldHash(sha256Hex, [], registry);
    return this.#moments.get(hash) ?? (hash === this.#nothing ? new Map() : null);
  }
}
