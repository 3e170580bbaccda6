/** A pool written by hand, for scenarios: who writes what, and which operations they know of when they do. */
import { fromHex } from "../core/bytes.ts";
import { type Draft, writeOps } from "../core/op/create.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Crypto, JsonObject } from "../core/ports.ts";
import { resealed } from "./envelopes.ts";
import { type FixedKey, fixedKey } from "./fixed-keys.ts";

export interface ScriptedPool {
  readonly id: OpId;
  readonly genesis: Envelope;
  /** Everything written, in order. */
  readonly ops: readonly Envelope[];
  key(name: string): FixedKey;
  /**
   * Writes an operation of `author`. It follows on `after`, or else on everything written so far: that is what its author
   * knows, and its own newest operation in there is its `prev[0]`. Leaving that out of `after` makes a fork.
   */
  write(author: string, type: string, payload: JsonObject, after?: readonly Envelope[]): Envelope;
  /** The same for several under one batch signature. */
  writeBatch(author: string, drafts: readonly Draft[], after?: readonly Envelope[]): Envelope[];
  add(author: string, key: string, role: string, after?: readonly Envelope[]): Envelope;
  remove(author: string, key: string, last: Envelope | null, after?: readonly Envelope[]): Envelope;
  /** Takes an operation back out of `ops`: written, and told to nobody. */
  withhold(op: Envelope): Envelope;
  /** Counts an operation that was altered among `ops`; returns it. */
  include(op: Envelope): Envelope;
  /** A copy of an operation with other header members, hashed and signed anew; not counted among `ops`. */
  altered(op: Envelope, changes: Partial<Envelope>, author?: string): Envelope;
}

/** A pool founded by `root`, with one device: `phone`, role `full`. Salts and times count up, so that ids never move. */
export function scriptedPool(crypto: Crypto, name = "pool"): ScriptedPool {
  const key = (each: string) => fixedKey(crypto, each);
  const ops: Envelope[] = [];
  const byId = new Map<string, Envelope>();
  const pastOf = (ids: readonly string[]) => {
    const past = new Set<string>();
    for (const open = [...ids]; open.length > 0; ) {
      const id = open.pop() as string;
      if (!past.has(id)) open.push(...(byId.get(id)?.prev ?? []));
      past.add(id);
    }
    return past;
  };
  const include = (op: Envelope) => {
    ops.push(op);
    byId.set(op.op_id, op);
    return op;
  };
  const writeBatch: ScriptedPool["writeBatch"] = (author, drafts, after = ops) => {
    const { did, seed } = key(author);
    const past = pastOf(after.map(({ op_id }) => op_id));
    const known = [...byId.values()].filter(({ op_id }) => past.has(op_id));
    const named = new Set(known.flatMap(({ prev }) => prev));
    const tip = known
      .filter((op) => op.author === did)
      .sort((left, right) => left.lamport - right.lamport)
      .at(-1);
    const own = tip ? { id: tip.op_id, seq: tip.seq } : null;
    const heads = known.map(({ op_id }) => op_id).filter((id) => !named.has(id) && id !== tip?.op_id);
    const lamport = Math.max(0, ...known.map((op) => op.lamport));
    const salt = (index: number) => saltOf(crypto, `${name} ${byId.size + index}`);
    const pen = {
      author: did,
      seed,
      pool: drafts[0]?.type === "genesis" ? null : (ops[0]?.op_id ?? null),
      own,
      heads: heads.sort(),
      lamport,
      now: byId.size,
      salt,
    };
    const written = writeOps(crypto, pen, drafts).map(({ envelope }) => envelope);
    for (const op of written) include(op);
    return written;
  };
  const write: ScriptedPool["write"] = (author, type, payload, after) => writeBatch(author, [{ type, payload }], after)[0] as Envelope;
  const genesis = write("root", "genesis", { owner: key("root").did });
  write("root", "device_add", { key: key("phone").did, role: "full" });
  return {
    id: genesis.op_id,
    genesis,
    ops,
    key,
    write,
    writeBatch,
    add: (author, device, role, after) => write(author, "device_add", { key: key(device).did, role }, after),
    remove: (author, device, last, after) => write(author, "device_remove", { key: key(device).did, last: last?.op_id ?? null }, after),
    withhold: (op) => ops.splice(ops.indexOf(op), 1)[0] as Envelope,
    include,
    altered: (op, changes, author = nameOf(op, key)) => resealed(crypto, { ...op, ...changes }, key(author)),
  };
}

/** Everyone who writes in scenarios. */
export const scriptedNames = ["root", "phone", "laptop", "tablet", "watch", "importer", "agent", "mirror", "gardener", "thief"] as const;

function nameOf(op: Envelope, key: (name: string) => FixedKey): string {
  return scriptedNames.find((name) => key(name).did === op.author) ?? "thief";
}

function saltOf(crypto: Crypto, text: string): Uint8Array {
  return (fromHex(crypto.sha256Hex(text)) as Uint8Array).slice(0, 16);
}
