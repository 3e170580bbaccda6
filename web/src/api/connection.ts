/** How the page stands with the node: fine, out of reach, or not let in. One value, watched by the shell. */
import { useSyncExternalStore } from "react";

export type Connection = "open" | "away" | "closed";

let current: Connection = "open";
const watchers = new Set<() => void>();

export function setConnection(next: Connection): void {
  if (next === current) return;
  current = next;
  for (const watch of watchers) watch();
}

export function connection(): Connection {
  return current;
}

export function useConnection(): Connection {
  return useSyncExternalStore((watch) => {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }, connection);
}
