/** The job queue: pg-boss in the schema `fablepool_jobs` of the hub's database. */
import { PgBoss } from "pg-boss";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import { asStorage, shownAddress } from "../../store/postgres/failures.ts";
import type { Sql } from "../registry/database.ts";
import { jobsLimits } from "./jobs-limits.ts";

export const jobsSchema = "fablepool_jobs";

/** As the log and the metrics name them, too. `pool`: look at all grants of a pool. `grant`: look at one. */
export const queueNames = { pool: "look_at_pool", grant: "look_at_grant" } as const;

/** What a job says: ids, and nothing of what they name. */
export interface LookJob {
  readonly pool: OpId;
  /** In `queueNames.grant` only. */
  readonly grant?: OpId;
}

const queueOptions = {
  policy: "short", // one job of a key waits at a time: asked for again, it is there already
  retryLimit: jobsLimits.tries,
  retryDelay: jobsLimits.retrySeconds,
  retryBackoff: true,
  retryDelayMax: jobsLimits.retryMaxSeconds,
  expireInSeconds: jobsLimits.batchSeconds,
  deleteAfterSeconds: jobsLimits.keptSeconds,
  heartbeatSeconds: jobsLimits.heartbeatSeconds,
} as const;

/** Told when the queue's connection was lost, or the database failed one of its questions: it asks again by itself. Must not throw. */
export type OnQueueFailure = (error: unknown) => void;

/** `may`: change the schema, look after the queue. */
export function pgBoss(url: string, may: { migrate?: boolean; superviseSeconds?: number }, onFailure: OnQueueFailure): PgBoss {
  const { migrate = false, superviseSeconds } = may;
  const boss = new PgBoss({
    connectionString: url,
    application_name: "fablepool jobs",
    schema: jobsSchema,
    max: jobsLimits.connections,
    migrate,
    createSchema: migrate,
    schedule: false,
    supervise: superviseSeconds !== undefined,
    ...(superviseSeconds === undefined ? {} : { superviseIntervalSeconds: superviseSeconds, monitorIntervalSeconds: superviseSeconds }),
    registerInstance: false,
    reindex: false, // needs the owner of the tables: the operator's to do, docs/operate.md
    monitorVacuum: false,
  });
  boss.on("error", (told) => onFailure(told instanceof Error ? told : Object.assign(new Error(), told))); // some come as mere fields
  return boss;
}

/** Makes the queue's tables, or brings them to this program's version. `serve`: the role that processes connect as, when it is not the owner. */
export async function migrateJobs(url: string, serve?: string): Promise<void> {
  const boss = pgBoss(url, { migrate: true }, () => undefined); // what fails while it is awaited is thrown
  try {
    await boss.start();
    for (const name of Object.values(queueNames)) {
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, queueOptions);
    }
    // What PostgreSQL counts for its planner stays when the rows go: of what names a pool nothing is counted.
    const uncounted = ["data", "output", "singleton_key"].map((column) => `ALTER ${column} SET STATISTICS 0`).join(", ");
    await boss.getDb().executeSql(`ALTER TABLE ${jobsSchema}.job ${uncounted}`);
    if (serve !== undefined) {
      const role = `"${serve.replaceAll('"', '""')}"`;
      await boss.getDb().executeSql(`
        GRANT USAGE ON SCHEMA ${jobsSchema} TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobsSchema} TO ${role};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobsSchema} TO ${role};`);
    }
  } catch (error) {
    throw asStorage(error, shownAddress(url));
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** The queue of a process that serves. Rejects with `PoolError("storage")` when it was not migrated to this program's version. */
export async function openQueue(url: string, superviseSeconds: number, onFailure: OnQueueFailure): Promise<PgBoss> {
  const boss = pgBoss(url, { superviseSeconds }, onFailure);
  try {
    await boss.start();
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    const address = shownAddress(url);
    if (/not installed|migrat/i.test(String(error))) {
      throw new PoolError("storage", `the job queue at ${address} is not that of this program: \`fablepool hub migrate\``, { address });
    }
    throw asStorage(error, address);
  }
}

/**
 * Removes every job of a pool, whatever its state; how many there were. The pool must be marked as leaving, or gone from the registry,
 * already: then whoever works on one of them just now asks for none any more.
 */
export async function removeJobsOf(sql: Sql, pool: OpId): Promise<number> {
  return (await sql.rows(`DELETE FROM ${jobsSchema}.job WHERE data->>'pool' = $1 RETURNING 1`, pool)).length;
}
