/** What is built beside the store and may be thrown away: replicas to compare with it, or to look at it as it was. */
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { openMemoryStore, openSqliteStore, type Store } from "../store/index.ts";
import type { Home } from "./home.ts";
import { Replica } from "./replica.ts";

const replicas = ["verify", "as-of"] as const;
/** `source`: a copy of another home's store. `vectors`: what texts mean, by a model, for as long as nothing is erased. */
const names = [...replicas, "source", "vectors"] as const;

/** Gives `work` the store of another home, by a copy of its files, which is gone when the promise settles. */
export async function withStoreAside<Result>(home: Home, path: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  clear(home, "source");
  const copy = pathAside(home, "source");
  try {
    for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    const store = await openSqliteStore(copy, { scratch: true });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    clear(home, "source");
  }
}

/** Gives `work` a replica without operations, of the same pool. Its files are gone when the promise settles. */
export async function withReplicaAside<Result>(
  home: Home,
  replica: Replica,
  name: (typeof replicas)[number],
  work: (aside: Replica) => Promise<Result>,
): Promise<Result> {
  clear(home, name);
  try {
    // Where nothing can be written it is kept in memory.
    const store = replica.store.readOnly ? openMemoryStore() : await openSqliteStore(pathAside(home, name), { scratch: true });
    try {
      const pool = await replica.store.read((reader) => reader.pool());
      if (pool) await store.write((tx) => tx.setPool(pool));
      return await work(new Replica(store, replica.crypto));
    } finally {
      await store.close();
    }
  } finally {
    clear(home, name);
  }
}

/**
 * Takes away the vectors, and what processes that were killed left: it may hold words that are to be erased. One that is still at work goes on
 * with its files, which nobody sees any more; where a file in use can't be taken away, it does so itself when it ends.
 */
export function clearAside(home: Home): void {
  for (const name of names) clear(home, name);
}

function clear(home: Home, name: (typeof names)[number]): void {
  for (const end of ["", "-wal", "-shm"]) {
    try {
      rmSync(pathAside(home, name) + end, { force: true });
    } catch (error) {
      if (!["EBUSY", "EPERM", "EACCES"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}

export function pathAside(home: Home, name: (typeof names)[number]): string {
  return `${home.store}.${name}`;
}
