/**
 * The log of a plain fpl-sync/1 peer, written from the protocol page alone: a map, and `ingest` as far as an envelope and
 * its predecessors show it. It shares only canonical JSON and signatures with the implementation.
 */
import { fromHex } from "../core/bytes.ts";
import { canonical } from "../core/codec/canonical.ts";
import { decodeDidKey } from "../core/crypto/did-key.ts";
import { rootFromPath } from "../core/crypto/merkle.ts";
import { batchSigningInput, opSigningInput, verifyStrict } from "../core/crypto/signature.ts";
import type { Crypto, Json, JsonObject } from "../core/ports.ts";

export type PlainOp = JsonObject & {
  readonly op_id: string;
  readonly prev: readonly string[];
  readonly lamport: number;
  readonly type: string;
};

export interface PlainVerdicts {
  readonly accepted: string[];
  readonly rejected: { op: string; reason: string }[];
  readonly deferred: string[];
}

const hex = (digits: number) => new RegExp(`^[0-9a-f]{${digits}}$`);
const opId = /^op:[0-9a-f]{64}$/;
const integer = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const headerMembers = ["v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "payload_hash"];
/** Without their payload these count as not received (section 4). */
const needPayload = ["genesis", "device_add", "device_remove", "refutation", "endorsement", "redaction", "cap_revoke"];

/** Why the envelope has another form than section 3 says; null when it has that form. */
function shapeFault(op: JsonObject): string | null {
  const { op_id, v, pool, author, seq, lamport, prev, ts, type, payload_hash, salt, payload, sig, batch } = op;
  const others = Object.keys(op).filter((name) => !["op_id", ...headerMembers, "salt", "payload", "sig", "batch"].includes(name));
  if (others.length > 0) return `unknown member ${others[0]}`;
  const text = (value: unknown, form: RegExp) => typeof value === "string" && form.test(value);
  if (!text(op_id, opId) || v !== 1 || !text(author, /^did:key:z6Mk.{44}$/) || !text(type, /^[a-z0-9_]{1,64}$/)) return "a text";
  if (type === "genesis" ? pool !== null : !text(pool, opId)) return "the pool";
  if (![seq, lamport, ts].every(integer)) return "an integer";
  if (!Array.isArray(prev) || prev.length > 32 || !prev.every((id) => text(id, opId))) return "prev";
  if ((prev.length === 0) !== (type === "genesis") || new Set(prev).size !== prev.length) return "prev";
  const rest = (seq as number) > 1 ? prev.slice(1) : prev;
  if (rest.join() !== rest.toSorted().join()) return "the order of prev";
  if (!text(payload_hash, /^sha256:[0-9a-f]{64}$/) || !text(sig, hex(128))) return "a hash";
  if ((salt === undefined) !== (payload === undefined) || (salt !== undefined && !text(salt, hex(32)))) return "the salt";
  if (payload !== undefined && (typeof payload !== "object" || payload === null || Array.isArray(payload))) return "the payload";
  return batch === undefined ? null : batchFault(batch);
}

function batchFault(batch: Json): string | null {
  if (typeof batch !== "object" || batch === null) return "the batch";
  const { index, size, path, ...others } = batch as JsonObject;
  const sized = integer(index) && integer(size) && (index as number) < (size as number) && (size as number) <= 1_024;
  const steps = Array.isArray(path) && path.every((step) => typeof step === "string" && hex(64).test(step));
  return sized && steps && Object.keys(others).length === 0 ? null : "the batch";
}

export class PlainLog {
  readonly ops = new Map<string, PlainOp>();
  readonly #crypto: Crypto;
  readonly #pool: string;

  constructor(crypto: Crypto, pool: string) {
    this.#crypto = crypto;
    this.#pool = pool;
  }

  ids(): string[] {
    return [...this.ops.keys()].sort();
  }

  lamport(): number {
    return [...this.ops.values()].reduce((highest, op) => Math.max(highest, op.lamport), 0);
  }

  /** Those held without payload. */
  incomplete(): string[] {
    return this.ids().filter((id) => this.ops.get(id)?.["payload"] === undefined);
  }

  /** In order of arrival; what waits for another of the same batch is tried again after it. */
  ingest(values: readonly Json[]): PlainVerdicts {
    const verdicts: PlainVerdicts = { accepted: [], rejected: [], deferred: [] };
    const waiting: PlainOp[] = [];
    for (const value of values) {
      const fault = this.#fault(value);
      const given = (value as JsonObject | null)?.["op_id"];
      if (fault !== null) verdicts.rejected.push({ op: typeof given === "string" ? given : "", reason: fault });
      else if (!this.#attach(value as PlainOp)) waiting.push(value as PlainOp);
    }
    const fits = (op: PlainOp) =>
      op.prev.every((id) => this.ops.has(id)) && !(needPayload.includes(op.type) && op["payload"] === undefined);
    for (let found = waiting.findIndex(fits); found >= 0; found = waiting.findIndex(fits)) {
      const [op] = waiting.splice(found, 1) as [PlainOp];
      if (this.#attach(op)) continue;
      this.ops.set(op.op_id, op);
      verdicts.accepted.push(op.op_id);
    }
    verdicts.deferred.push(...waiting.map(({ op_id }) => op_id));
    return verdicts;
  }

  /** True for a duplicate: it ends here, but gives its payload when that was missing. */
  #attach(op: PlainOp): boolean {
    const held = this.ops.get(op.op_id);
    if (held === undefined) return false;
    const { salt, payload } = op;
    if (held["payload"] === undefined && salt !== undefined && payload !== undefined) this.ops.set(op.op_id, { ...held, salt, payload });
    return true;
  }

  #fault(value: Json): string | null {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "parse error: no envelope";
    const op = value as JsonObject;
    const shape = shapeFault(op);
    if (shape !== null) return `parse error: ${shape}`;
    const { sha256Hex } = this.#crypto;
    const header = Object.fromEntries(headerMembers.map((name) => [name, op[name] as Json]));
    const { salt, payload } = op;
    const hashed =
      payload === undefined ? op["payload_hash"] : `sha256:${sha256Hex(fromHex(salt as string) as Uint8Array, canonical(payload))}`;
    if (op["op_id"] !== `op:${sha256Hex(canonical(header))}` || hashed !== op["payload_hash"] || !this.#isSigned(op)) {
      return "signature or identity verification failed";
    }
    return (op["type"] === "genesis" ? op["op_id"] : op["pool"]) === this.#pool ? null : "operation belongs to another pool";
  }

  #isSigned({ op_id, author, sig, batch }: JsonObject): boolean {
    const [key, signature] = [decodeDidKey(author as string), fromHex(sig as string)];
    if (key === null || signature === null) return false;
    const { sha256Hex, ed25519 } = this.#crypto;
    if (batch === undefined) return verifyStrict(ed25519, key, opSigningInput(op_id as string), signature);
    const { index, size, path } = batch as { index: number; size: number; path: string[] };
    const root = rootFromPath(sha256Hex, fromHex((op_id as string).slice(3)) as Uint8Array, index, size, path);
    return root !== null && verifyStrict(ed25519, key, batchSigningInput(size, root), signature);
  }
}
