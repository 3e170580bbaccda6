/**
 * What becomes due of hosted pools while nobody asks: grants that end, slices that get stale, purges that are owed. The queue says which
 * grant to look at and when; what is due, the pool's own log tells whoever looks. So a job that is late, early or done twice does no harm.
 */
import type { PgBoss } from "pg-boss";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Clock, Json } from "../../core/ports.ts";
import { isObject } from "../../core/sync/messages.ts";
import { type GrantLook, grantsOf, lookAtGrant } from "../../node/index.ts";
import type { OpenPool } from "../hub.ts";
import type { RegistryDatabase } from "../registry/database.ts";
import { findHosted } from "../registry/hosted.ts";
import { jobsLimits } from "./jobs-limits.ts";
import { type LookJob, openQueue, queueNames, removeJobsOf } from "./queue.ts";

export interface JobsOptions {
  /** The hub's database, migrated (`migrateJobs`). */
  readonly database: string;
  readonly registry: RegistryDatabase;
  /** Has the pool open while `work` runs; rejects with `PoolError("not_found")` when it is not hosted here any more. */
  readonly withPool: <Result>(pool: OpId, work: (open: Pick<OpenPool, "replica">) => Promise<Result>) => Promise<Result>;
  readonly clock: Clock;
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
    const jobs = new Jobs(options, await openQueue(options.database, options.superviseSeconds ?? jobsLimits.superviseSeconds));
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
        for (const { id, data } of jobs) results.push({ id, ...(await this.#done(() => look.call(this, data))) });
        return results;
      });
    }
  }

  /** A job that failed is tried again; its error is told by its code alone, since jobs are kept. */
  async #done(work: () => Promise<void>): Promise<{ status: "completed" | "failed"; output?: object }> {
    try {
      await work();
      return { status: "completed" };
    } catch (error) {
      const code = error instanceof PoolError ? error.code : "internal";
      return code === "not_found" ? { status: "completed" } : { status: "failed", output: { code } };
    }
  }

  async #lookAtPool({ pool }: LookJob): Promise<void> {
    const grants = await this.#options.withPool(pool, ({ replica }) => grantsOf(replica));
    for (const grant of grants) await this.#lookAtGrant({ pool, grant });
  }

  async #lookAtGrant({ pool, grant }: LookJob): Promise<void> {
    const { clock, withPool, onLook } = this.#options;
    const now = clock();
    const look = grant === undefined ? null : await withPool(pool, ({ replica }) => lookAtGrant(replica, grant, now));
    if (look === null || grant === undefined) return;
    onLook?.(pool, look);
    if (look.next !== null) await this.#ask(pool, grant, Math.min(look.next, now + jobsLimits.nextLookMs));
  }

  /** The instant is part of the key: what was asked for later or earlier stays, and finds nothing to do. */
  async #ask(pool: OpId, grant: OpId, at: number): Promise<void> {
    const data: LookJob = { pool, grant };
    await this.#boss.send(queueNames.grant, data, { singletonKey: `${pool}:${grant}:${at}`, startAfter: new Date(at) });
    // Deleted meanwhile: whoever deletes it removes its row first and its jobs then, which this one came after.
    if ((await findHosted(this.#options.registry, { pool })) === null) await removeJobsOf(this.#options.registry, pool);
  }
}
