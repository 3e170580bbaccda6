/** News within one process: for a hub of one, and beneath the news that processes share. */
import type { OpId } from "../../core/op/operation.ts";
import type { PoolNews } from "./pool-news.ts";

export function localNews(): PoolNews {
  const listeners = new Map<OpId, Set<() => void>>();
  return {
    tell(pool) {
      for (const listener of listeners.get(pool) ?? []) listener();
    },
    subscribe(pool, listener) {
      const own = listeners.get(pool) ?? new Set();
      listeners.set(pool, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(pool) === own) listeners.delete(pool);
      };
    },
    isConnected: () => true,
    async close() {
      listeners.clear();
    },
  };
}
