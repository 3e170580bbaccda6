/** Admission's second step (section 4, "identity"): hashes, then the signature. */
import { fromHex, utf8 } from "../bytes.ts";
import { decodeDidKey } from "../crypto/did-key.ts";
import { ProvenNodes, rootFromPath } from "../crypto/merkle.ts";
import { batchSigningInput, opSigningInput, verifyStrict } from "../crypto/signature.ts";
import type { Crypto } from "../ports.ts";
import { opIdOf, payloadHashOf } from "./header.ts";
import type { Envelope, OpId } from "./operation.ts";
import type { Shaped } from "./shape.ts";

/** True when `op_id` is the header's hash, and `payload_hash` the payload's when one is there. */
export function hashesMatch({ sha256Hex }: Crypto, { envelope, payloadText }: Shaped): boolean {
  if (envelope.op_id !== opIdOf(sha256Hex, envelope)) return false;
  return payloadText === null || envelope.payload_hash === payloadHashOf(sha256Hex, envelope.salt as string, payloadText);
}

/** As many batches as arrive interleaved, from as many authors; each takes up to 300 kB. */
const treesKept = 16;

/** Batch roots whose signature was verified. A root counts only under its (author, size, root, sig) (section 3). */
export class VerifiedRoots {
  readonly #roots = new Set<string>();
  readonly #trees = new Map<string, ProvenNodes>();
  /** The tree that was asked for last: operations that were written together come one after the other. */
  #last: { readonly author: string; readonly size: number; readonly sig: string; readonly nodes: ProvenNodes } | null = null;
  readonly #max: number;

  /** `max` roots are kept, the newest. */
  constructor(max = 4_096) {
    this.#max = max;
  }

  has(key: string): boolean {
    return this.#roots.has(key);
  }

  /** What was proved of the tree that this operation's signature covers, to be asked and to learn; null before its root was verified. */
  nodesOf(envelope: Envelope): ProvenNodes | null {
    const { author, sig, batch } = envelope;
    const size = batch?.size ?? 0;
    const last = this.#last;
    if (last !== null && last.sig === sig && last.size === size && last.author === author) return last.nodes;
    const nodes = this.#trees.get(treeOf(envelope)) ?? null;
    if (nodes !== null) this.#last = { author, size, sig, nodes };
    return nodes;
  }

  /** Remembers a tree of which a root was verified: the newest few, for the rest of their leaves. */
  addTree(tree: string, size: number): ProvenNodes {
    if (this.#trees.size >= treesKept) this.#trees.delete(this.#trees.keys().next().value as string);
    const nodes = new ProvenNodes(size);
    this.#trees.set(tree, nodes);
    return nodes;
  }

  add(key: string): void {
    if (this.#roots.size >= this.#max) this.#roots.delete(this.#roots.values().next().value as string);
    this.#roots.add(key);
  }
}

/** True when the author signed the operation: by itself, or under the root of a batch that it is proved to be in. */
export function signatureHolds(crypto: Crypto, envelope: Envelope, roots: VerifiedRoots): boolean {
  const met = envelope.batch && roots.nodesOf(envelope);
  if (met && envelope.batch && met.prove(crypto.sha256Hex, leafOf(envelope.op_id), envelope.batch.index, envelope.batch.path)) return true;
  if (envelope.batch === undefined) return isSigned(crypto, envelope, opSigningInput(envelope.op_id));
  const { index, size, path } = envelope.batch;
  const leaf = leafOf(envelope.op_id);
  const root = rootFromPath(crypto.sha256Hex, leaf, index, size, path);
  if (root === null || !rootSigned(crypto, envelope, root, roots)) return false;
  (met ?? roots.addTree(treeOf(envelope), size)).learn(crypto.sha256Hex, leaf, index, path);
  return true;
}

/** True when the author of a batch signed this root of it. */
export function rootSigned(crypto: Crypto, signed: Signed, root: string, roots: VerifiedRoots): boolean {
  const name = `${treeOf(signed)} ${root}`;
  if (roots.has(name)) return true;
  if (!isSigned(crypto, signed, batchSigningInput(signed.batch?.size ?? 0, root))) return false;
  roots.add(name);
  return true;
}

type Signed = Pick<Envelope, "author" | "sig" | "batch">;

function isSigned(crypto: Crypto, { author, sig }: Signed, message: Uint8Array): boolean {
  const key = decodeDidKey(author);
  const signature = fromHex(sig);
  return key !== null && signature !== null && verifyStrict(crypto.ed25519, key, message, signature);
}

/** What one signature covers: its author, the size of the tree, and itself. */
function treeOf({ author, batch, sig }: Signed): string {
  return `${author} ${batch?.size} ${sig}`;
}

/** The leaf of a batch's Merkle tree: the 32 bytes of an `op_id`. */
export function leafOf(id: OpId): Uint8Array {
  return fromHex(id.slice(3)) ?? utf8(id);
}
