/** Who may ask the operators' API: whoever has its token, and no page in a browser. */
import { hash, timingSafeEqual } from "node:crypto";
import { PoolError } from "../../core/errors.ts";
import { TokenBuckets } from "../../node/index.ts";
import { adminLimits } from "./admin-limits.ts";

export class AdminGuard {
  readonly #token: Buffer;
  readonly #known: TokenBuckets;
  readonly #strangers: TokenBuckets;

  constructor(token: string) {
    const { ratePerSecond, rateBurst, strangersPerSecond, strangersBurst } = adminLimits;
    this.#token = digestOf(token);
    this.#known = new TokenBuckets({ perSecond: ratePerSecond, burst: rateBurst, namesMax: 1 });
    this.#strangers = new TokenBuckets({ perSecond: strangersPerSecond, burst: strangersBurst, namesMax: 1 });
  }

  /** `now` in ms. Throws `PoolError`: `unauthorized` without the token or with another, or for a browser's page; `rate` when requests come too often. */
  check(headers: Headers, now: number): void {
    const given = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const has = timingSafeEqual(digestOf(given), this.#token) && headers.get("origin") === null;
    if (!(has ? this.#known : this.#strangers).take("", now)) throw new PoolError("rate", "too many requests: wait a second");
    if (!has) throw new PoolError("unauthorized", "the token is missing or another one: Authorization: Bearer <token>");
  }
}

/** Of one length, so that the comparison takes one time. */
function digestOf(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
