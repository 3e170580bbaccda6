/** A small grantor for tests of the delegate: a pool written by hand, replies as an honest server makes them, and ways to lie. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { receiptFault } from "../../../src/core/capability/holdings.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import { PoolError } from "../../../src/core/errors.ts";
import type { Envelope, OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { acceptGrant } from "../../../src/node/delegate/accept.ts";
import { type Delegate, type DelegateOptions, openDelegate } from "../../../src/node/delegate/open-delegate.ts";
import type { Connect } from "../../../src/node/delegate/pull.ts";
import { homeAt, makeHome } from "../../../src/node/home.ts";
import { writeKeyFile } from "../../../src/node/key-file.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";
import { type ManualClock, manualClock } from "../../../src/testkit/manual-clock.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { delegateOps, grantPayload, type HonestReply } from "../../../src/testkit/slices.ts";
import { loopback } from "../../../src/transport/loopback.ts";

export const start = 1_790_000_000_000;
export const day = 86_400_000;

/** What a grantor serves of one grant, changed by tests as they go. */
export interface Serving {
  readonly grant: Envelope;
  claims: Envelope[];
  status: NonNullable<HonestReply["status"]>;
  revocation?: Envelope;
}

export class Grantor {
  readonly pool: ScriptedPool;
  readonly clock: ManualClock;
  readonly serving = new Map<string, Serving>();
  readonly receipts: JsonObject[] = [];
  readonly served = new Set<string>();
  /** Who answers; messages to another node find nobody. */
  online = true;
  /** Changes a reply on its way out. */
  tamper: (reply: JsonObject, message: JsonObject) => JsonObject = (reply) => reply;
  /** What more the reply is made with. */
  lie: Partial<HonestReply> = {};
  /** Waits before a reply leaves: for races. */
  hold: () => Promise<void> = async () => {};

  constructor(clock: ManualClock, name = "pool") {
    this.pool = scriptedPool(nativeCrypto, name);
    this.clock = clock;
  }

  /** Grants to the coach, until a month from now. */
  grant(parts: JsonObject = {}, author = "phone"): OpId {
    const payload = grantPayload(fixedKey(nativeCrypto, "coach"), { expires_at: start + 30 * day, ...parts });
    const grant = this.pool.write(author, "cap_grant", payload);
    this.serving.set(grant.op_id, { grant, claims: [], status: "active" });
    return grant.op_id;
  }

  of(grant: OpId): Serving {
    return this.serving.get(grant) as Serving;
  }

  /** A claim of words that stand in no other one, served under these grants. */
  claim(grants: readonly OpId[], parts: JsonObject = {}): Envelope {
    const object = randomBytes(12 + (this.pool.ops.length % 5) * 40).toString("base64url");
    const op = this.pool.write("phone", "claim", claim({ predicate: "schedule.weekly", object, ...parts }));
    for (const grant of grants) this.of(grant).claims.push(op);
    return op;
  }

  /** Ends a grant by an operation. */
  revoke(grant: OpId, revocation: Envelope = this.pool.write("phone", "cap_revoke", { grant })): void {
    this.serving.set(grant, { ...this.of(grant), claims: [], status: "revoked", revocation });
  }

  async answer(value: Json, issuer: string): Promise<JsonObject> {
    const message = value as JsonObject;
    await this.hold();
    if (!this.online) throw new PoolError("network", "nobody is there");
    if (message["type"] === "purge_receipt") return this.#archive(message["receipt"] as JsonObject);
    const { grant, ...rest } = this.of(message["grant_id"] as OpId);
    const parts: HonestReply = { grant, issuer, asOf: this.clock.now(), nonce: String(message["nonce"]), ...rest, ...this.lie };
    const reply = delegateOps(nativeCrypto, this.pool, parts);
    this.served.add(String((reply["slice"] as JsonObject)["slice_root"]));
    return this.tamper(reply, message);
  }

  #archive(receipt: JsonObject): JsonObject {
    const grant = receipt["grant"] as OpId;
    const reason = receiptFault(nativeCrypto, receipt, {
      grant,
      grantee: fixedKey(nativeCrypto, "coach").did,
      isRevocation: (id) => this.of(grant).revocation?.op_id === id,
      wasServed: (root) => this.served.has(root),
    });
    if (reason !== null) return { type: "receipt_ack", grant_id: grant, accepted: false, reason };
    this.receipts.push(receipt);
    return { type: "receipt_ack", grant_id: grant, accepted: true, receipt_op: `op:${"a".repeat(64)}` };
  }

  /** Ways to this grantor's nodes, for a delegate. */
  readonly connect: Connect = ({ url }) => loopback((message) => this.answer(message, url), null);

  server(name = "phone"): { url: string; node: Did } {
    return { url: name, node: this.pool.key(name).did };
  }
}

export interface World {
  readonly folder: string;
  /** The delegate's clock; the grantor's is another. */
  readonly clock: ManualClock;
  readonly grantor: Grantor;
  delegate: Delegate;
  /** Closes the delegate and opens it again. */
  reopen(options?: DelegateOptions): Promise<void>;
}

export async function openCoach(folder: string, clock: ManualClock, options: DelegateOptions = {}): Promise<Delegate> {
  const home = homeAt(folder);
  makeHome(home);
  const { seed, did } = fixedKey(nativeCrypto, "coach");
  await writeKeyFile(home.deviceKey, { seed, did }, null).catch(() => undefined); // there already
  const platform = { clock: clock.now, random: (length: number) => new Uint8Array(randomBytes(length)) };
  return openDelegate(home, async () => null, { platform, ...options });
}

/** A delegate in a folder of its own, and a grantor; all is gone when `work` is done. */
export async function inWorld<Result>(work: (world: World) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-delegate-"));
  mkdirSync(folder, { recursive: true });
  const clock = manualClock(start);
  const world: World = {
    folder,
    clock,
    grantor: new Grantor(manualClock(start)),
    delegate: await openCoach(folder, clock),
    async reopen(options) {
      await world.delegate.close();
      world.delegate = await openCoach(folder, clock, options);
    },
  };
  try {
    return await work(world);
  } finally {
    await world.delegate.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Accepts a grant as served by these nodes of a grantor. */
export async function accept({ delegate, grantor }: Pick<World, "delegate" | "grantor">, grant: OpId, ...names: string[]): Promise<void> {
  for (const name of names.length > 0 ? names : ["phone"]) await acceptGrant(delegate, grant, grantor.server(name));
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Which 12-byte pieces of a claim's object (all of it, when it is shorter) stand in which files of a folder. */
export function piecesIn(folder: string, op: { readonly payload?: JsonObject }): string[] {
  const object = Buffer.from(JSON.stringify(op.payload?.["object"]));
  const pieces = Array.from({ length: Math.max(1, object.length - 11) }, (_, at) => object.subarray(at, at + 12));
  return filesBelow(folder)
    .flatMap((path) => {
      const bytes = readFileSync(path);
      return pieces.filter((piece) => bytes.includes(piece)).map((piece) => `${path}: ${piece.toString()}`);
    })
    .slice(0, 5);
}
