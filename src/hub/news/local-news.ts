/** News within one process: for a hub that is alone, and for tests. */
import { Listeners } from "./listeners.ts";
import type { PoolNews } from "./pool-news.ts";
import { topicOf } from "./topic.ts";

export function localNews(): PoolNews {
  const listeners = new Listeners(null);
  let isOpen = true;
  return {
    tell: (pool) => listeners.heard(topicOf(pool)),
    subscribe(pool, listener) {
      if (!isOpen) return () => undefined;
      const [topic, entry] = [topicOf(pool), { call: listener }];
      listeners.add(topic, entry);
      return () => void listeners.remove(topic, entry);
    },
    isConnected: () => isOpen,
    async close() {
      isOpen = false;
      listeners.close();
    },
  };
}
