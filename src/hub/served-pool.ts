/** One hosted pool as the service that its devices and grantees ask. */
import { isRemoved, roleOf } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { isObject } from "../core/sync/messages.ts";
import { answer, nativeCrypto, Replica, type Writer } from "../node/index.ts";
import type { ServiceOptions, SyncService } from "../server/index.ts";
import { syncService } from "../server/index.ts";
import type { PostgresDatabase } from "../store/postgres/index.ts";
import type { Handler } from "../transport/index.ts";
import { takenAlways, withinQuota } from "./admin/quota.ts";
import type { Hosted, OpenPool } from "./hub.ts";
import { hubLimits } from "./hub-limits.ts";
import type { HubParts } from "./hub-parts.ts";
import { type HubSecret, poolKey } from "./hub-secret.ts";
import { leavingReply, notServed } from "./not-served.ts";
import type { RegistryDatabase } from "./registry/database.ts";
import { activateHosted, findHosted } from "./registry/hosted.ts";
import { sharedNonces } from "./registry/shared-nonces.ts";
import { checkRestored } from "./restored.ts";
import { answerStranger } from "./stranger.ts";

export interface ServedPoolOptions extends HubParts {
  readonly secret: HubSecret;
  readonly registry: RegistryDatabase;
  readonly database: PostgresDatabase;
  /** What all pools of this process have in common: its names, limits and shares. */
  readonly service: Pick<ServiceOptions, "host" | "isOurs" | "tls" | "proxied" | "limits" | "shares">;
  /** Called when the registry has the pool no more. */
  readonly onGone: (pool: string) => void;
}

export class ServedPool implements OpenPool {
  readonly replica: Replica;
  readonly writer: Writer;
  readonly service: SyncService;
  readonly #options: ServedPoolOptions;
  #hosted: Hosted;
  /** When the registry was asked last, by `performance.now`; before everything when it should be asked again. */
  #asked = performance.now();
  readonly #untell: () => void;

  /** Opens it as the registry has it. */
  static async open(hosted: Hosted, options: ServedPoolOptions): Promise<ServedPool> {
    const { did, seed } = poolKey(options.secret, hosted.pool);
    if (did !== hosted.did)
      throw new PoolError("home", `this is not the secret by which the hub took in ${hosted.pool}: its device there is another`);
    const { database, watch } = options;
    // A pool that was removed meanwhile is not made anew: only who brings one makes it.
    const there = hosted.state !== "joining";
    const opened = await database.store(hosted.pool, { there, admits: withinQuota(() => served?.hosted ?? hosted) });
    const store = watch?.store(opened) ?? opened;
    let served: ServedPool | null = null;
    try {
      await checkRestored(store, did, database.identity);
      // It takes in this pool and no other, from the first operation on.
      if ((await store.read((reader) => reader.pool())) === null) await store.write((tx) => tx.setPool(hosted.pool));
      served = new ServedPool(hosted, new Replica(store, nativeCrypto), { ...options, self: { did, seed } });
      await served.#activate();
      return served;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(hosted: Hosted, replica: Replica, options: ServedPoolOptions & { readonly self: { did: Did; seed: Uint8Array } }) {
    const { self, news, registry, onRequest, clock, random, service, watch } = options;
    const handler: Handler = (message, key) => this.#answer(message, key);
    this.#options = options;
    this.#hosted = hosted;
    this.replica = replica;
    this.writer = { ...self, clock, random };
    this.#untell = replica.onChange(() => news.tell(hosted.pool));
    this.service = syncService({
      ...service,
      self,
      crypto: nativeCrypto,
      clock,
      random,
      handler: watch?.handler(handler, hosted.pool) ?? handler,
      knows: (key) => this.#knows(key as Did),
      nonces: sharedNonces(registry, hosted.pool),
      news: { subscribe: (listener) => news.subscribe(hosted.pool, () => this.#heard(listener)) },
      ...(onRequest ? { onRequest: (event) => onRequest({ ...event, pool: hosted.pool }) } : {}),
    });
  }

  get hosted(): Hosted {
    return this.#hosted;
  }

  async close(): Promise<void> {
    this.service.close();
    this.#untell();
    await this.replica.store.close();
  }

  #heard(listener: () => void): void {
    this.#asked = Number.NEGATIVE_INFINITY;
    listener();
  }

  async #answer(message: Json, key: string | null): Promise<JsonObject> {
    const hosted = await this.#now();
    if (hosted === null || hosted.state === "leaving") return leavingReply(this.#hosted, message, key);
    if (hosted.state === "suspended") {
      const isKnown = key !== null && (await this.#isKnown(key as Did));
      return isKnown ? { ...notServed(hosted, "suspended") } : answerStranger(hosted.did, message);
    }
    const joining = hosted.state === "joining";
    if (joining && key !== hosted.registrant) return answerStranger(hosted.did, message);
    const pushed = isObject(message) && message["type"] === "push" && Array.isArray(message["ops"]) ? message["ops"] : null;
    const self = { did: hosted.did, live: true, writer: this.writer };
    const options = { asText: true, brings: joining ? hosted.registrant : null };
    const reply = await answer(this.replica, self, message, key, options);
    if (pushed !== null && reply["code"] === "storage") {
      // Of what has no room, that is taken by which its owner makes some.
      const ops = takenAlways(pushed);
      if (ops.length > 0) await answer(this.replica, self, { ...(message as JsonObject), ops }, key, options);
    }
    if (joining && pushed !== null) await this.#activate();
    return reply;
  }

  /** A key of a device, removed or not, of a grantee, or of whoever brings the pool. */
  async #knows(key: Did): Promise<boolean> {
    const hosted = await this.#now();
    return hosted !== null && hosted.state !== "leaving" && this.#isKnown(key);
  }

  async #isKnown(key: Did): Promise<boolean> {
    if (this.#hosted.state === "joining" && key === this.#hosted.registrant) return true;
    const { store } = this.replica;
    return store.read(
      async (reader) => (await this.replica.controlLog(reader)).view().devices.has(key) || (await reader.grantsTo(key)).length > 0,
    );
  }

  /** The pool's row of the registry as it is, or was a moment ago; null when there is none any more. */
  async #now(): Promise<Hosted | null> {
    if (performance.now() - this.#asked < hubLimits.hostedMs) return this.#hosted;
    const asked = performance.now();
    const { pool } = this.#hosted;
    const hosted = await findHosted(this.#options.registry, { pool });
    if (hosted === null || hosted.state === "leaving") this.#options.onGone(pool);
    if (hosted === null) return null;
    this.#hosted = hosted;
    this.#asked = asked;
    return hosted;
  }

  /** Once the log has this hub as a device that serves, the pool is its own log's and no more its registrant's. */
  async #activate(): Promise<void> {
    const { pool, did, state } = this.#hosted;
    if (state !== "joining") return;
    const view = await this.replica.store.read(async (reader) => (await this.replica.controlLog(reader)).view());
    const role = isRemoved(view, did) ? null : roleOf(view, did);
    if (role !== "mirror" && role !== "full") return;
    await activateHosted(this.#options.registry, pool, role);
    this.#hosted = { ...this.#hosted, state: "active", role };
    this.#options.news.tell(pool);
  }
}
