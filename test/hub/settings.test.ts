/** What an operator may write into a hub's settings, and what is said of what is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentName, flagName, type GivenSettings, readHubSettings } from "../../src/hub/settings.ts";

const least = { database: "postgres://hub@127.0.0.1/hub", secret: "/etc/fablepool/secret" };

test("a database and a secret will do", () => {
  const { database, secret, nats, listen, url, tls, behindProxy, admin, ops, openPools } = readHubSettings(least);
  assert.deepEqual({ database, secret }, least);
  assert.deepEqual([nats, listen, url, tls, behindProxy], [null, { host: "127.0.0.1", port: 7420 }, null, null, false]);
  assert.deepEqual([admin, ops, openPools], [null, null, null]);
});

test("each setting is read", () => {
  const given = {
    ...least,
    nats: "nats://127.0.0.1:4222",
    listen: "[::]:443",
    url: "https://hub.example",
    authorities: "a.example, b.example:8443,",
    behindProxy: "yes",
    openPools: "50",
    connections: "3",
  };
  const { nats, listen, url, authorities, behindProxy, openPools, connections } = readHubSettings(given);
  assert.deepEqual([nats, listen, url], [given.nats, { host: "[::]", port: 443 }, given.url]);
  assert.deepEqual([authorities, behindProxy, openPools, connections], [["a.example", "b.example:8443"], true, 50, 3]);
});

test("what is wrong is named by flag and variable, and no password is repeated", () => {
  const wrong: [GivenSettings, RegExp][] = [
    [{ secret: "x" }, /^--database \(FABLEPOOL_HUB_DATABASE\): it is needed/],
    [{ ...least, database: "mysql://me:hunter2@host/db" }, /^--database .*postgres:/],
    [{ ...least, listen: "7420" }, /^--listen .*host:port, not "7420"/],
    [{ ...least, listen: "127.0.0.1:99999" }, /^--listen /],
    [{ ...least, url: "https://hub.example/path" }, /^--url .*just scheme, host and port/],
    [{ ...least, cert: "/x" }, /^--key .*come together/],
    [{ ...least, cert: "/not/there", key: "/not/there" }, /^--cert .*can't be read/],
    [{ ...least, behindProxy: "maybe" }, /^--behind-proxy \(FABLEPOOL_HUB_BEHIND_PROXY\): it is yes or no/],
    [{ ...least, openPools: "0" }, /^--open-pools .*whole number/],
    [{ ...least, nats: "http://x" }, /^--nats /],
  ];
  for (const [given, message] of wrong) {
    assert.throws(
      () => readHubSettings(given),
      (error: Error & { code?: string }) => error.code === "usage" && message.test(error.message) && !/hunter2/.test(error.message),
      JSON.stringify(given),
    );
  }
});

test("a setting has one name in each place", () => {
  assert.deepEqual([flagName("adminToken"), environmentName("adminToken")], ["--admin-token", "FABLEPOOL_HUB_ADMIN_TOKEN"]);
});
