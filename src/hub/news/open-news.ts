/** The news of a hub's process, by what its operator has. */
import type { CarriedNews, NewsOptions } from "./carried-news.ts";
import { natsNews } from "./nats-news.ts";
import { postgresNews } from "./postgres-news.ts";

export interface NewsSettings {
  /** The hub's database. */
  readonly database: string;
  /** NATS, where there is one: see `NatsOptions`. */
  readonly nats?: string | null;
  readonly natsCredentials?: string | null;
  readonly natsCa?: string | null;
}

/** Over NATS when it is named, else over the database. Rejects with a `PoolError` that says what the operator has to put right. */
export function openNews({ database, nats, natsCredentials, natsCa }: NewsSettings, options: NewsOptions = {}): Promise<CarriedNews> {
  if (nats == null) return postgresNews({ ...options, url: database });
  const files = { ...(natsCredentials == null ? {} : { credentialsFile: natsCredentials }), ...(natsCa == null ? {} : { caFile: natsCa }) };
  return natsNews({ ...options, ...files, url: nats });
}
