import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { httpTarget, isLoopbackHost, normalAuthority } from "../../src/transport/authority.ts";

test("an authority is lower case and has no port that its scheme implies", () => {
  assert.equal(normalAuthority("Home.Example:443", true), "home.example");
  assert.equal(normalAuthority("home.example:443", false), "home.example:443");
  assert.equal(normalAuthority("home.example:80", false), "home.example");
  assert.equal(normalAuthority("home.example:", false), "home.example");
  assert.equal(normalAuthority("[FE80::1]:8443", true), "[fe80::1]:8443");
  for (const none of ["", "a b", "user@home.example", "home.example/x", "a,b", "fe80::1", "home.example:123456"]) {
    assert.equal(normalAuthority(none, true), null, none);
  }
});

test("loopback is what never leaves the machine", () => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) assert.ok(isLoopbackHost(host), host);
  for (const host of ["127.0.0.1.example", "localhost.example", "0.0.0.0", "::", "10.0.0.1", ""])
    assert.equal(isLoopbackHost(host), false, host);
});

test("a node's address is an origin, in the clear only on this machine", () => {
  assert.deepEqual(httpTarget("http://127.0.0.1:80/fpl-sync/1"), { origin: "http://127.0.0.1", authority: "127.0.0.1", loopback: true });
  assert.deepEqual(httpTarget("https://Home.Example:8443"), {
    origin: "https://home.example:8443",
    authority: "home.example:8443",
    loopback: false,
  });
  const refused = [
    "home",
    "ftp://a",
    "https://a/x",
    "https://a/?q",
    "https://a/#f",
    "https://u:p@a/",
    "http://home.example",
    "http://192.168.1.2:80",
  ];
  for (const url of refused) {
    assert.throws(
      () => httpTarget(url),
      (error) => error instanceof PoolError && error.code === "usage",
      url,
    );
  }
});
