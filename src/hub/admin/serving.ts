/** Whether a pool is served, and how much it may hold. */
import { isRemoved, roleOf } from "../../core/admission/device-view.ts";
import { PoolError } from "../../core/errors.ts";
import type { Quota } from "../../core/sync/hosting.ts";
import type { Hosted } from "../hub.ts";
import { setHostedQuota, setHostedState } from "../registry/hosted.ts";
import type { Operated } from "./operator.ts";
import { requireHosted, withReplica } from "./pools.ts";

/** Its devices are told `notice`, and answered nothing else; what it holds stays. Rejects with `not_found`, and `usage` when it is being deleted. */
export async function suspendPool(operated: Operated, given: string, notice: string): Promise<Hosted> {
  return changeState(operated, given, async () => ({ state: "suspended", notice }));
}

/** As it was before: the log says whether this hub is a device already. Rejects as `suspendPool` does. */
export async function resumePool(operated: Operated, given: string): Promise<Hosted> {
  return changeState(operated, given, async (hosted) => {
    if (hosted.state !== "suspended") return hosted;
    const view = await withReplica(operated, hosted.pool, (replica) =>
      replica.store.read(async (reader) => (await replica.controlLog(reader)).view()),
    ).catch((error: unknown) => {
      if (error instanceof PoolError && error.code === "no_pool") return null; // nothing of it ever came
      throw error;
    });
    // Removed or not: a hub that was, answers on, so that the others hear of it.
    const isDevice = view !== null && (roleOf(view, hosted.did) !== null || isRemoved(view, hosted.did));
    return { state: isDevice ? "active" : "joining", notice: "" };
  });
}

async function changeState(
  operated: Operated,
  given: string,
  change: (hosted: Hosted) => Promise<Pick<Hosted, "state" | "notice">>,
): Promise<Hosted> {
  const hosted = await requireHosted(operated, given);
  const { state, notice } = await change(hosted);
  if (hosted.state === "leaving" || !(await setHostedState(operated.registry, hosted.pool, state, notice))) {
    throw new PoolError("usage", `${hosted.pool} is being deleted: that can't be taken back`);
  }
  operated.news.tell(hosted.pool);
  return { ...hosted, state, notice };
}

/** What is there stays, though it be more than that. Rejects with `not_found`. */
export async function setQuota(operated: Operated, given: string, change: Partial<Quota>): Promise<Hosted> {
  const hosted = await requireHosted(operated, given);
  const quota = { ...hosted.quota, ...change };
  await setHostedQuota(operated.registry, hosted.pool, quota);
  operated.news.tell(hosted.pool);
  return { ...hosted, quota };
}
