/** News over a NATS that is killed, stopped, lied to, or does not want this hub. */
import assert from "node:assert/strict";
import { createServer, connect as dial } from "node:net";
import { after, afterEach, before, test } from "node:test";
import { connect } from "@nats-io/transport-node";
import type { CarriedNews, NewsState } from "../../src/hub/index.ts";
import { type NatsOptions, natsNews } from "../../src/hub/news/nats-news.ts";
import { newsLimits } from "../../src/hub/news/news-limits.ts";
import { topicOf } from "../../src/hub/news/topic.ts";
import { NatsServer } from "./nats-server.ts";
import { Heard, poolId, until } from "./news-contract.ts";

const options = { timeout: 120_000 };
const pool = poolId("a pool");
const opened: CarriedNews[] = [];
const servers: NatsServer[] = [];
let server: NatsServer;

before(async () => {
  server = await started();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((news) => news.close()));
});
after(async () => {
  await Promise.all(servers.map((each) => each.stop()));
});

async function started(settings = ""): Promise<NatsServer> {
  const each = await NatsServer.start(settings);
  servers.push(each);
  return each;
}

async function open(given: Partial<NatsOptions> = {}): Promise<CarriedNews> {
  const news = await natsNews({ url: server.url, ...given });
  opened.push(news);
  return news;
}

test("killed under traffic and started again: all are told to look, and news come again", options, async () => {
  const [one, other] = [await open(), await open()];
  const heard = new Heard(other, "other");
  heard.on(pool);
  await heard.all(one);
  for (let round = 0; round < 3; round++) {
    const traffic = setInterval(() => one.tell(poolId(`traffic ${round}`)), 1);
    await server.kill();
    await until(() => !one.isConnected() && !other.isConnected());
    heard.calls.clear();
    one.tell(pool); // while there is no server
    await server.restart();
    await until(() => heard.of(pool) > 0);
    await until(() => one.isConnected());
    await heard.all(one);
    clearInterval(traffic);
  }
});

test("what is told while this process alone has lost the server reaches the others, who have not", options, async () => {
  const line = await cutable(server.port);
  const [one, other] = [await open({ url: `nats://127.0.0.1:${line.port}` }), await open()];
  const heard = new Heard(other, "other");
  heard.on(pool);
  await heard.all(one);
  line.cut();
  await until(() => !one.isConnected());
  heard.calls.clear();
  one.tell(pool);
  for (let at = 0; at < newsLimits.waiting; at++) one.tell(poolId(`many ${at}`));
  assert.equal(one.counts().waiting, 1, "beyond the bound everybody is told to look at everything");
  assert.equal(heard.of(pool), 0);
  line.mend();
  await until(() => heard.of(pool) > 0);
  assert.equal(other.counts().connected, 1, "the other one had its connection all the while");
  line.cut();
  line.line.close();
});

test("a server that holds its connections and says nothing is noticed, and makes good when it speaks again", options, async () => {
  const impatient = { patienceMs: 300, beatMs: 100 };
  const states: NewsState[] = [];
  const [one, other] = [await open({ ...impatient, onState: (state) => void states.push(state) }), await open(impatient)];
  const heard = new Heard(other, "other");
  heard.on(pool);
  await heard.all(one);
  server.pause();
  try {
    await until(() => !one.isConnected() && !other.isConnected());
    heard.calls.clear();
    one.tell(pool);
  } finally {
    server.resume();
  }
  await until(() => heard.of(pool) > 0 && one.isConnected());
  assert.deepEqual([states[0]?.is, states[1]?.is, states.at(-1)?.is], ["connected", "waiting", "connected"]);
});

test("there is no server yet: a process starts all the same, and hears once there is one", options, async () => {
  const late = await started();
  await late.kill();
  const news = await open({ url: late.url });
  assert.equal(news.isConnected(), false);
  let heard = 0;
  news.subscribe(pool, () => void heard++);
  news.tell(pool);
  await until(() => heard > 0); // its own
  heard = 0;
  await late.restart();
  await until(() => heard > 0 && news.isConnected());
});

test("messages that are no news are counted, and call nobody; a flood of real ones calls as often as one looks", options, async () => {
  const news = await open();
  const heard = new Heard(news, "heard");
  heard.on(pool);
  await heard.all(await open());
  heard.calls.clear();
  const stranger = await connect({ servers: `127.0.0.1:${server.port}` });
  const subject = `fablepool.news.${topicOf(pool)}`;
  for (const bytes of [new Uint8Array([0]), new TextEncoder().encode(pool), new Uint8Array(100_000)]) stranger.publish(subject, bytes);
  stranger.publish("fablepool.news.every-pool", "x");
  stranger.publish("fablepool.news.*.x");
  await stranger.flush();
  await until(() => news.counts().malformed === 4);
  assert.equal(heard.of(pool), 0);
  const [flood, before] = [20_000, performance.now()];
  for (let at = 0; at < flood; at++) stranger.publish(subject);
  await stranger.flush();
  await until(() => news.counts().heard >= flood);
  await until(() => heard.of(pool) > 0);
  const most = 1 + (performance.now() - before) / newsLimits.gatherMs;
  assert.ok(heard.of(pool) <= most, `${heard.of(pool)} calls`);
  await stranger.close();
});

test("what may have been lost unseen is found all the same: every listener is called now and then", options, async () => {
  const news = await open({ lookAllMs: 1_000 });
  const pools = Array.from({ length: 250 }, (_, at) => poolId(`looked at ${at}`));
  const heard = new Heard(news, "heard");
  for (const each of pools) heard.on(each);
  for (let round = 0; round < 2; round++) {
    heard.calls.clear();
    await until(() => pools.every((each) => heard.of(each) > 0));
  }
});

test(
  "a user and password, a token, credentials that are wrong: the server refuses, and one line says so without them",
  options,
  async () => {
    const guarded = await started(`authorization { users: [
    { user: "hub", password: "se:cret" },
    { user: "deaf", password: "x", permissions: { publish: "fablepool.>", subscribe: "other" } },
    { user: "mute", password: "x", permissions: { publish: "other", subscribe: "fablepool.>" } } ] }`);
    const as = (login: string) => `nats://${login}127.0.0.1:${guarded.port}`;
    const news = await open({ url: as("hub:se%3Acret@") });
    assert.ok(news.isConnected());
    for (const [login, why] of [
      ["", /does not let this hub in/],
      ["hub:wr0ng@", /does not let this hub in/],
      ["t0ken@", /does not let this hub in/],
      ["deaf:x@", /does not let this hub use subjects/],
      ["mute:x@", /does not let this hub use subjects/],
    ] as const) {
      await assert.rejects(open({ url: as(login) }), { code: "unauthorized", message: why }, login);
      await assert.rejects(open({ url: as(login) }), (error: Error) => !/wr0ng|t0ken/.test(error.message));
    }
    await assert.rejects(open({ url: server.url, credentialsFile: "/no/such/file" }), { code: "usage", message: /\/no\/such\/file/ });
    await assert.rejects(open({ url: `tls://127.0.0.1:${server.port}` }), { code: "unauthorized", message: /TLS/ });
    for (const url of ["http://x", "nats://", "127.0.0.1", ""]) await assert.rejects(open({ url }), { code: "usage" }, url);
  },
);

/** A line to the server that can be cut: nothing passes it then, and nobody is let in. */
async function cutable(port: number) {
  const ends = new Set<() => void>();
  let isCut = false;
  const line = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = dial(port, "127.0.0.1");
    const end = () => {
      near.destroy();
      far.destroy();
    };
    ends.add(end);
    for (const side of [near, far]) side.on("error", end).on("close", end);
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => line.once("listening", resolve));
  const cut = () => {
    isCut = true;
    for (const end of ends) end();
  };
  const mend = () => {
    isCut = false;
  };
  const address = line.address();
  return { port: typeof address === "object" && address ? address.port : 0, cut, mend, line };
}
