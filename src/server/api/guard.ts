/**
 * Who may ask `/api`: the page that this node served, opened by its owner, and scripts of theirs. A page of another site, a name of
 * another's that points here, and a program of another user of this machine may not: docs/threat-model.md.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TokenBuckets } from "../../node/index.ts";
import { Refused } from "../refused.ts";

export interface GuardLimits {
  /** Requests a second, and at once after a pause, of who has the token. */
  readonly ratePerSecond: number;
  readonly rateBurst: number;
  /** The same of all together who have not: guessing 256 bits is hopeless at any rate, and so it costs nothing. */
  readonly strangersPerSecond: number;
  readonly strangersBurst: number;
}

/** 256 bits, new at each start, in base64url. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export class Guard {
  readonly #token: Buffer;
  readonly #known: TokenBuckets;
  readonly #strangers: TokenBuckets;

  constructor(token: string, limits: GuardLimits) {
    this.#token = Buffer.from(token);
    this.#known = new TokenBuckets({ perSecond: limits.ratePerSecond, burst: limits.rateBurst, namesMax: 1 });
    this.#strangers = new TokenBuckets({ perSecond: limits.strangersPerSecond, burst: limits.strangersBurst, namesMax: 1 });
  }

  /** Throws `Refused`: what `checkSource` throws, 401 without the token or with another, 429 when requests come too often. */
  check(incoming: IncomingMessage): void {
    checkSource(incoming);
    if (!this.#hasToken(incoming)) {
      if (!this.#strangers.take("", performance.now())) throw tooOften();
      throw new Refused(401, "unauthorized", "the token is missing or another one: open the address that `fablepool open` printed");
    }
    if (!this.#known.take("", performance.now())) throw tooOften();
  }

  #hasToken({ headersDistinct }: IncomingMessage): boolean {
    const [field, second] = headersDistinct["authorization"] ?? [];
    const given = second === undefined ? /^Bearer ([\w-]+)$/i.exec(field ?? "")?.[1] : undefined;
    const bytes = Buffer.from(given ?? "");
    // Its length is no secret; which of its characters are right is.
    return bytes.length === this.#token.length && timingSafeEqual(bytes, this.#token);
  }
}

/**
 * What a browser says of the page that asks. Throws `Refused`: 421 for another name than loopback's with this port, which a page whose
 * own name was made to point here would ask by; 403 for another origin, and for whatever another site's page makes a browser send.
 */
export function checkSource(incoming: IncomingMessage, { fromAnySite = false } = {}): void {
  const { headersDistinct } = incoming;
  const authority = authorityOf(incoming);
  if (authority === null) throw new Refused(421, "bad_request", "this server has another name: ask for 127.0.0.1 and its port");
  const origins = headersDistinct["origin"] ?? [];
  if (origins.some((origin) => origin !== `http://${authority}`)) {
    throw new Refused(403, "unauthorized", "pages of other origins are not answered");
  }
  const sites = headersDistinct["sec-fetch-site"] ?? [];
  if (!fromAnySite && sites.some((site) => site !== "same-origin" && site !== "none")) {
    throw new Refused(403, "unauthorized", "pages of other sites are not answered");
  }
}

/** True when another site's page opens this one as a whole page, as a link does: harmless, since nothing private is in it. */
export function isNavigation({ headers, method }: IncomingMessage): boolean {
  return method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

/** The name by which it is asked, when that is one of loopback's with the port that the connection came in at; else null. */
export function authorityOf({ headersDistinct, url = "", socket }: IncomingMessage): string | null {
  const [host, second] = headersDistinct["host"] ?? [];
  if (host === undefined || second !== undefined || !url.startsWith("/")) return null;
  const names = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${socket.localPort}`);
  const authority = host.toLowerCase();
  const atUsualPort = socket.localPort === 80 && ["127.0.0.1", "localhost", "[::1]"].includes(authority);
  return names.includes(authority) || atUsualPort ? authority : null;
}

function tooOften(): Refused {
  return new Refused(429, "rate", "too many requests: wait a second");
}
