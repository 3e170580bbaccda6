/** Runs part `sync`: requests to a server that holds a log, and syncs of a client with replies that were written down. */
import assert from "node:assert/strict";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { PoolError } from "../../src/core/errors.ts";
import { VerifiedRoots } from "../../src/core/op/identity.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { readRun, runIn } from "../../src/core/op/read-run.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { type SyncReport, summary } from "../../src/core/sync/report.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import type { Transport } from "../../src/transport/index.ts";
import { list, object, type Run, replicaOf, sorted, takeAll, text } from "./runner.ts";

/** Lists in a reply whose order says nothing. */
const unordered: ReadonlySet<string> = new Set(["accepted", "deferred", "want", "incomplete", "heads", "control", "unknown"]);

/** The same value whatever order such lists, and the tips of a forked author, came in. */
function ordered(value: Json, name = ""): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => ordered(item as Json));
    return unordered.has(name) || name.startsWith("did:") ? items.sort((left, right) => compare(left, right)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, each]) => [member, ordered(each as Json, member)]));
}

function compare(left: Json, right: Json): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function checkReply(reply: JsonObject, expect: JsonObject, log: ReadonlyMap<string, Json>): void {
  for (const [member, value] of Object.entries(object(expect, "reply"))) {
    assert.deepEqual(ordered(reply[member] ?? null, member), ordered(value as Json, member), member);
  }
  if (reply["type"] === "error") assert.equal(typeof reply["error"], "string", "an error has words for people");
  if (expect["members"]) assert.deepEqual(Object.keys(reply).sort(), expect["members"]);
  if (!expect["ops"]) return;
  const ops = list(reply, "ops");
  const ids = ops.map((op) => (op as JsonObject)["op_id"] as string);
  const inOrder = (each: readonly unknown[]) => (expect["in_order"] ? each.map(String) : sorted(each));
  assert.deepEqual(inOrder(ids), inOrder(list(expect, "ops")));
  const bare = (expect["bare"] ?? []) as readonly Json[];
  for (const id of ids) {
    const { salt, payload, ...header } = (log.get(id) ?? {}) as JsonObject;
    const held = bare.includes(id) || payload === undefined ? header : { ...header, salt, payload };
    assert.deepEqual(ops[ids.indexOf(id)], held, bare.includes(id) ? "without payload" : "as it is held");
  }
}

/** A transport that gives these replies, one a request, and keeps the requests. */
function scripted(replies: readonly Json[]): Transport & { readonly requests: JsonObject[] } {
  const requests: JsonObject[] = [];
  return {
    requests,
    async request(message) {
      requests.push(JSON.parse(JSON.stringify(message))); // as a wire would carry it
      const reply = replies[requests.length - 1];
      if (reply === undefined) throw new PoolError("network", "the script has no more replies");
      return reply;
    },
    async close() {},
  };
}

/** What a run stands for; else the step that refuses it. */
function readOrRefused(value: Json): { readonly envelopes?: readonly Json[]; readonly step?: "shape" | "identity" } {
  try {
    const run = runIn(value) ?? assert.fail("it is no run");
    const shaped = readRun(nativeCrypto, run, new VerifiedRoots());
    return shaped === null ? { step: "identity" } : { envelopes: shaped.map(({ envelope }) => envelope as unknown as Json) };
  } catch (error) {
    if (error instanceof PoolError && error.code === "parse") return { step: "shape" };
    throw error;
  }
}

export const syncRunners: Readonly<Record<string, Run>> = {
  run({ input, expect }) {
    const { verdict: _verdict, ...rest } = expect;
    assert.deepEqual(readOrRefused(input["run"] as Json), rest);
  },

  async exchange({ input, expect }) {
    const replica = await replicaOf(text(input, "pool"));
    const log = list(input, "log");
    await takeAll(replica, log);
    const from = input["from"] as string | null;
    const reply = await answer(replica, { did: text(input, "node") as Did }, input["request"] as Json, from);
    const byId = new Map(log.map((op) => [(op as JsonObject)["op_id"] as string, op]));
    checkReply(JSON.parse(JSON.stringify(reply)), expect, byId);
    const absent = (expect["absent"] ?? []) as OpId[];
    assert.equal((await replica.store.read((reader) => reader.known(absent))).size, 0, "nothing of it was kept");
  },

  async client({ input, expect }) {
    const replica = await replicaOf(text(input, "pool"));
    await takeAll(replica, list(input, "log"));
    const transport = scripted(list(input, "replies"));
    const sync = syncWith(replica, transport, { node: text(input, "expected_node") });
    if (expect["error"]) await assert.rejects(sync, { code: expect["error"] });
    else {
      const report = await sync;
      for (const count of ["pulled", "pushed"] as const) assert.equal(report[count], expect[count], count);
      assert.deepEqual(sorted(report.deferred), expect["deferred"], "deferred");
      assert.deepEqual(sorted(report.rejected.map(({ op }) => op)), expect["rejected"], "rejected");
    }
    assert.deepEqual(
      transport.requests.map(({ type }) => type),
      expect["requests"],
    );
    if (!expect["pushes"]) return;
    const pushes = transport.requests.filter(({ type }) => type === "push").map((push) => list(push, "ops"));
    assert.deepEqual(
      pushes.map((ops) => ops.map((op) => (op as JsonObject)["op_id"])),
      expect["pushes"],
    );
  },

  summary({ input, expect }) {
    assert.equal(summary(input["report"] as unknown as SyncReport), expect["summary"]);
  },
};
