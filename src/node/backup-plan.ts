/** Backups that are made by themselves, while a device serves or follows others. */
import type { BackupMade } from "./backup.ts";
import { hasErasedSince, makeBackup, readRecords } from "./backup.ts";
import { readSettings } from "./home.ts";
import type { Node } from "./open-node.ts";

export interface PlanEvents {
  made(made: BackupMade): unknown;
  failed(error: Error): void;
}

/** Milliseconds between two looks at whether one is due: a machine that slept is behind by no more. */
const lookMs = 60_000;

/** Makes the backup of the settings whenever it is due. Returns how to stop; one that is being written is broken off. */
export function keepBackups(node: Node, events: PlanEvents, periodMs: number = lookMs): () => Promise<void> {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const look = () => {
    running = running.then(async () => {
      if (stop.signal.aborted) return;
      try {
        const made = await backUpIfDue(node, stop.signal);
        if (made !== null) events.made(made);
      } catch (error) {
        if (!stop.signal.aborted) events.failed(error as Error);
      }
    });
  };
  look();
  const timer = setInterval(look, periodMs);
  return async () => {
    clearInterval(timer);
    stop.abort();
    await running;
  };
}

/** Null when none is planned, or it is not due yet. One that holds words which were taken away since is due at once. */
export async function backUpIfDue(node: Node, signal?: AbortSignal): Promise<BackupMade | null> {
  const plan = readSettings(node.home).backup;
  if (plan === undefined) return null;
  const isDue = await node.replica.store.read(async (reader) => {
    const last = (await readRecords(reader))[plan.file];
    const sinceMs = last === undefined ? Number.POSITIVE_INFINITY : node.writer.clock() - last.at;
    // A clock that was set back would put the next one off for ever.
    return last === undefined || sinceMs < 0 || sinceMs >= plan.everyMs || hasErasedSince(reader, last.place);
  });
  if (!isDue) return null;
  return makeBackup(node, plan.file, { seal: { recipient: plan.recipient }, ...(signal ? { signal } : {}) });
}
