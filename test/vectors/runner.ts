/** What the runners of all parts are made of. */
import assert from "node:assert/strict";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { openMemoryStore, type Reader } from "../../src/store/index.ts";
import type { Vector } from "../../src/testkit/load-vectors.ts";

/** Runs a vector of one kind; throws when the code does otherwise than the vector says. */
export type Run = (vector: Vector) => void | Promise<void>;

export function text(object: JsonObject, name: string): string {
  const value = object[name];
  assert.ok(typeof value === "string", `"${name}" is a text`);
  return value;
}

export function list(object: JsonObject, name: string): readonly Json[] {
  const value = object[name];
  assert.ok(Array.isArray(value), `"${name}" is a list`);
  return value;
}

export function object(of: JsonObject, name: string): JsonObject {
  const value = of[name];
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `"${name}" is an object`);
  return value as JsonObject;
}

/** Texts in one order, for lists whose order says nothing. */
export function sorted(values: Iterable<unknown>): string[] {
  return [...values].map(String).sort();
}

/** A replica in memory that was told which pool to join; null for none. */
export async function replicaOf(pool: string | null): Promise<Replica> {
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  if (pool !== null) await replica.store.write((tx) => tx.setPool(pool as OpId));
  return replica;
}

/** Takes a log in, all of which must be accepted. */
export async function takeAll(replica: Replica, log: readonly Json[]): Promise<void> {
  const { accepted, rejected, deferred } = await ingestOps(replica, log);
  assert.deepEqual({ rejected, deferred }, { rejected: [], deferred: [] }, "the log is admitted whole");
  assert.equal(accepted.length, log.length);
}

/** Every id in the store, ascending. */
export function allIds(reader: Reader): Promise<OpId[]> {
  return reader.idsAfter(null, 1_000_000);
}

/** Ids of the operations that are held without payload. */
export async function bareIds(reader: Reader): Promise<OpId[]> {
  const known = await reader.known(await allIds(reader));
  return [...known.values()].filter(({ hasPayload }) => !hasPayload).map(({ id }) => id);
}
