/** What each of our devices held when this node last heard of it (SYN-22): one that holds just that still is told in one round trip what came after. */
import type { Chain } from "../admission/chains.ts";
import type { Did } from "../crypto/did-key.ts";
import { limits } from "../limits.ts";
import type { OpId } from "../op/operation.ts";
import type { Sha256Hex } from "../ports.ts";
import { type Tip, tipsOf } from "./heads.ts";
import { heldHash } from "./same.ts";

export type TipIds = ReadonlyMap<Did, readonly OpId[]>;

export class HeldBefore {
  /** By device, the one that was heard of last at the end. */
  readonly #moments = new Map<Did, ReadonlyMap<Did, readonly Tip[]>>();

  /** `who` has what these chains are, or is being given it. Whether that came about is told by the hash with which it comes back. */
  note(who: Did, chains: Iterable<Chain>): void {
    this.#moments.delete(who);
    this.#moments.set(who, tipsOf(chains));
    for (const oldest of this.#moments.keys()) if (this.#moments.size > limits.moments) this.#moments.delete(oldest);
  }

  /** The tips of what has that hash: what was noted of `who`, or nothing at all; null for anything else. */
  tipsAt(who: Did, hash: string, sha256Hex: Sha256Hex, registry: string): TipIds | null {
    for (const tips of [this.#moments.get(who), new Map<Did, readonly Tip[]>()]) {
      if (tips === undefined || heldHash(sha256Hex, tips, registry) !== hash) continue;
      return new Map([...tips].map(([author, each]) => [author, each.map(({ id }) => id)]));
    }
    return null;
  }
}
