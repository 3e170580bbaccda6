/** A grantor for tests: a pool whose clocks stand still until they are moved, and a grantee who may ask for whatever it likes. */
import assert from "node:assert/strict";
import { type CheckedReply, checkDelegateOps } from "../../../src/core/capability/delegate-ops.ts";
import { signPurgeReceipt } from "../../../src/core/capability/holdings.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { Draft } from "../../../src/core/op/create.ts";
import type { Envelope, OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import type { Attempt } from "../../../src/node/delegation/serve.ts";
import { foundPool } from "../../../src/node/found-pool.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { Replica } from "../../../src/node/replica.ts";
import { answer } from "../../../src/node/sync-server.ts";
import { type Writer, writeDrafts } from "../../../src/node/write.ts";
import { openMemoryStore, type Store } from "../../../src/store/index.ts";
import { claim, joining, logOf, take, writerOf } from "../replicas.ts";

export const startMs = 1_790_000_000_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** One clock for all, moved by hand. */
export interface World {
  now: number;
}

export interface Server {
  readonly replica: Replica;
  readonly writer: Writer;
  readonly attempts: Attempt[];
}

export interface Grantor extends Server {
  readonly world: World;
  readonly pool: OpId;
  readonly root: Writer;
  who(name: string): Writer;
  /** Adds a device, by root, with a replica of its own. */
  device(name: string, role: string): Promise<Server>;
  write(drafts: readonly Draft[], by?: Server): Promise<OpId[]>;
  grant(terms?: JsonObject, by?: Server): Promise<OpId>;
}

/** A pool of `phone`, at `startMs`. */
export async function newGrantor(store: Store = openMemoryStore()): Promise<Grantor> {
  const world = { now: startMs };
  const who = (name: string): Writer => ({ ...writerOf(name), clock: () => world.now });
  const [root, phone] = [who("root"), who("phone")];
  const replica = new Replica(store, nativeCrypto);
  const pool = await foundPool(replica, root, { key: phone.did, role: "full" });
  const server = { replica, writer: phone, attempts: [] };
  const write: Grantor["write"] = (drafts, by = server) => writeDrafts(by.replica, by.writer, drafts);
  return {
    ...server,
    world,
    pool,
    root,
    who,
    write,
    async device(name, role) {
      const writer = who(name);
      await writeDrafts(replica, root, [{ type: "device_add", payload: { key: writer.did, role } }]);
      const other = { replica: await joining(pool), writer, attempts: [] };
      await meet(server, other);
      return other;
    },
    async grant(terms = {}, by = server) {
      const payload = {
        grantee: who("coach").did,
        selector: { predicates: ["schedule.*"] },
        purpose: "training",
        expires_at: startMs + 30 * dayMs,
      };
      return (await write([{ type: "cap_grant", payload: { ...payload, ...terms } }], by))[0] as OpId;
    },
  };
}

/** Both hold what either held. */
export async function meet(one: Server, other: Server): Promise<void> {
  await take(other.replica, await logOf(one.replica));
  await take(one.replica, await logOf(other.replica));
}

export const run = (object: Json = "run on Tuesday", more: JsonObject = {}): Draft => claim("self", "schedule.weekly", object, more);

/** Sends a message to a server as `key`. */
export async function ask(server: Server, message: JsonObject, key: string | null): Promise<JsonObject> {
  const self = { did: server.writer.did, writer: server.writer, onAttempt: (attempt: Attempt) => server.attempts.push(attempt) };
  const reply = await answer(server.replica, self, JSON.parse(JSON.stringify(message)) as Json, key);
  return JSON.parse(JSON.stringify(reply)) as JsonObject;
}

/** A grantee that keeps what a delegate keeps. */
export class Grantee {
  readonly writer: Writer;
  readonly grant: OpId;
  readonly #lastAsOf = new Map<string, number>();
  #authority: readonly Envelope[] = [];
  #asked = 0;
  root = "";

  constructor(writer: Writer, grant: OpId) {
    this.writer = writer;
    this.grant = grant;
  }

  request(): JsonObject {
    return { type: "delegate_pull", grant_id: this.grant, grantee: this.writer.did, nonce: `nonce ${++this.#asked}` };
  }

  /** Pulls, and checks the reply as section 8 demands. */
  async pull(server: Server): Promise<CheckedReply> {
    const request = this.request();
    const reply = await ask(server, request, this.writer.did);
    return this.check(reply, request, server.writer.did);
  }

  check(reply: JsonObject, request: JsonObject, server: Did): CheckedReply {
    const checked = checkDelegateOps(nativeCrypto, reply, {
      grant: this.grant,
      grantee: this.writer.did,
      nonce: request["nonce"] as string,
      server,
      lastAsOf: (issuer) => this.#lastAsOf.get(issuer) ?? null,
      authority: this.#authority,
    });
    this.#authority = checked.authority.ops;
    this.#lastAsOf.set(checked.slice.issuer, checked.slice.as_of);
    this.root = checked.slice.slice_root;
    return checked;
  }

  /** A receipt for what was purged. */
  async purge(server: Server, purgedRoot: string, revocation: OpId | null = null): Promise<JsonObject> {
    const receipt = signPurgeReceipt(nativeCrypto, this.writer.seed, {
      ...{ grant: this.grant, grantee: this.writer.did, asOf: this.writer.clock(), revocation, purgedRoot },
    });
    return ask(server, { type: "purge_receipt", receipt: { ...receipt } }, this.writer.did);
  }
}

export function objects({ attestations }: CheckedReply): Json[] {
  return attestations.map(({ object }) => object).sort();
}

/** Operations of a type, oldest first. */
export async function opsOfType({ replica }: Server, type: string): Promise<Envelope[]> {
  return (await logOf(replica)).filter((op) => op.type === type);
}

export function assertRefused(reply: JsonObject): void {
  assert.deepEqual(reply, { type: "error", code: "unauthorized", error: "this key may not do that" });
}
