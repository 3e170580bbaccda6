/** A hub's parts as they are seen at work: the same parts, which also count, measure and trace what they do. */
import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { PoolError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/ports.ts";
import type { Reader, Store, Transactor } from "../../store/index.ts";
import type { Handler } from "../../transport/transport.ts";
import type { PoolNews } from "../news/pool-news.ts";
import { knownType } from "./log-fields.ts";
import type { HubMetrics } from "./metrics.ts";
import type { Traces } from "./traces.ts";

export interface Seen {
  readonly metrics: HubMetrics;
  readonly traces: Traces;
}

/** `pool` is the pool's hash. */
export function observedHandler(handler: Handler, pool: string, { metrics, traces }: Seen): Handler {
  return (message, key) => {
    const type = knownType(typeOf(message));
    return traces.span("handle", { "fablepool.message": type, "fablepool.pool": pool }, async (span) => {
      const reply = await handler(message, key);
      if (reply["type"] === "error") span.setAttribute("fablepool.code", String(reply["code"]));
      for (const outcome of ["accepted", "rejected", "deferred"] as const) {
        const ops = reply["type"] === "push_result" ? reply[outcome] : null;
        if (Array.isArray(ops)) metrics.operations.inc({ outcome }, ops.length);
      }
      return reply;
    });
  };
}

export function observedStore(store: Store, { metrics, traces }: Seen): Store {
  const seen = <Result>(kind: "read" | "write", work: () => Promise<Result>) =>
    traces.span(`store ${kind}`, {}, async (span: Span) => {
      const began = performance.now();
      try {
        return await work();
      } catch (error) {
        if (error instanceof PoolError && error.code === "storage") {
          metrics.storeFailures.inc({ kind });
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        throw error;
      } finally {
        metrics.storeSeconds.observe({ kind }, (performance.now() - began) / 1_000);
      }
    });
  return {
    read: <Result>(work: (reader: Reader) => Promise<Result>) => seen("read", () => store.read(work)),
    write: <Result>(work: (transactor: Transactor) => Promise<Result>) => seen("write", () => store.write(work)),
    close: () => store.close(),
  };
}

export function observedNews(news: PoolNews, { metrics, traces }: Seen): PoolNews {
  return {
    tell: (pool) => {
      metrics.news.inc({ direction: "told" });
      void traces.span("news", {}, async () => news.tell(pool));
    },
    subscribe: (pool, listener) =>
      news.subscribe(pool, () => {
        metrics.news.inc({ direction: "heard" });
        listener();
      }),
    isConnected: () => news.isConnected(),
    close: () => news.close(),
  };
}

function typeOf(message: unknown): string | null {
  const { type } = typeof message === "object" && message !== null ? (message as JsonObject) : {};
  return typeof type === "string" ? type : null;
}
