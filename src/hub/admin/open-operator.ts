/** An operator's command by itself: no process of the hub need be running. */
import { randomBytes } from "node:crypto";
import { openPostgres } from "../../store/postgres/index.ts";
import { openNews } from "../news/open-news.ts";
import { openRegistry } from "../registry/database.ts";
import type { OperatorSettings } from "../settings.ts";
import type { Operated } from "./operator.ts";

export interface OperatorsCommand extends Operated {
  /** What was told to the hub's processes is on its way when it resolves. */
  close(): Promise<void>;
}

/** Rejects with `PoolError`: `storage` for the database, `usage` or `unauthorized` for NATS. */
export async function openOperator(settings: OperatorSettings): Promise<OperatorsCommand> {
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const registry = await openRegistry(settings.database);
    ends.push(() => registry.close());
    const database = await openPostgres(settings.database, { connections: 2 });
    ends.push(() => database.close());
    const news = await openNews(settings);
    ends.push(() => news.close());
    return { registry, database, news, clock: Date.now, random: (length) => new Uint8Array(randomBytes(length)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
