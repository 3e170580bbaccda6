/**
 * What becomes due of hosted pools while nobody asks: grants that end, slices that get stale, purges that are owed. The queue says which
 * grant to look at and when; what is due, the pool's own log tells whoever looks. So a job that is late, early or done twice does no harm.
 */
import type { PgBoss } from "pg-boss";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Clock, Json } from "../../core/ports.ts";
import { isObject } from "../../core/sync/messages.ts";
import { type GrantLook, grantsOf, lookAtGrant, nativeCrypto, Replica } from "../../node/index.ts";
import type { PostgresDatabase } from "../../store/postgres/index.ts";
import type { RegistryDatabase } from "../registry/database.ts";
import { findHosted } from "../registry/hosted.ts";
import { jobsLimits } from "./jobs-limits.ts";
import { type LookJob, type OnQueueFailure, openQueue, queueNames, removeJobsOf } from "./queue.ts";

export interface JobsOptions {
  /** The hub's database, migrated (`migrateJobs`). */
  readonly database: string;
  readonly registry: RegistryDatabase;
  readonly pools: PostgresDatabase;
  readonly clock: Clock;
  /** Told of each job that ended, by its queue's name. Must not throw. */
  readonly onJob?: (job: string, outcome: "done" | "failed", ms: number) => void;
  readonly onQueueFailure?: OnQueueFailure;
  /** Told of each look. Must not throw. */
  readonly onLook?: (pool: OpId, look: GrantLook) => void;
  /** Milliseconds, as in `jobsLimits`. */
  readonly slotMs?: number;
  readonly settleMs?: number;
  readonly pollSeconds?: number;
  readonly superviseSeconds?: number;
}

/** After these something else may be due of a grant, or of another one. */
const concerning: ReadonlySet<unknown> = new Set(["cap_grant", "cap_revoke", "device_remove", "redaction"]);

export class Jobs {
  readonly #options: JobsOptions;
  readonly #boss: PgBoss;

  private constructor(options: JobsOptions, boss: PgBoss) {
    this.#options = options;
    this.#boss = boss;
  }

  /** Works on what is due from now on. Rejects with `PoolError("storage")`. */
  static async open(options: JobsOptions): Promise<Jobs> {
    const { database, superviseSeconds = jobsLimits.superviseSeconds, onQueueFailure = () => undefined } = options;
    const jobs = new Jobs(options, await openQueue(database, superviseSeconds, onQueueFailure));
    await jobs.#work();
    return jobs;
  }

  /**
   * Called before these operations are taken in: asks for a look at the pool's grants when they concern any, some minutes later. It is in
   * the queue before they are in the log, so whoever is killed in between leaves a look too many, and never one too few.
   */
  async expect(pool: OpId, ops: readonly Json[]): Promise<void> {
    if (ops.some((op) => isObject(op) && concerning.has(op["type"]))) await this.lookAt(pool);
  }

  /** Asks for a look at all grants of a pool. */
  async lookAt(pool: OpId): Promise<void> {
    const { clock, slotMs = jobsLimits.slotMs, settleMs = jobsLimits.settleMs } = this.#options;
    const slot = Math.floor(clock() / slotMs);
    const data: LookJob = { pool };
    await this.#boss.send(queueNames.pool, data, { singletonKey: `${pool}:${slot}`, startAfter: new Date(slot * slotMs + settleMs) });
  }

  /** Works on nothing more; what it had begun and could not end within seconds is somebody else's. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: jobsLimits.closeMs });
  }

  async #work(): Promise<void> {
    const { pollSeconds = jobsLimits.pollSeconds } = this.#options;
    const options = {
      batchSize: jobsLimits.batch,
      pollingIntervalSeconds: pollSeconds,
      burstWhenBatchFull: true,
      perJobResults: true,
    } as const;
    for (const [kind, name] of Object.entries(queueNames)) {
      const look = kind === "pool" ? this.#lookAtPool : this.#lookAtGrant;
      await this.#boss.work<LookJob, unknown, typeof options>(name, options, async (jobs) => {
        const results = [];
        for (const { id, data } of jobs) results.push({ id, ...(await this.#done(name, () => look.call(this, data))) });
        return results;
      });
    }
  }

  /** A job that failed is tried again; its error is told by its code alone, since jobs are kept. */
  async #done(name: string, work: () => Promise<void>): Promise<{ status: "completed" | "failed"; output?: object }> {
    const began = performance.now();
    const told = (outcome: "done" | "failed") => this.#options.onJob?.(name, outcome, performance.now() - began);
    try {
      await work();
      told("done");
      return { status: "completed" };
    } catch (error) {
      told("failed");
      return { status: "failed", output: { code: error instanceof PoolError ? error.code : "internal" } };
    }
  }

  async #lookAtPool({ pool }: LookJob): Promise<void> {
    await this.#withPool(pool, async (replica) => {
      for (const grant of await grantsOf(replica)) await this.#look(replica, pool, grant);
    });
  }

  async #lookAtGrant({ pool, grant }: LookJob): Promise<void> {
    if (grant !== undefined) await this.#withPool(pool, (replica) => this.#look(replica, pool, grant));
  }

  async #look(replica: Replica, pool: OpId, grant: OpId): Promise<void> {
    const now = this.#options.clock();
    const look = await lookAtGrant(replica, grant, now);
    if (look === null) return;
    this.#options.onLook?.(pool, look);
    if (look.next !== null) await this.#ask(pool, grant, Math.min(look.next, now + jobsLimits.nextLookMs));
  }

  /** The instant is part of the key: what was asked for earlier or later stays, and finds nothing to do. */
  async #ask(pool: OpId, grant: OpId, at: number): Promise<void> {
    const data: LookJob = { pool, grant };
    await this.#boss.send(queueNames.grant, data, { singletonKey: `${pool}:${grant}:${at}`, startAfter: new Date(at) });
    // Deleted meanwhile: whoever deletes it marks it first and removes its jobs then, and may have been faster than this one.
    if (!(await this.#isHosted(pool))) await removeJobsOf(this.#options.registry, pool);
  }

  /** On a store of its own: pools that are open because devices ask for them stay so. Does nothing when the pool is not hosted any more. */
  async #withPool(pool: OpId, work: (replica: Replica) => Promise<void>): Promise<void> {
    if (!(await this.#isHosted(pool))) return;
    const store = await this.#options.pools.store(pool, { there: true });
    try {
      await work(new Replica(store, nativeCrypto));
    } finally {
      await store.close();
    }
  }

  async #isHosted(pool: OpId): Promise<boolean> {
    const hosted = await findHosted(this.#options.registry, { pool });
    return hosted !== null && hosted.state !== "leaving";
  }
}
