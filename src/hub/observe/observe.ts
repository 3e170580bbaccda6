/** What a hub's process shows of itself: log, metrics, traces. The parts of the hub are given this and nothing else of it. */
import { AsyncLocalStorage } from "node:async_hooks";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { trace } from "@opentelemetry/api";
import { toHex } from "../../core/bytes.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Crypto, Random } from "../../core/ports.ts";
import type { Store } from "../../store/index.ts";
import { codeOf, isLost } from "../../store/postgres/failures.ts";
import type { Handler } from "../../transport/transport.ts";
import type { PoolNews } from "../news/pool-news.ts";
import { type HubLog, type LogOptions, openLog } from "./log.ts";
import { knownType, poolHash } from "./log-fields.ts";
import { type HubMetrics, hubMetrics, type MetricsOptions } from "./metrics.ts";
import { observedHandler, observedNews, observedStore } from "./observed.ts";
import { hubTraces, type TraceOptions } from "./traces.ts";

/** One message that was answered, as the server tells of it; of what else it tells nothing is used. */
export interface Answered {
  readonly type: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly ms: number;
  /** Bytes of the message and of its reply, where they are known. */
  readonly received?: number;
  readonly sent?: number;
}

export interface Observe {
  readonly log: HubLog;
  readonly metrics: HubMetrics;
  /** A pool as logs and traces name it. */
  hash(pool: OpId): string;
  /** Runs what answers one request from outside; its log line and its spans belong together. */
  entry<Result>(traceparent: string | null, work: () => Promise<Result>): Promise<Result>;
  /** A message was answered; `pool` is null where none was named. */
  request(answered: Answered, pool: OpId | null): void;
  handler(handler: Handler, pool: OpId): Handler;
  store(store: Store): Store;
  news(news: PoolNews): PoolNews;
  /** A job of the queue ended: `job` is one of our names for them. */
  job(job: string, outcome: "done" | "failed", ms: number): void;
  /** The job queue lost its connection, or the database failed one of its questions. */
  queueFailed(error: unknown): void;
  close(): void;
}

export interface ObserveOptions extends TraceOptions {
  readonly log: LogOptions;
  readonly metrics: Omit<MetricsOptions, "loopDelaySeconds">;
  readonly crypto: Pick<Crypto, "sha256Hex">;
  readonly random: Random;
}

export function openObserve(options: ObserveOptions): Observe {
  const log = openLog(options.log);
  const loop = monitorEventLoopDelay();
  loop.enable();
  const metrics = hubMetrics({ ...options.metrics, loopDelaySeconds: () => worstOf(loop) });
  const traces = hubTraces(options);
  const seen = { metrics, traces };
  const underWay = new AsyncLocalStorage<string>();
  const hash = (pool: OpId) => poolHash(options.crypto.sha256Hex, pool);
  const newId = () => toHex(options.random(8));
  return {
    log,
    metrics,
    hash,
    entry: (traceparent, work) => underWay.run(newId(), () => traces.entry("fpl-sync request", traceparent, work)),
    request: ({ type: given, status, code, ms, received = 0, sent = 0 }, pool) => {
      const type = knownType(given);
      metrics.requests.inc({ type, status, code: code ?? "none" });
      metrics.requestSeconds.observe({ type }, ms / 1_000);
      metrics.receivedBytes.inc(received);
      metrics.sentBytes.inc(sent);
      const named = pool === null ? {} : { pool: hash(pool) };
      trace.getActiveSpan()?.setAttributes({ "fablepool.message": type, "http.response.status_code": status, ...spanNames(code, named) });
      const fields = { request: underWay.getStore() ?? newId(), ...named, type, status, ...(code === null ? {} : { code }) };
      log.write(status >= 500 ? "error" : "info", "request", { ...fields, ms, ...(received + sent > 0 ? { received, sent } : {}) });
    },
    handler: (handler, pool) => observedHandler(handler, hash(pool), seen),
    store: (store) => observedStore(store, seen),
    news: (news) => observedNews(news, seen),
    job: (job, outcome, ms) => {
      metrics.jobs.inc({ job, outcome });
      metrics.jobSeconds.observe({ job }, ms / 1_000);
      log.write(outcome === "failed" ? "error" : "info", "job", { type: job, code: outcome, ms });
    },
    queueFailed: (error) => {
      metrics.storeFailures.inc({ kind: "queue" });
      const code = codeOf(error).toLowerCase();
      const reason = isLost(error) ? "no connection" : code === "" ? "no answer" : `postgresql ${code}`;
      log.write("error", "failed", { type: "queue", code: "storage", reason });
    },
    close: () => loop.disable(),
  };
}

function spanNames(code: string | null, { pool }: { readonly pool?: string }): Record<string, string> {
  return { ...(code === null ? {} : { "fablepool.code": code }), ...(pool === undefined ? {} : { "fablepool.pool": pool }) };
}

function worstOf(loop: ReturnType<typeof monitorEventLoopDelay>): number {
  const worst = loop.count === 0 ? 0 : loop.max / 1e9;
  loop.reset();
  return worst;
}
