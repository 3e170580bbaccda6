/**
 * Staying in sync with a peer (live/1, section 7): one sync over HTTP, then a connection that is kept. What the peer admits
 * is pulled when it says so, what is admitted here is pushed at once; what breaks off is tried again, later each time. A peer
 * that keeps no connections is synced with now and then, and whenever something was admitted here.
 */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { backoffMs } from "../core/sync/backoff.ts";
import { hostingRefusalOf } from "../core/sync/hosting.ts";
import { expectReply, extensions, isObject } from "../core/sync/messages.ts";
import type { SyncReport } from "../core/sync/report.ts";
import type { HttpTransport, LiveTransport } from "../transport/index.ts";
import type { Admissions } from "./admissions.ts";
import { Doorbell } from "./doorbell.ts";
import { nativeCrypto } from "./native-crypto.ts";
import type { Node } from "./open-node.ts";
import { type SyncOptions, syncWith } from "./sync-client.ts";

/** Who stays in sync. */
export type LiveNode = Pick<Node, "writer" | "replica">;

export type LiveState =
  /** A connection is kept; both sides had everything when it began. */
  | { readonly is: "live"; readonly peer: string }
  /** There is no connection that could be kept, for this reason. */
  | { readonly is: "periodic"; readonly peer: string; readonly why: string }
  /** It failed, and is tried again in `ms`. */
  | { readonly is: "waiting"; readonly ms: number; readonly why: PoolError };

export interface LiveSyncOptions {
  readonly url: string;
  /** The node that must answer; null accepts whoever is there first. */
  readonly node: string | null;
  /** Whether a peer that does not know this device yet is asked again: a hub, which the log named before it heard of this device. */
  readonly waits?: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onState: (state: LiveState) => void;
  /** The first sync of each connection, and every later one that did something. */
  readonly onReport: (report: SyncReport) => void | Promise<void>;
  readonly onProgress?: SyncOptions["onProgress"];
  /** Milliseconds between two syncs with a peer that keeps no connection. */
  readonly periodMs?: number;
  /** In [0, 1): keeps devices that lost the same server from coming back at the same instant. */
  readonly share?: () => number;
}

/**
 * Resolves when `signal` fired. Rejects when trying again would not help: with the error of the very first attempt unless the
 * network failed, later with `unauthorized` (this device was removed, say), `storage` and what is a defect.
 */
export async function syncLive(node: LiveNode, admissions: Admissions, options: LiveSyncOptions): Promise<void> {
  const { signal } = options;
  let peer = options.node;
  for (let failures = 0, reached = false; !signal.aborted; ) {
    const began = performance.now();
    try {
      await connection(node, admissions, { ...options, node: peer }, (did) => {
        peer = did;
        reached = true;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof PoolError) || !mayPass(error, reached, options.waits === true)) throw error;
      // A server that lets in and hangs up at once is not called again at once.
      failures = performance.now() - began > limits.backoffMaxMs ? 0 : failures;
      const ms = backoffMs(failures++, (options.share ?? Math.random)());
      options.onState({ is: "waiting", ms, why: error });
      await pause(ms, signal);
    }
  }
}

/** Whether the peer took this device for a stranger: it does not know it, or not yet. One that was removed is not even greeted so (TRA-13). */
export function isUnknownThere({ details }: PoolError): boolean {
  return details["code"] === "unauthorized" && details["stranger"] === true;
}

/** Whether the next attempt may go better. */
function mayPass(error: PoolError, reached: boolean, waits: boolean): boolean {
  if (error.code === "network") return true;
  if (waits && isUnknownThere(error)) return true;
  // A hub's operator may think again; a key that was removed stays it.
  if (hostingRefusalOf(error.details) === "suspended") return reached;
  return error.code === "peer" && reached && error.details["code"] !== "unauthorized";
}

/** From the first `hello` until it breaks off (rejects) or `signal` fires (resolves). */
async function connection(node: LiveNode, admissions: Admissions, options: LiveSyncOptions, onPeer: (did: string) => void): Promise<void> {
  const { did, seed, clock, random } = node.writer;
  const { url, signal } = options;
  const { openHttpTransport } = await import("../transport/index.ts"); // loaded only here: HTTP takes its time to load
  const http = openHttpTransport({ url, node: options.node, key: { did, seed }, crypto: nativeCrypto, clock, random });
  try {
    const report = await syncWith(node.replica, http, withProgress(options));
    onPeer(report.peer);
    await options.onReport(report);
    const hello = await http.request({ type: "hello", extensions: liveExtensions }, signal);
    const speaks = isObject(hello) && Array.isArray(hello["extensions"]) ? hello["extensions"] : [];
    const both = liveExtensions.filter((name) => speaks.includes(name));
    const known = { ...options, node: report.peer, extensions: both };
    if (!["heads/1", "live/1"].every((name) => both.includes(name)))
      return await periodic(node, admissions, http, known, "it speaks no live/1");
    const certificate = isObject(hello) && typeof hello["certificate"] === "string" ? hello["certificate"] : null;
    await kept(node, admissions, { http, certificate }, known);
  } finally {
    await http.close();
  }
}

const liveExtensions: readonly string[] = [...extensions, "live/1"];

function withProgress({ node, signal, onProgress }: LiveSyncOptions): SyncOptions {
  return { node, signal, ...(onProgress ? { onProgress } : {}) };
}

/** `extensions`: those that both sides named. */
type Known = LiveSyncOptions & { readonly node: string; readonly extensions: readonly string[] };

async function kept(
  node: LiveNode,
  admissions: Admissions,
  { http, certificate }: { readonly http: HttpTransport; readonly certificate: string | null },
  options: Known,
): Promise<void> {
  const { did, seed, random } = node.writer;
  const bell = new Doorbell();
  /** The newest heads that the peer told; null once they were looked at. */
  let told: Json = null;
  const onNotify = (heads: JsonObject) => {
    told = heads;
    bell.ring();
  };
  const clock = () => http.now();
  const { url, node: peer } = options;
  const { openLiveTransport } = await import("../transport/index.ts");
  const opening = openLiveTransport({ url, node: peer, key: { did, seed }, certificate, crypto: nativeCrypto, clock, random, onNotify });
  const live = await opening.catch(asRefusal);
  if (typeof live === "string") return periodic(node, admissions, http, options, live);
  const unsubscribe = admissions.subscribe(() => bell.ring());
  const stop = () => bell.ring();
  options.signal.addEventListener("abort", stop, { once: true });
  let lost: PoolError | null = null;
  void live.lost.then((why) => {
    lost = why;
    bell.ring();
  });
  const next = async () => {
    await bell.wait();
    if (lost !== null) throw lost;
    const heads = told;
    told = null;
    return heads;
  };
  try {
    await follow(node, live, options, next);
  } finally {
    options.signal.removeEventListener("abort", stop);
    unsubscribe();
    await live.close();
  }
}

/** Why there is no connection to keep, when that is the peer's choice or cannot be believed; whatever else failed rejects. */
function asRefusal(error: unknown): string {
  if (error instanceof PoolError && error.code === "peer") return error.message;
  throw error;
}

/** `next` resolves when something was admitted on either side: with the peer's heads when it told them. */
async function follow(node: LiveNode, live: LiveTransport, options: Known, next: () => Promise<Json>): Promise<void> {
  const { signal, node: peer, extensions: both } = options;
  const exchange = async (more: SyncOptions) => {
    const report = await syncWith(node.replica, live, { ...withProgress(options), ...more });
    if (didAnything(report)) await options.onReport(report);
    return report.pushed;
  };
  // What was admitted on either side since the sync over HTTP; its `hello` asks for `notify`.
  await exchange({ extensions: liveExtensions });
  options.onState({ is: "live", peer });
  for (let theirs: Json = null; ; ) {
    const told = await next();
    if (signal.aborted) return;
    // After a push their heads are others than those that they last told: asked for, unless they told them meanwhile.
    theirs = told ?? theirs ?? expectReply(await live.request({ type: "heads" }, signal), "heads");
    if ((await exchange({ heads: theirs, extensions: both })) > 0) theirs = null;
  }
}

function didAnything({ pulled, pushed, rejected, deferred, conflicts }: SyncReport): boolean {
  return pulled + pushed + rejected.length + deferred.length + conflicts.length > 0;
}

/**
 * Syncs over HTTP whenever something was admitted here, and now and then to hear what is new there. Resolves after a while,
 * to look whether the peer keeps connections by now.
 */
async function periodic(node: LiveNode, admissions: Admissions, http: HttpTransport, options: Known, why: string): Promise<void> {
  const { signal, node: peer, periodMs = limits.livePeriodMs } = options;
  options.onState({ is: "periodic", peer, why });
  const bell = new Doorbell();
  const ring = () => bell.ring();
  const unsubscribe = admissions.subscribe(ring);
  signal.addEventListener("abort", ring, { once: true });
  try {
    for (let rounds = 0; rounds < limits.livePeriods; rounds++) {
      await bell.wait(periodMs);
      if (signal.aborted) return;
      const report = await syncWith(node.replica, http, withProgress(options));
      if (didAnything(report)) await options.onReport(report);
    }
  } finally {
    signal.removeEventListener("abort", ring);
    unsubscribe();
  }
}

/** Resolves after `ms`, or when `signal` fires. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const bell = new Doorbell();
  const ring = () => bell.ring();
  signal.addEventListener("abort", ring, { once: true });
  if (!signal.aborted) await bell.wait(ms);
  signal.removeEventListener("abort", ring);
}
