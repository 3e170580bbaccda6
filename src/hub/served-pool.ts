/** One hosted pool as its devices and grantees ask it. */
import { type DeviceView, isRemoved, roleOf } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { hostingMember, readHostingRequest } from "../core/sync/hosting.ts";
import { errorReplyOf, isObject, refusal } from "../core/sync/messages.ts";
import { answer, nativeCrypto, Replica, type Writer } from "../node/index.ts";
import type { Held, PostgresDatabase } from "../store/postgres/index.ts";
import { takenAlways, withinQuota } from "./admin/quota.ts";
import type { Hosted, OpenPool } from "./hub.ts";
import { hubLimits } from "./hub-limits.ts";
import { poolKey } from "./hub-secret.ts";
import { leavingReply, notServed } from "./not-served.ts";
import { type PoolServices, type PoolServicesOptions, poolServices } from "./pool-services.ts";
import type { RegistryDatabase } from "./registry/database.ts";
import { activateHosted, findHosted } from "./registry/hosted.ts";
import { beginLeaving } from "./registry/leaving.ts";
import { SeenDevices } from "./registry/seen-devices.ts";
import { checkRestored } from "./restored.ts";
import { answerStranger, isGreeting } from "./stranger.ts";

export interface ServedPoolOptions extends PoolServicesOptions {
  readonly registry: RegistryDatabase;
  readonly database: PostgresDatabase;
  /** Called when the pool is not to be served from this store any more. */
  readonly onGone: (pool: string) => void;
}

export class ServedPool implements OpenPool {
  readonly replica: Replica;
  readonly writer: Writer;
  readonly services: PoolServices;
  readonly #options: ServedPoolOptions;
  readonly #seen: SeenDevices;
  readonly #untell: () => void;
  #hosted: Hosted;
  #counted: Promise<[Held | null, ReadonlyMap<string, number>]> = Promise.resolve([null, new Map()]);
  #countedAt = Number.NEGATIVE_INFINITY;
  /** When the registry was asked last, by `performance.now`; before everything when it is to be asked again. */
  #asked = performance.now();

  /** Opens it as the registry has it. */
  static async open(hosted: Hosted, options: ServedPoolOptions): Promise<ServedPool> {
    const { pool, did } = hosted;
    if (poolKey(options.secret, hosted).did !== did) {
      throw new PoolError("home", `this is not the secret by which the hub took in ${pool}: its device there is another`);
    }
    const { database, watch } = options;
    let served: ServedPool | null = null;
    // A pool that was removed meanwhile is not made anew: only who brings one makes it.
    const there = hosted.state !== "joining";
    const opened = await database.store(pool, { there, admits: withinQuota(() => served?.hosted ?? hosted) });
    const store = watch?.store(opened) ?? opened;
    try {
      await checkRestored(store, did, database.identity);
      // It takes in this pool and no other, from the first operation on.
      if ((await store.read((reader) => reader.pool())) === null) await store.write((tx) => tx.setPool(pool));
      served = new ServedPool(hosted, new Replica(store, nativeCrypto), options);
      await served.#activate();
      return served;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(hosted: Hosted, replica: Replica, options: ServedPoolOptions) {
    const { news, registry, secret, clock, random } = options;
    const { pool } = hosted;
    this.#options = options;
    this.#hosted = hosted;
    this.replica = replica;
    this.writer = { ...poolKey(secret, hosted), clock, random };
    this.#seen = new SeenDevices(registry, pool);
    const untell = replica.onChange(() => news.tell(pool));
    const unhear = news.subscribe(pool, () => this.#lookAgain());
    this.#untell = () => {
      untell();
      unhear();
    };
    this.services = poolServices(hosted, options, {
      sync: (message, key) => this.#answer(message, key as Did | null).catch((error) => ({ ...errorReplyOf(error) })),
      hosting: (message, key) => this.#answerHosting(message, key as Did | null).catch((error) => ({ ...errorReplyOf(error) })),
      knows: (key) => this.#knows(key),
      changes: { subscribe: (listener) => news.subscribe(pool, () => this.#heard(listener)) },
    });
  }

  get hosted(): Hosted {
    return this.#hosted;
  }

  /** Whether `key` is root, or a `full` device in force, and the pool is active. */
  async isOwner(key: Did): Promise<boolean> {
    return (await this.#now()).state === "active" && mayDecide(await this.#view(), key);
  }

  async close(): Promise<void> {
    this.services.sync.close();
    this.services.hosting.close();
    this.#untell();
    await this.replica.store.close();
  }

  #heard(listener: () => void): void {
    this.#lookAgain();
    listener();
  }

  /** Another process may have changed what the registry says. */
  #lookAgain(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  async #answer(message: Json, key: Did | null): Promise<JsonObject> {
    const hosted = await this.#now();
    const { state, did, registrant } = hosted;
    if (state === "leaving") return leavingReply(hosted, message, key);
    if (state === "joining" && key !== registrant) return answerStranger(did, message);
    if (state === "suspended") {
      return key !== null && (await this.#isKnown(key)) ? notServed(hosted, "suspended") : answerStranger(did, message);
    }
    const reply = await this.#served(message, key, state === "joining" ? registrant : null);
    if (key !== null && reply["type"] !== "error") await this.#note(key);
    return reply;
  }

  async #served(message: Json, key: Did | null, brings: Did | null): Promise<JsonObject> {
    const self = { did: this.writer.did, live: true, writer: this.writer, hosting: () => this.#hosting() };
    const options = { asText: true, brings };
    const pushed = isObject(message) && message["type"] === "push" && Array.isArray(message["ops"]) ? message["ops"] : null;
    if (pushed !== null) await this.#options.expect?.(this.#hosted.pool, pushed);
    const reply = await answer(this.replica, self, message, key, options);
    if (pushed !== null && reply["code"] === "storage") {
      // Of what has no room, that is taken by which its owner makes some.
      const ops = takenAlways(pushed);
      if (ops.length > 0) await answer(this.replica, self, { ...(message as JsonObject), ops }, key, options);
    }
    if (pushed !== null && brings !== null) await this.#activate();
    return reply;
  }

  /** `unhost` (HOS-6). */
  async #answerHosting(message: Json, key: Did | null): Promise<JsonObject> {
    if (key === null || isGreeting(message)) return answerStranger(this.#hosted.did, message);
    const request = readHostingRequest(message);
    const { registry, clock, news } = this.#options;
    const { pool, state, registrant } = await this.#now();
    if (request.type !== "unhost" || request.pool !== pool) return { ...refusal };
    const may = state === "leaving" || (state === "joining" ? key === registrant : mayDecide(await this.#view(), key));
    if (!may) return { ...refusal };
    await beginLeaving(registry, pool, "", clock() + hubLimits.unhostedToldMs);
    news.tell(pool);
    return { type: "unhosted" };
  }

  /** What its devices are told of the pool here (HOS-10), counted anew once a second at most: every sync begins with it. */
  async #hosting(): Promise<JsonObject> {
    const { pool, role, state, quota } = this.#hosted;
    if (performance.now() - this.#countedAt > hubLimits.hostedMs) {
      this.#countedAt = performance.now();
      this.#counted = Promise.all([this.#options.database.held(pool), this.#seen.list()]);
    }
    const [held, seen] = await this.#counted;
    const used = held ?? { operations: 0, bytes: 0 };
    return hostingMember({ role, state: state === "joining" ? state : "active", quota, used, seen });
  }

  /** A key of a device, removed or not, of a grantee, or of whoever brings the pool. */
  async #knows(key: Did): Promise<boolean> {
    return (await this.#now()).state !== "leaving" && this.#isKnown(key);
  }

  async #isKnown(key: Did): Promise<boolean> {
    if (this.#hosted.state === "joining" && key === this.#hosted.registrant) return true;
    return this.replica.store.read(async (reader) => {
      const { devices, root } = (await this.replica.controlLog(reader)).view();
      return key === root || devices.has(key) || (await reader.grantsTo(key)).length > 0;
    });
  }

  async #note(key: Did): Promise<void> {
    const now = this.#options.clock();
    if (!this.#seen.isNoted(key, now) && (await this.#view()).devices.has(key)) this.#seen.note(key, now);
  }

  #view(): Promise<DeviceView> {
    return this.replica.store.read(async (reader) => (await this.replica.controlLog(reader)).view());
  }

  /** The pool's row of the registry as it is, or was a moment ago. Joining ends in a moment, so then it is looked up each time. */
  async #now(): Promise<Hosted> {
    const { pool, state } = this.#hosted;
    if (state !== "joining" && performance.now() - this.#asked < hubLimits.hostedMs) return this.#hosted;
    const asked = performance.now();
    const hosted = await findHosted(this.#options.registry, { pool });
    if (hosted === null || hosted.state === "leaving") this.#options.onGone(pool);
    this.#hosted = hosted ?? { ...this.#hosted, state: "leaving" };
    this.#asked = asked;
    return this.#hosted;
  }

  /** Once the log has this hub as a device that serves, the pool is its own log's and no more its registrant's (HOS-9). */
  async #activate(): Promise<void> {
    const { pool, did, state } = this.#hosted;
    if (state !== "joining") return;
    const role = roleOf(await this.#view(), did);
    if (role !== "mirror" && role !== "full") return;
    await activateHosted(this.#options.registry, pool, role);
    this.#hosted = { ...this.#hosted, state: "active", role };
    this.#options.news.tell(pool);
  }
}

function mayDecide(view: DeviceView, key: Did): boolean {
  return key === view.root || (!isRemoved(view, key) && roleOf(view, key) === "full");
}
