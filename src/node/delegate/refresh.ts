/**
 * Keeping a delegate in order while it runs: it purges what has ended in the moment it ends, pulls each grant often enough that a
 * withdrawal reaches it, and sends the receipts that it owes until they are acknowledged. What fails is tried again, later each time.
 */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import { delegateNow, msUntilEnd, termsOf, wantsPull } from "./end-of-slice.ts";
import type { Delegate } from "./open-delegate.ts";
import { type Connect, type Pulled, pullGrant } from "./pull.ts";
import { type Purged, purgeEnded } from "./purge.ts";
import { type ReceiptSent, sendReceipts } from "./receipts.ts";

/** Runs `run` once, after `ms`; returns how to take that back. */
export type Timer = (ms: number, run: () => void) => () => void;

export type RefreshEvent =
  | { readonly kind: "pulled"; readonly pulled: Pulled }
  | { readonly kind: "purged"; readonly purged: Purged }
  | { readonly kind: "receipt"; readonly sent: ReceiptSent }
  | { readonly kind: "failed"; readonly grant: OpId | null; readonly error: PoolError };

export interface RefreshOptions {
  readonly connect: Connect;
  readonly timer: Timer;
  /** Told of what happens. Must not throw. */
  readonly onEvent?: (event: RefreshEvent) => void;
}

export interface Refreshing {
  /** Looks at once what is due. */
  wake(): void;
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** Starts at once. A defect that is no `PoolError` rejects `stop`. */
export function startRefreshing(delegate: Delegate, options: RefreshOptions): Refreshing {
  const refresher = new Refresher(delegate, options);
  refresher.wake();
  return refresher;
}

/** When something was tried last, by the delegate's clock, how often it failed in a row, and how much of the usual wait to keep. */
interface Attempt {
  readonly at: number;
  readonly failures: number;
  readonly share: number;
}

type Task = "pull" | "receipt";

class Refresher implements Refreshing {
  readonly #delegate: Delegate;
  readonly #options: RefreshOptions;
  readonly #attempts = new Map<string, Attempt>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #lookAgain = false;
  #cancel: () => void = () => {};

  constructor(delegate: Delegate, options: RefreshOptions) {
    this.#delegate = delegate;
    this.#options = options;
  }

  wake(): void {
    if (this.#stop.signal.aborted || this.#lookAgain) return;
    this.#lookAgain = true;
    this.#looking = this.#looking.then(() => {
      this.#lookAgain = false;
      return this.#stop.signal.aborted ? undefined : this.#look();
    });
    this.#looking.catch(() => undefined); // `stop` says it
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancel();
    await Promise.all(this.#running.values());
    await this.#looking;
  }

  /** Purging comes first, and waits for no network. */
  async #look(): Promise<void> {
    this.#cancel();
    await this.#trying(null, async () => {
      for (const purged of await purgeEnded(this.#delegate)) this.#tell({ kind: "purged", purged });
    });
    let wait: number = limits.delegateWakeMs;
    await this.#trying(null, async () => {
      wait = await this.#startDue();
    });
    if (!this.#stop.signal.aborted) this.#cancel = this.#options.timer(wait, () => this.wake());
  }

  /** Starts what is due; resolves with the milliseconds until something else is. */
  async #startDue(): Promise<number> {
    const { register, clock } = this.#delegate;
    const { grants, owed } = await register.transact((rows) => ({
      grants: rows.grants().map((record) => ({ record, time: delegateNow(clock(), rows.poolAsOf(record.pool)) })),
      owed: new Set(rows.receipts().flatMap(({ acknowledgedAt, receipt }) => (acknowledgedAt === null ? [receipt.grant] : []))),
    }));
    let wait: number = limits.delegateWakeMs;
    for (const { record, time } of grants) {
      const refreshMs = termsOf(record)?.refreshMs ?? limits.refreshMs;
      const until = [msUntilEnd(record, time) ?? wait];
      if (wantsPull(record, time)) until.push(this.#start("pull", record.id, refreshMs));
      if (owed.has(record.id)) until.push(this.#start("receipt", record.id, limits.refreshMs));
      wait = Math.min(wait, ...until);
    }
    return Math.max(1, wait);
  }

  /** Starts a task when it is due; returns the milliseconds until it is. How long to wait is decided anew each time: terms may have come. */
  #start(task: Task, grant: OpId, refreshMs: number): number {
    const name = `${task} ${grant}`;
    if (this.#running.has(name)) return limits.delegateWakeMs; // it wakes us when it is done
    const now = this.#delegate.clock();
    const last = this.#attempts.get(name);
    if (last !== undefined && last.at <= now) {
      const wait = last.share * (last.failures === 0 ? pullEveryMs(refreshMs) : retryMs(last.failures, refreshMs));
      if (now < last.at + wait) return Math.ceil(last.at + wait - now);
    } // else it was never tried, or the clock was set back
    const run = this.#trying(grant, () => (task === "pull" ? this.#pull(grant) : this.#sendReceipts(grant))).then((done) => {
      const failures = done ? 0 : (last?.failures ?? 0) + 1;
      if (done && task === "receipt")
        this.#attempts.delete(name); // the next one is another's
      else this.#attempts.set(name, { at: this.#delegate.clock(), failures, share: this.#share() });
      this.#running.delete(name);
      this.wake();
    });
    this.#running.set(name, run);
    return limits.delegateWakeMs;
  }

  async #pull(grant: OpId): Promise<boolean> {
    const pulled = await pullGrant(this.#delegate, grant, this.#options.connect, this.#stop.signal);
    this.#tell({ kind: "pulled", pulled });
    return true;
  }

  async #sendReceipts(grant: OpId): Promise<boolean> {
    const all = await sendReceipts(this.#delegate, this.#options.connect, grant, this.#stop.signal);
    for (const sent of all) this.#tell({ kind: "receipt", sent });
    return all.every(({ acknowledged }) => acknowledged);
  }

  /** False when it failed in a way that trying again may end. */
  async #trying(grant: OpId | null, work: () => Promise<boolean | undefined | void>): Promise<boolean> {
    try {
      return (await work()) ?? true;
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      if (error.code !== "interrupted") this.#tell({ kind: "failed", grant, error });
      return false;
    }
  }

  /** From 0.75 to 1.25: delegates that one event sent away do not come back all at once. */
  #share(): number {
    const [byte = 0] = this.#delegate.random(1);
    return 0.75 + byte / 510;
  }

  #tell(event: RefreshEvent): void {
    this.#options.onEvent?.(event);
  }
}

const leastMs = 1_000;

/** Four pulls before a slice goes stale, and at least one a quarter of a day. */
function pullEveryMs(refreshMs: number): number {
  return Math.max(leastMs, Math.min(limits.delegatePullMs, refreshMs / 4));
}

/** Doubles with each failure, and leaves room for several tries before a slice goes stale. */
export function retryMs(failures: number, refreshMs: number): number {
  const first = Math.min(limits.delegateRetryMs, refreshMs / 32);
  const most = Math.min(limits.delegateRetryMaxMs, refreshMs / 8);
  return Math.max(leastMs, Math.min(most, first * 2 ** Math.min(failures - 1, 30)));
}
