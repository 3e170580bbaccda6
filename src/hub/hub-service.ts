/**
 * Every request to a hub, and which of its nodes answers it: the pool whose device `Fpl-To` names, else the one that the first
 * label of the authority names, else the front, which is no pool's.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { BoundedCache } from "../core/crypto/bounded-cache.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import { errorReply } from "../core/sync/messages.ts";
import { poolOfAuthority } from "../core/sync/pool-label.ts";
import { networkOf, type Reply, readRequest, type Shares, type SyncRequest, type SyncService, sendReply } from "../server/index.ts";
import { hostPath } from "../transport/index.ts";
import { type Front, openFront } from "./front.ts";
import { hubHttpLimits, hubLimits } from "./hub-limits.ts";
import { leavingPool } from "./leaving-pool.ts";
import { OpenPools } from "./open-pools.ts";
import { findHosted } from "./registry/hosted.ts";
import { ServedPool, type ServedPoolOptions } from "./served-pool.ts";

export interface HubServiceOptions extends Omit<ServedPoolOptions, "onGone"> {
  readonly shares: Shares;
  /** Pools that stay open though nobody uses them. */
  readonly openPools: number;
}

/** A pool as it is open here; one that is leaving is no more than a word to its devices. */
type Opened = Pick<ServedPool, "services" | "close" | "isOwner">;

/** Who answers a request; `release` once it is answered. */
interface Answering {
  readonly service: SyncService;
  release(): void;
}

export class HubService {
  readonly #options: HubServiceOptions;
  readonly #secure: boolean;
  readonly #front: Front;
  readonly #pools: OpenPools<Opened>;
  /** The pool of a did that was asked for. A did never gets another. */
  readonly #poolOfDid = new BoundedCache<string>(hubLimits.knownDids);
  readonly #open = new Set<Opened>();

  constructor(options: HubServiceOptions) {
    this.#options = options;
    this.#secure = options.service.tls !== undefined;
    this.#front = openFront({ ...options, isOwner: (pool, key) => this.#isOwner(pool, key) });
    this.#pools = new OpenPools({
      kept: options.openPools,
      open: (pool) => this.#openPool(pool),
      close: async (opened) => {
        this.#open.delete(opened);
        await opened.close();
      },
    });
  }

  /** How many pools this process has open. */
  get openPools(): number {
    return this.#open.size;
  }

  fetch(request: Request, env: HttpBindings): Promise<Response> {
    const traceparent = env.incoming.headers["traceparent"];
    const work = () => this.#fetch(request, env);
    return this.#options.watch?.entry(typeof traceparent === "string" ? traceparent : null, work) ?? work();
  }

  async #fetch(request: Request, env: HttpBindings): Promise<Response> {
    try {
      const answering = await this.#find(this.#read(env.incoming));
      try {
        return await answering.service.fetch(request, env);
      } finally {
        answering.release();
      }
    } catch (error) {
      const { status, fields, content } = unsigned(error);
      return new Response(content as Uint8Array<ArrayBuffer>, { status, headers: fields });
    }
  }

  /** The pool stays open as long as the connection. Never rejects. */
  async upgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on("error", () => {}); // whoever asked is gone: there is nobody to tell
    try {
      const { service, release } = await this.#find(this.#read(incoming));
      if (stream.destroyed) return release();
      stream.once("close", release);
      await service.upgrade(incoming, stream, head);
    } catch (error) {
      sendReply(stream, unsigned(error), hubHttpLimits.closeMs);
    }
  }

  /** Ends all kept connections, as a server that goes away does. */
  leave(): void {
    for (const { services } of this.#open) services.sync.close();
  }

  close(): Promise<void> {
    return this.#pools.close();
  }

  #read(incoming: IncomingMessage): SyncRequest {
    return readRequest(incoming, this.#secure, this.#options.service.proxied);
  }

  /** Rejects with `not_found` when the request is for a node that is not here. */
  async #find(request: SyncRequest): Promise<Answering> {
    const pool = await this.#poolOf(request);
    const at = request.path === hostPath ? "hosting" : "sync";
    if (pool === null) return { service: this.#front[at], release: () => {} };
    const { opened, release } = await this.#pools.lease(pool);
    return { service: opened.services[at], release };
  }

  /** Null for the front. */
  async #poolOf({ fplTo, authority, address }: SyncRequest): Promise<string | null> {
    const label = authority === null ? null : poolOfAuthority(authority);
    if (fplTo === this.#front.did || (fplTo === null && label === null)) return null;
    const known = fplTo === null ? undefined : this.#poolOfDid.get(fplTo);
    if (known !== undefined) return known;
    // Looking it up costs the registry something, and anybody can ask.
    const { shares, clock, registry } = this.#options;
    if (!shares.addresses.take(networkOf(address), clock())) throw new PoolError("rate", "too many requests: wait a second");
    const hosted = await findHosted(registry, fplTo === null ? { pool: label ?? "" } : { did: fplTo });
    if (hosted === null) throw notHere();
    this.#poolOfDid.set(hosted.did, hosted.pool);
    return hosted.pool;
  }

  async #openPool(pool: string): Promise<Opened> {
    const hosted = await findHosted(this.#options.registry, { pool });
    if (hosted === null) throw notHere();
    const options = { ...this.#options, onGone: (gone: string) => this.#pools.forget(gone) };
    const opened: Opened = hosted.state === "leaving" ? leavingPool(hosted, options) : await ServedPool.open(hosted, options);
    this.#open.add(opened);
    return opened;
  }

  async #isOwner(pool: OpId, key: Did): Promise<boolean> {
    const { opened, release } = await this.#pools.lease(pool);
    try {
      return await opened.isOwner(key);
    } finally {
      release();
    }
  }
}

function notHere(): PoolError {
  return new PoolError("not_found", "that node is not here");
}

/** What is answered where no node can sign for it: nothing of it is believed but the number. */
function unsigned(error: unknown): Reply {
  const code = error instanceof PoolError ? error.code : "internal";
  if (code === "not_found") return replyOf(421, errorReply("bad_request", "that node is not here"));
  const [status, shown] = code === "rate" ? ([429, errorReply("rate", "too many requests: wait a second")] as const) : unavailable;
  return replyOf(status, shown, { "retry-after": "1" });
}

function replyOf(status: number, message: object, more: Readonly<Record<string, string>> = {}): Reply {
  const content = Buffer.from(JSON.stringify(message));
  return { status, fields: { "content-type": "application/json", "content-length": String(content.length), ...more }, content };
}

const unavailable = [503, errorReply("storage", "this can't be answered now")] as const;
