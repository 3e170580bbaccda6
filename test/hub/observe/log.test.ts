/** A hub's log holds nothing of what it hosts, whatever devices send and whatever fails. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { toHex } from "../../../src/core/bytes.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import { PoolError } from "../../../src/core/errors.ts";
import { foundPool } from "../../../src/node/found-pool.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { Replica } from "../../../src/node/replica.ts";
import { syncWith } from "../../../src/node/sync-client.ts";
import { answer } from "../../../src/node/sync-server.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { openMemoryStore } from "../../../src/store/index.ts";
import { openHttpTransport } from "../../../src/transport/index.ts";
import { serveNode } from "../../node/live-nodes.ts";
import { type Key, keyOf } from "../../transport/by-hand.ts";
import { documented, observedProcess } from "./observed-process.ts";

const random = (length: number) => new Uint8Array(randomBytes(length));
const writer = (key: Key) => ({ did: key.did as Did, seed: key.seed, clock: Date.now, random });
const [root, phone, hub] = [keyOf(70), keyOf(71), keyOf(72)];
const marked = [
  "marked-predicate",
  "marked object",
  "marked rationale",
  "marked-type",
  "marked failure",
  "marked token",
  "marked detail",
  "marked query",
];

const fields = documented(readFileSync("docs/metrics.md", "utf8"), "Log");

function checkLines(lines: readonly string[], secrets: readonly string[]): void {
  for (const line of lines) {
    for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
    assert.deepEqual(
      Object.keys(JSON.parse(line) as object).filter((name) => !fields.includes(name)),
      [],
      line,
    );
  }
}

test("a sync, its errors and strangers leave no word, key, id or address in the log", async () => {
  using seen = observedProcess();
  const { observe, lines } = seen;
  const mine = new Replica(openMemoryStore(), nativeCrypto);
  const pool = await foundPool(mine, writer(root), { key: phone.did as Did, role: "full" });
  await writeDrafts(mine, writer(phone), [
    { type: "device_add", payload: { key: hub.did, role: "mirror" } },
    {
      type: "claim",
      payload: {
        subject: "self",
        predicate: "marked-predicate",
        object: "marked object",
        confidence: 1,
        derived_from: [],
        method: { name: "m", version: "1" },
        rationale: "marked rationale",
      },
    },
  ]);
  const theirs = new Replica(observe.store(openMemoryStore()), nativeCrypto);
  let fails = false;
  const all = await mine.store.read((reader) => reader.ordered({ limit: 2 }));
  await theirs.store.write((tx) => tx.setPool(pool));
  await ingestOps(theirs, all as never); // genesis and the phone: what joining does
  await using served = await serveNode(theirs, writer(hub), {
    handler: observe.handler(async (message, key) => {
      if (fails) throw new PoolError("storage", "marked failure, said of marked object");
      return answer(theirs, { did: hub.did as Did }, message, key);
    }, pool),
    knows: async (key) => key === phone.did,
    onRequest: (event) => observe.request(event, pool),
  });
  const asked = (key: Key | null) =>
    openHttpTransport({ url: served.url, node: hub.did, key, crypto: nativeCrypto, clock: Date.now, random });
  const report = await syncWith(mine, asked(phone), { node: hub.did });
  assert.ok(report.pushed >= 2, "the marked claim went there");
  for (const key of [phone, keyOf(79)]) await asked(key).request({ type: "marked-type", invitation: "marked token" });
  fails = true;
  await asked(phone).request({ type: "hello" });
  observe.log.failed(new Error("marked failure"));
  observe.log.failed(new PoolError("storage", "marked failure"), { reason: "marked TOKEN!" as string, address: "marked token" });
  const ids = all.map(({ op_id }) => op_id);
  const seeds = [root, phone, hub].map(({ seed }) => toHex(seed));
  checkLines(lines, [...marked, ...ids, ...seeds, pool, pool.slice(3), phone.did, hub.did, root.did, "127.0.0.1", "did:key"]);
  const requests = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "request");
  const types = new Set(requests.map(({ type }) => type));
  assert.deepEqual([...types].sort(), ["hello", "other", "push"]);
  assert.ok(requests.every(({ pool: named }) => named === observe.hash(pool)));
  const failed = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "failed");
  assert.deepEqual(
    failed.map(({ code }) => code),
    ["internal", "storage"],
  );
});

test("a failure of ours is logged by its place", () => {
  using seen = observedProcess();
  const error = new PoolError("internal", "marked");
  error.stack = "PoolError: marked\n at /srv/src/words-marked\n    at push (file:///srv/app/src/node/ingest.ts:31:7)";
  seen.observe.log.failed(error);
  assert.equal(JSON.parse(seen.lines[0] ?? "").where, "src/node/ingest.ts:31");
});

test("what the job queue's database answers is logged by its code, and not in its words", () => {
  using seen = observedProcess();
  const failed = { code: "40P01", detail: "marked detail", query: "marked query" };
  seen.observe.queueFailed(Object.assign(new Error("marked failure"), failed));
  seen.observe.queueFailed(Object.assign(new Error("marked failure"), { code: "57P01" }));
  seen.observe.queueFailed(new Error("marked failure"));
  checkLines(seen.lines, marked);
  const told = seen.lines.map((line) => JSON.parse(line)).map(({ event, type, code, reason }) => [event, type, code, reason]);
  assert.deepEqual(
    told,
    ["postgresql 40p01", "no connection", "no answer"].map((reason) => ["failed", "queue", "storage", reason]),
  );
});
