/** A small log for a scenario: operations under labels, signed by fixed keys at fixed times with fixed salts. */
import { jcs, type Key, key, sha256 } from "./hashing.ts";
import { inclusionPath, treeHash } from "./merkle.ts";

export interface Header {
  readonly v: number;
  readonly pool: string | null;
  readonly author: string;
  readonly seq: number;
  readonly lamport: number;
  readonly prev: readonly string[];
  readonly ts: number;
  readonly type: string;
  readonly payload_hash: string;
}

export interface Envelope extends Header {
  readonly op_id: string;
  readonly salt?: string;
  readonly payload?: object;
  readonly sig: string;
  readonly batch?: { readonly index: number; readonly size: number; readonly path: readonly string[] };
}

export interface Choices {
  /** What else the author knew: labels of heads besides its own operation. Without it, all heads of the log so far. */
  readonly after?: readonly string[];
  /** The author's own previous operation; without it the newest under its name, `null` for none. */
  readonly own?: string | null;
  /** Members of the header as an author who lies would write them. */
  readonly lie?: Partial<Header>;
}

export const firstTs = 1_790_000_000_000;

export class Log {
  readonly name: string;
  readonly ops = new Map<string, Envelope>();
  readonly #heads = new Set<string>();
  readonly #people = new Set<string>();
  readonly #tips = new Map<string, string>();

  /** `name` goes into the salts, so that two scenarios share no operation by chance. */
  constructor(name: string) {
    this.name = name;
  }

  /** Writes an operation signed by itself. */
  op(label: string, author: string, type: string, payload: object, choices: Choices = {}): Envelope {
    return this.#keep(label, author, signed(key(author), this.#unsigned(label, author, type, payload, choices)));
  }

  /** Writes operations under one signature; only the first names other heads than the author's own. */
  batch(author: string, drafts: readonly (readonly [label: string, type: string, payload: object])[], choices: Choices = {}): Envelope[] {
    const unsigned = drafts.map(([label, type, payload], index) => {
      const op = this.#unsigned(label, author, type, payload, index === 0 ? choices : { ...choices, after: [] });
      this.#keep(label, author, { ...op, sig: "" });
      return op;
    });
    const all = signedTogether(key(author), unsigned);
    for (const [index, [label]] of drafts.entries()) this.ops.set(label, all[index] as Envelope);
    return all;
  }

  id(label: string): string {
    return this.get(label).op_id;
  }

  get(label: string): Envelope {
    const op = this.ops.get(label);
    if (op === undefined) throw new RangeError(`${this.name}: no operation is called ${label}`);
    return op;
  }

  /** These operations, or all. */
  list(...labels: readonly string[]): Envelope[] {
    return labels.length === 0 ? [...this.ops.values()] : labels.map((label) => this.get(label));
  }

  /** All operations but these. */
  without(...labels: readonly string[]): Envelope[] {
    return [...this.ops].filter(([label]) => !labels.includes(label)).map(([, op]) => op);
  }

  ids(...labels: readonly string[]): string[] {
    return labels.map((label) => this.id(label));
  }

  /** Labels and their ids, and the keys that write, for whoever reads the file. */
  legend() {
    return {
      keys: this.dids(...this.#people),
      names: Object.fromEntries([...this.ops].map(([label, { op_id }]) => [label, op_id])),
    };
  }

  /** Names to dids. */
  dids(...names: readonly string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, key(name).did]));
  }

  /** Lists keys in the legend that write nothing. */
  mention(...names: readonly string[]): void {
    for (const name of names) this.#people.add(name);
  }

  #unsigned(label: string, author: string, type: string, payload: object, choices: Choices): Omit<Envelope, "sig"> {
    const ownLabel = choices.own === undefined ? (this.#tips.get(author) ?? null) : choices.own;
    const own = ownLabel === null ? null : this.get(ownLabel);
    const others = (choices.after ?? [...this.#heads]).filter((each) => each !== ownLabel).map((each) => this.get(each));
    const prev = [...(own ? [own.op_id] : []), ...others.map(({ op_id }) => op_id).sort()];
    const salt = sha256(`fablepool salt: ${this.name}/${label}`).slice(0, 32);
    const header: Header = {
      v: 1,
      pool: type === "genesis" ? null : this.id("genesis"),
      author: key(author).did,
      seq: (own?.seq ?? 0) + 1,
      lamport: 1 + Math.max(0, own?.lamport ?? 0, ...others.map(({ lamport }) => lamport)),
      prev,
      ts: firstTs + this.ops.size * 60_000,
      type,
      payload_hash: payloadHash(salt, payload),
      ...choices.lie,
    };
    return { op_id: idOf(header), ...header, salt, payload };
  }

  #keep(label: string, author: string, op: Envelope): Envelope {
    if (this.ops.has(label)) throw new RangeError(`${this.name}: ${label} is taken`);
    const named = new Set(op.prev);
    for (const head of this.#heads) if (named.has(this.get(head).op_id)) this.#heads.delete(head);
    this.ops.set(label, op);
    this.#heads.add(label);
    this.#tips.set(author, label);
    this.mention(author);
    return op;
  }
}

export function headerOf({ v, pool, author, seq, lamport, prev, ts, type, payload_hash }: Header): Header {
  return { v, pool, author, seq, lamport, prev, ts, type, payload_hash };
}

export function idOf(header: Header): string {
  return `op:${sha256(jcs(headerOf(header)))}`;
}

export function payloadHash(salt: string, payload: object): string {
  return `sha256:${sha256(Buffer.from(salt, "hex"), jcs(payload))}`;
}

export function signed(by: Key, op: Omit<Envelope, "sig">): Envelope {
  return { ...op, sig: by.sign(`fablepool.op.v1\n${op.op_id}`).toString("hex") };
}

export function signedTogether(by: Key, ops: readonly Omit<Envelope, "sig" | "batch">[]): Envelope[] {
  const leaves = ops.map(({ op_id }) => Buffer.from(op_id.slice(3), "hex"));
  const sig = by.sign(`fablepool.batch.v1\n${ops.length}\n${treeHash(leaves)}`).toString("hex");
  return ops.map((op, index) => ({ ...op, sig, batch: { index, size: ops.length, path: inclusionPath(index, leaves) } }));
}

/** The envelope without its payload. */
export function bare({ salt: _salt, payload: _payload, ...rest }: Envelope): Envelope {
  return rest;
}

/** A pool with devices that root added one after the other: labels `genesis` and `add-<name>`. */
export function founded(name: string, devices: Readonly<Record<string, string>>): Log {
  const log = new Log(name);
  log.op("genesis", "root", "genesis", { owner: key("root").did });
  for (const [device, role] of Object.entries(devices)) {
    log.mention(device);
    log.op(`add-${device}`, "root", "device_add", { key: key(device).did, role });
  }
  return log;
}
