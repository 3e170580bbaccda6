/** A light device: a replica in memory, a key that signs every request, and a memory of what the hub said it has. */
import assert from "node:assert/strict";
import { PoolError } from "../../../src/core/errors.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { isObject } from "../../../src/core/sync/messages.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { syncWith } from "../../../src/node/sync-client.ts";
import { openHttpTransport, type Transport } from "../../../src/transport/index.ts";
import { random, state, type TestDevice } from "../hub-of-test.ts";

/** What a client may meet while servers are killed: nobody answers, or somebody says that it can't now. */
const excused = new Set(["network", "storage"]);

export class ChaosDevice {
  readonly device: TestDevice;
  /** Operations of its own that the hub has said it took. */
  readonly acknowledged = new Set<OpId>();
  /** Failed attempts, by code. */
  readonly failures = new Map<string, number>();
  readonly #url: string;
  #written: OpId[] = [];

  constructor(device: TestDevice, url: string) {
    this.device = device;
    this.#url = url;
  }

  async write(): Promise<void> {
    this.#written.push(await state(this.device));
  }

  /** One sync, with a connection of its own. False when it failed for a reason that killing excuses; anything else rejects. */
  async sync(): Promise<boolean> {
    const { replica, hub } = this.device;
    const transport = this.#open(hub);
    const before = this.#written;
    this.#written = [];
    try {
      const { rejected, deferred } = await syncWith(replica, this.#guarded(transport), { node: hub });
      assert.deepEqual([rejected, deferred], [[], []], "whatever came is of this pool, and whole");
      for (const id of before) this.acknowledged.add(id);
      return true;
    } catch (error) {
      this.#written = [...before, ...this.#written];
      const code = excuseOf(error);
      if (code === null) throw error;
      this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
      return false;
    } finally {
      await transport.close();
    }
  }

  /** Asks another pool's node for all it has; must be told nothing. */
  async trespass(other: TestDevice): Promise<void> {
    const transport = this.#open(other.hub);
    try {
      for (const type of ["hello", "heads", "frontier"]) {
        const reply = (await transport.request({ type })) as JsonObject;
        const told = reply["type"] === "error" ? String(reply["code"]) : Object.keys(reply).sort().join();
        const fitting = ["storage", "rate", type === "hello" ? "node,protocol,type" : "unauthorized"];
        assert.ok(fitting.includes(told), `another pool's ${type} is answered ${told}`);
      }
    } catch (error) {
      if (excuseOf(error) === null) throw error;
    } finally {
      await transport.close();
    }
  }

  #open(node: string): Transport {
    const { key } = this.device;
    return openHttpTransport({ url: this.#url, node, key, crypto: nativeCrypto, clock: Date.now, random, timeoutMs: 60_000 });
  }

  /** The transport, on which nothing of another pool may come. */
  #guarded(transport: Transport): Transport {
    const { pool } = this.device;
    const check = (reply: Json) => {
      if (!isObject(reply)) return reply;
      if (reply["type"] === "hello" && reply["same"] !== true) assert.equal(reply["pool"], pool); // the same hash is of the same pool
      const ops = Array.isArray(reply["ops"]) ? reply["ops"] : [];
      for (const op of JSON.parse(JSON.stringify(ops)) as JsonObject[]) {
        assert.ok(op["pool"] === pool || op["op_id"] === pool, `an operation of ${op["pool"]}`);
      }
      return reply;
    };
    return { request: async (message, signal) => check(await transport.request(message, signal)), close: () => transport.close() };
  }
}

function excuseOf(error: unknown): string | null {
  if (!(error instanceof PoolError)) return null;
  const code = error.code === "peer" ? String(error.details["code"] ?? "peer") : error.code;
  return excused.has(code) ? code : null;
}
