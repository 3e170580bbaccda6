/**
 * News over PostgreSQL's LISTEN and NOTIFY, for a hub without NATS: one connection of its own, one channel for all pools. What is
 * sent here is committed alone, so no operation waits for it.
 */
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { asStorage, isLost, shownAddress } from "../../store/postgres/failures.ts";
import { CarriedNews, type NewsOptions } from "./carried-news.ts";
import type { Ear, Line } from "./line.ts";
import { newsLimits } from "./news-limits.ts";
import { isTopic, type Topic } from "./topic.ts";

export interface PostgresNewsOptions extends NewsOptions {
  /** The hub's database: `postgres://user:password@host:port/database`. Any role will do. */
  readonly url: string;
}

const channel = "fablepool_news";
const empty = "-";

/** Rejects with `PoolError("storage")` when the server refuses. */
export function postgresNews(options: PostgresNewsOptions): Promise<CarriedNews> {
  const { url, patienceMs = newsLimits.patienceMs } = options;
  return CarriedNews.open((ear) => openLine(url, patienceMs, ear), options);
}

async function openLine(url: string, patienceMs: number, ear: Ear): Promise<Line> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "fablepool news",
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
    keepAlive: true,
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const close = () => {
    end();
    client.end().catch(() => undefined);
  };
  client.on("error", close).on("end", end);
  const own = Promise.withResolvers<void>();
  let backend = 0;
  client.on("notification", ({ processId, payload = "" }) => {
    if (processId === backend) own.resolve();
    else hear(payload, ear);
  });
  try {
    await client.connect();
    backend = (await client.query("SELECT pg_backend_pid() AS backend")).rows[0].backend;
    await client.query(`LISTEN ${channel}`);
    await client.query("SELECT pg_notify($1, $2)", [channel, empty]);
    await arrived(own.promise, patienceMs);
  } catch (error) {
    close();
    const told = asStorage(error, shownAddress(url));
    const mayPass = isLost(error) || /timeout/i.test(told.message);
    throw mayPass ? new PoolError("network", told.message, {}, { cause: error }) : told;
  }
  const send = async (topics: readonly Topic[]) => {
    await client.query("SELECT pg_notify($1, word) FROM unnest($2::text[]) AS word", [channel, payloads(topics)]);
  };
  return { send, follow: null, unfollow: () => undefined, ended, end: close };
}

function payloads(topics: readonly Topic[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < topics.length; at += newsLimits.topicsPerNotification) {
    found.push(topics.slice(at, at + newsLimits.topicsPerNotification).join(" "));
  }
  return found;
}

function hear(payload: string, ear: Ear): void {
  if (payload === empty) return;
  const words = payload.split(" ");
  if (words.length > newsLimits.topicsPerNotification || !words.every(isTopic)) ear.malformed();
  else for (const topic of words) ear.heard(topic);
}

async function arrived(own: Promise<void>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = "what is notified does not come back: news need a session of their own, without a pool of transactions in between";
    timer = setTimeout(() => reject(new PoolError("storage", why)), patienceMs);
  });
  await Promise.race([own, late]).finally(() => clearTimeout(timer));
}
