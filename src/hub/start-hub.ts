/** One process of a hub: wires secret, database, registry, news and listener together. Nothing else does. */
import { randomBytes } from "node:crypto";
import { poolOfAuthority } from "../core/sync/pool-label.ts";
import { authorityCheck, isLiveRequest, type Listening, listenHttp, sharesOf } from "../server/index.ts";
import { migratePostgres, openPostgres, type PostgresDatabase } from "../store/postgres/index.ts";
import { type AdminApiOptions, finishAllLeaving, type Operated, readAdminToken, startAdmin } from "./admin/index.ts";
import { hubHttpLimits, hubLimits } from "./hub-limits.ts";
import type { HubParts } from "./hub-parts.ts";
import { frontKey, readHubSecret } from "./hub-secret.ts";
import { HubService } from "./hub-service.ts";
import { Jobs } from "./jobs/jobs.ts";
import { migrateJobs } from "./jobs/queue.ts";
import { openNews } from "./news/open-news.ts";
import { ProcessWatch } from "./process-watch.ts";
import { migrateRegistry, openRegistry, type RegistryDatabase } from "./registry/database.ts";
import { leaveUnfinished } from "./registry/leaving.ts";
import { forgetNonces } from "./registry/shared-nonces.ts";
import type { HubSettings } from "./settings.ts";

export interface RunningHub {
  /** How it is reached, from this machine at least. */
  readonly url: string;
  readonly port: number;
  /** Who answers where no pool is meant. */
  readonly front: string;
  /** Where operators ask; null when they can't. */
  readonly admin: string | null;
  readonly registry: RegistryDatabase;
  readonly database: PostgresDatabase;
  /** How many pools it has open. */
  openPools(): number;
  /** Where its operator may ask whether it is well; null for nowhere. */
  readonly ops: string | null;
  /** Resolves when its database turns out to be another one than it was, restored or on a stand-by: then it must end. */
  readonly replaced: Promise<void>;
  /**
   * Ends it without losing a word: it is not ready from now on, and serves on for as long as the settings say; then no connection is taken any more, kept ones are told to go elsewhere, requests under way are answered
   * (for 10 s at most), then all that it has open is closed.
   */
  close(): Promise<void>;
}

/** Makes what a hub needs in its database, or brings it to this program's version. `serve`: the role that processes connect as, when it is not the owner. */
export async function migrateHub(database: string, serve?: string): Promise<void> {
  await migratePostgres(database, serve ? { serve } : {});
  await migrateRegistry(database, serve);
  await migrateJobs(database, serve);
}

/**
 * `writeLog` takes the lines of its log. Rejects with `PoolError`: `home` for the secret, `storage` for the database, `usage` when it
 * can't listen there.
 */
export async function startHub(
  settings: HubSettings,
  given: Partial<HubParts> = {},
  writeLog?: (line: string) => void,
): Promise<RunningHub> {
  const secret = readHubSecret(settings.secret);
  const registry = await openRegistry(settings.database);
  const ends: (() => Promise<void>)[] = [() => registry.close()];
  const closeAll = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const { promise: replaced, resolve: onReplaced } = Promise.withResolvers<void>();
    const connections = settings.connections === null ? {} : { connections: settings.connections };
    const database = await openPostgres(settings.database, { ...connections, onReplaced });
    ends.push(() => database.close());
    const watch = new ProcessWatch(settings, writeLog);
    ends.push(() => watch.close());
    const news = given.news ?? (await openNews(settings, { onState: (state) => watch.newsState(state) }));
    ends.push(() => news.close());
    const parts = watch.over({ clock: Date.now, random: (length) => new Uint8Array(randomBytes(length)), ...given, news });
    const { job: onJob, queueFailed: onQueueFailure } = watch.observe;
    const jobs = await Jobs.open({ ...parts, database: settings.database, registry, pools: database, onJob, onQueueFailure });
    ends.push(() => jobs.close());
    const shares = sharesOf(hubHttpLimits);
    const common = { ...namesOf(settings), limits: hubHttpLimits, shares, proxied: settings.behindProxy };
    const openPools = settings.openPools ?? hubLimits.openPools;
    const expect: HubParts["expect"] = (pool, ops) => jobs.expect(pool, ops);
    const service = new HubService({ ...parts, expect, secret, registry, database, service: common, shares, openPools });
    ends.push(() => service.close());
    const listening = await listen(settings, service, watch);
    ends.push(() => listening.close());
    const front = frontKey(secret).did;
    const operated = { registry, database, news, clock: parts.clock, random: parts.random };
    const admin = await listenToOperators(settings, { ...operated, hub: { url: settings.url ?? listening.url, front } });
    ends.push(async () => admin?.close());
    await watch.start({ openPools: () => service.openPools, news, registry }, listening.url);
    const stopForgetting = forgetting(operated);
    return {
      url: settings.url ?? listening.url,
      port: listening.port,
      front,
      admin: admin?.url ?? null,
      registry,
      database,
      openPools: () => service.openPools,
      ops: watch.url,
      replaced,
      async close() {
        await watch.drain();
        await stopForgetting();
        const closed = listening.close();
        service.leave();
        await closed;
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** By which names it may be asked: its own, and those with a pool's label before them. */
function namesOf({ listen, url, authorities, tls }: HubSettings) {
  const names = [...(url === null ? [] : [new URL(url).host]), ...authorities];
  const isOurs = authorityCheck(listen.host, names, tls !== null);
  const check: typeof isOurs = (authority, socket) =>
    isOurs(poolOfAuthority(authority) === null ? authority : authority.slice(authority.indexOf(".") + 1), socket);
  return { host: listen.host, isOurs: check, ...(tls === null ? {} : { tls }) };
}

async function listen({ listen: place, tls, behindProxy }: HubSettings, service: HubService, watch: ProcessWatch): Promise<Listening> {
  const listening = await listenHttp({
    ...place,
    ...(tls === null ? {} : { tls }),
    proxied: behindProxy,
    limits: hubHttpLimits,
    fetch: (request, env) => service.fetch(request, env),
    upgrades: isLiveRequest,
  });
  listening.server.on("upgrade", (incoming, stream, head) => {
    watch.liveConnections++;
    stream.once("close", () => watch.liveConnections--);
    void service.upgrade(incoming, stream, head);
  });
  return listening;
}

/** The operators' API, on a listener of its own. */
async function listenToOperators({ admin, tls }: HubSettings, options: Omit<AdminApiOptions, "token">): Promise<Listening | null> {
  if (admin === null) return null;
  const { host, port, token } = admin;
  return startAdmin({ host, port, ...(tls === null ? {} : { tls }) }, { ...options, token: readAdminToken(token) });
}

/** Every process does it, and no other waits: what one has deleted the others don't find. */
function forgetting(operated: Operated): () => Promise<void> {
  const stop = new AbortController();
  let round: Promise<void> | null = null;
  const timer = setInterval(() => {
    // What fails the next round does: nothing depends on when.
    const { registry, clock } = operated;
    forgetNonces(registry, clock()).catch(() => undefined);
    round ??= leaveUnfinished(registry, clock() - hubLimits.joiningMs)
      .then(() => finishAllLeaving(operated, stop.signal))
      .catch(() => undefined)
      .finally(() => {
        round = null;
      });
  }, hubLimits.forgetMs).unref();
  return async () => {
    clearInterval(timer);
    stop.abort();
    await round;
  };
}
