/** What all services of one process take from together, however many nodes it answers for. */
import { TokenBuckets } from "../node/index.ts";
import { ByteBudget } from "./byte-budget.ts";
import type { HttpLimits } from "./http-limits.ts";

export interface Shares {
  /** Memory for strangers' messages, and for known keys'. */
  readonly strangers: ByteBudget;
  readonly known: ByteBudget;
  /** How often an address may ask for what anyone could send. */
  readonly addresses: TokenBuckets;
}

export function sharesOf(limits: HttpLimits): Shares {
  return {
    strangers: new ByteBudget(limits.strangersBytes),
    known: new ByteBudget(limits.knownBytes),
    addresses: new TokenBuckets({ perSecond: limits.ratePerSecond, burst: limits.rateBurst, namesMax: limits.rateNames }),
  };
}
