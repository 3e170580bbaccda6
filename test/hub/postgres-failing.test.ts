/** News over LISTEN and NOTIFY when the server, the connection or somebody else in the database misbehaves. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { CarriedNews } from "../../src/hub/index.ts";
import { openNews } from "../../src/hub/index.ts";
import { topicOf } from "../../src/hub/news/topic.ts";
import { onServer, PostgresServer, type TestDatabase } from "../store/postgres-server.ts";
import { Heard, poolId, until } from "./news-contract.ts";

const options = { timeout: 120_000 };
const pool = poolId("a pool");
const opened: CarriedNews[] = [];
let server: PostgresServer;
let database: TestDatabase;

before(async () => {
  server = await PostgresServer.start();
  database = await server.database("news");
});
after(() => server.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((news) => news.close()));
});

async function open(): Promise<CarriedNews> {
  const news = await openNews({ database: database.url });
  opened.push(news);
  return news;
}

/** Ends every connection that listens. */
const terminate = () =>
  onServer(database.unbound, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fablepool news'");

test("its connections are ended under traffic: all are told to look, and news come again", options, async () => {
  const [one, other] = [await open(), await open()];
  const heard = new Heard(other, "other");
  heard.on(pool);
  await heard.all(one);
  for (let round = 0; round < 3; round++) {
    heard.calls.clear();
    await terminate();
    one.tell(pool);
    await until(() => heard.of(pool) > 0 && one.counts().connected === round + 2 && other.counts().connected === round + 2);
    await heard.all(one);
  }
});

test("the whole server is killed and started again: as if nothing had been", options, async () => {
  const [one, other] = [await open(), await open()];
  const heard = new Heard(other, "other");
  heard.on(pool);
  await heard.all(one);
  await server.kill();
  await until(() => !one.isConnected() && !other.isConnected());
  heard.calls.clear();
  one.tell(pool);
  await server.restart();
  await until(() => heard.of(pool) > 0 && one.isConnected());
  await heard.all(one);
});

test("notifications that are no news are counted, and call nobody", options, async () => {
  const news = await open();
  const heard = new Heard(news, "heard");
  heard.on(pool);
  await heard.all(await open());
  heard.calls.clear();
  const topic = topicOf(pool);
  const lies = ["", "x", pool, `${topic} `, topic.toUpperCase(), `${topic}\n${topic}`, `${topic} x`, "x".repeat(7_999)];
  for (const lie of lies) await onServer(database.unbound, `SELECT pg_notify('fablepool_news', '${lie}')`);
  await until(() => news.counts().malformed === lies.length);
  assert.equal(heard.of(pool), 0);
  await onServer(database.unbound, `SELECT pg_notify('fablepool_news', '${topic} ${topic}')`, "SELECT pg_notify('another', 'x')");
  await until(() => heard.of(pool) > 0);
  assert.equal(news.counts().malformed, lies.length);
});

test("a database that there is none of, or that refuses: one line says so, without a password", options, async () => {
  const url = new URL(database.url);
  url.pathname = "/nowhere";
  url.password = "s3cret";
  await assert.rejects(
    openNews({ database: url.href }),
    (error: Error) => /no such database/.test(error.message) && !/s3cret/.test(error.message),
  );
});
