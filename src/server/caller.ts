/** Who asks (section 7, "Transport, authentication, authorisation"), decided from a request's header alone, before its body is read. */
import { PoolError } from "../core/errors.ts";
import type { Clock, Crypto, Json } from "../core/ports.ts";
import { TokenBuckets } from "../node/index.ts";
import { isFresh, requestComponents } from "../transport/covered-components.ts";
import { type ReceivedSignature, readSignature, verifySignature } from "../transport/message-signature.ts";
import type { HttpLimits } from "./http-limits.ts";
import { networkOf } from "./ip-address.ts";
import type { Nonces } from "./nonces.ts";
import { Refused } from "./refused.ts";
import type { SyncRequest } from "./sync-request.ts";

export interface Caller {
  /** Whose signature it is; null for a request without one. */
  readonly key: string | null;
  /** Whether this node knows the key. */
  readonly known: boolean;
}

export interface GateOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly self: { readonly did: string };
  readonly knows: (key: string) => Promise<boolean>;
  readonly nonces: Nonces;
  readonly limits: HttpLimits;
  /** How often an address may ask, whoever answers for this process. */
  readonly addresses: TokenBuckets;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #keys: TokenBuckets;
  /** All known keys together: one bucket. */
  readonly #node: TokenBuckets;
  /** Milliseconds; a process without its predecessor's nonces takes nothing that was signed before this second. */
  readonly #start: number;

  constructor(options: GateOptions) {
    this.#options = options;
    const { ratePerSecond: perSecond, rateBurst: burst, rateNames: namesMax, nodePerSecond, nodeBurst } = options.limits;
    this.#keys = new TokenBuckets({ perSecond, burst, namesMax });
    this.#node = new TokenBuckets({ perSecond: nodePerSecond, burst: nodeBurst, namesMax: 1 });
    this.#start = options.nonces.persistent ? 0 : Math.floor(options.clock() / 1_000) * 1_000;
  }

  /**
   * Throws `Refused`: 401 for a signature that is bad, of another time, or seen before; 429 when it comes too often.
   * What anyone could send, under whatever name, is charged to its address: nobody uses up a key's rate but the key.
   */
  async identify(request: SyncRequest): Promise<Caller> {
    const claim = claimOf(request);
    const known = claim !== null && !(claim instanceof PoolError) && (await this.#options.knows(claim.keyid));
    if (!known) this.#charge(this.#options.addresses, networkOf(request.address));
    if (claim === null) return { key: null, known };
    try {
      if (claim instanceof PoolError) throw bad(claim.message);
      this.#verify(claim, request);
      if (known) await this.#once(claim);
    } catch (error) {
      if (known) this.#charge(this.#options.addresses, networkOf(request.address));
      throw error;
    }
    if (known) this.count(claim.keyid);
    return { key: claim.keyid, known };
  }

  /** One message of a known key, in a request of its own or on a connection that it keeps. Throws `Refused`, 429, when they come too often. */
  count(key: string): void {
    this.#charge(this.#keys, key);
    this.#charge(this.#node, "");
  }

  #verify(received: ReceivedSignature, request: SyncRequest): void {
    const { crypto, clock, self } = this.#options;
    const { method, authority, path, contentDigest, fplTo } = request;
    if (authority === null || contentDigest === null || fplTo === null) throw bad("Content-Digest or Fpl-To is missing");
    try {
      verifySignature(crypto, received, requestComponents({ method, authority, path, contentDigest, fplTo }));
    } catch (error) {
      throw error instanceof PoolError ? bad(error.message) : error;
    }
    if (fplTo !== self.did) throw bad(`this is ${self.did}, another node than Fpl-To names`);
    const now = clock();
    if (!isFresh(received, now) || received.created * 1_000 < this.#start) {
      throw anotherTime(now);
    }
  }

  async #once({ keyid, nonce, created }: ReceivedSignature): Promise<void> {
    const { clock, nonces } = this.#options;
    const found = await nonces.add(keyid, nonce, clock(), created * 1_000);
    if (found === "forgotten") throw anotherTime(clock()); // that took its time: by an older one the client would sign too early again
    if (found === "seen") throw bad("this request was sent before");
    if (found === "full") throw tooOften();
  }

  #charge(buckets: TokenBuckets, name: string): void {
    if (!buckets.take(name, this.#options.clock())) throw tooOften();
  }
}

/** What may be asked without a signature: a `hello` with 16 random bytes, so that its reply, which names its digest, is proved to be new. */
export function isBareHello(message: Json): boolean {
  if (typeof message !== "object" || message === null || !("type" in message) || message["type"] !== "hello") return false;
  const nonce = message["nonce"];
  return typeof nonce === "string" && /^[0-9a-fA-F]{32}$/.test(nonce);
}

/** The signature that a request carries; null when it carries none, the reason when it can't be read. */
function claimOf(request: SyncRequest): ReceivedSignature | PoolError | null {
  if (request.signature === null && request.signatureInput === null) return null;
  try {
    return readSignature(request);
  } catch (error) {
    if (error instanceof PoolError) return error;
    throw error;
  }
}

function bad(why: string): Refused {
  return new Refused(401, "bad_signature", why);
}

function anotherTime(now: number): Refused {
  return new Refused(401, "clock", "the signature was made at another time: sign again by this clock", { now });
}

function tooOften(): Refused {
  return new Refused(429, "rate", "too many requests: wait a second");
}
