/** What is counted: requests, nonces, bytes; and by whose name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenBuckets } from "../../src/node/token-buckets.ts";
import { authorityCheck } from "../../src/server/authorities.ts";
import { ByteBudget } from "../../src/server/byte-budget.ts";
import { memoryNonces } from "../../src/server/index.ts";
import { ipBytes, networkOf } from "../../src/server/ip-address.ts";

test("a bucket gives its burst at once and its rate in the long run, never more than the burst", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 3, namesMax: 9 });
  const taken = (now: number, times: number) => Array.from({ length: times }, () => buckets.take("a", now)).filter(Boolean).length;
  assert.deepEqual([taken(0, 5), taken(99, 5), taken(100, 5), taken(250, 5), taken(1e9, 9)], [3, 0, 1, 1, 3]);
  assert.equal(buckets.take("b", 0), true);
});

test("a clock that is set back neither gives nor takes", () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 1, namesMax: 9 });
  assert.deepEqual(
    [1_000, 0, 50, 100].map((now) => buckets.take("a", now)),
    [true, false, false, true],
  );
});

test("only so many names are remembered, the least lately used goes first", () => {
  const buckets = new TokenBuckets({ perSecond: 0, burst: 1, namesMax: 2 });
  assert.deepEqual(
    ["a", "b", "a", "c", "a", "b"].map((name) => buckets.take(name, 0)),
    [true, true, false, true, false, true],
  );
});

test("a nonce is new once in 600 s for each key", async () => {
  const nonces = memoryNonces();
  const add = async (at: number, nonce = "n", key = "k") => nonces.add(key, nonce, at, at);
  assert.deepEqual(
    [await add(0), await add(0), await add(0, "n", "other"), await add(600_000), await add(600_001)],
    ["new", "seen", "new", "seen", "new"],
  );
  const long = "x".repeat(10_000);
  assert.deepEqual([await add(0, `${long}1`), await add(0, `${long}2`), await add(0, `${long}1`)], ["new", "new", "seen"]);
});

test("a key may have only so many nonces, and gets room as they are forgotten", async () => {
  const nonces = memoryNonces(2);
  const add = (at: number, nonce: string, key = "k") => nonces.add(key, nonce, at, at);
  assert.deepEqual([await add(0, "1"), await add(1, "2"), await add(2, "3"), await add(2, "3", "other")], ["new", "new", "full", "new"]);
  assert.deepEqual([await add(600_001, "4"), await add(600_001, "5"), await add(600_002, "6")], ["new", "full", "new"]);
});

test("a budget is shared, and what ends gives back what it took", () => {
  const budget = new ByteBudget(10);
  const [one, two] = [budget.loan(), budget.loan()];
  assert.deepEqual([one.take(6), two.take(5), two.take(4), one.take(1)], [true, false, true, false]);
  one.give(2);
  assert.deepEqual([two.take(3), two.take(2)], [false, true]);
  one.end();
  assert.deepEqual([two.take(4), two.take(1)], [true, false]);
  two.end();
  assert.equal(budget.loan().take(10), true);
});

test("addresses are read into bytes, one for all spellings", () => {
  const hex = (text: string) => Buffer.from(ipBytes(text) ?? []).toString("hex");
  assert.equal(hex("127.0.0.1"), "7f000001");
  assert.equal(hex("::ffff:127.0.0.1"), "7f000001");
  assert.equal(hex("::FFFF:7f00:1"), "7f000001");
  assert.equal(hex("::1"), `${"0".repeat(31)}1`);
  assert.equal(hex("[2001:db8::a:1]"), "20010db8000000000000000000" + "0a0001");
  assert.equal(hex("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  assert.equal(hex("fe80::1%eth0"), "fe80000000000000" + "0000000000000001");
  assert.equal(hex("64:ff9b::1.2.3.4"), "0064ff9b000000000000000001020304");
  for (const none of ["localhost", "1.2.3", "1::2::3", ""]) assert.equal(ipBytes(none), null, none);
});

test("a host has one name for its rate, whichever of its IPv6 addresses it uses", () => {
  assert.equal(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:2:ffff::9"));
  assert.notEqual(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:3::1"));
  assert.notEqual(networkOf("10.0.0.1"), networkOf("10.0.0.2"));
  assert.equal(networkOf("10.0.0.1"), networkOf("::ffff:10.0.0.1"));
  assert.equal(networkOf("unknown"), "unknown");
});

test("names of loopback are only for connections from this machine", () => {
  const isOurs = authorityCheck("0.0.0.0", [], true);
  const socket = { localAddress: "::ffff:192.168.1.2", localPort: 8_443 };
  assert.ok(isOurs("192.168.1.2:8443", socket));
  assert.equal(isOurs("localhost:8443", socket), false);
  assert.ok(isOurs("localhost:8443", { localAddress: "127.0.0.1", localPort: 8_443 }));
  assert.ok(isOurs("localhost", { localAddress: "127.0.0.1", localPort: 443 }));
});
