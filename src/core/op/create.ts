/** Writing operations: from drafts to signed envelopes (section 3). */
import { toHex } from "../bytes.ts";
import type { Did } from "../crypto/did-key.ts";
import { merklePaths } from "../crypto/merkle.ts";
import { batchSigningInput, opSigningInput } from "../crypto/signature.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Crypto, JsonObject } from "../ports.ts";
import { opIdOf, payloadHashOf } from "./header.ts";
import { leafOf } from "./identity.ts";
import type { Envelope, Header, OpId } from "./operation.ts";
import { payloadTextOf, type Shaped } from "./shape.ts";

/** What an author says; everything else follows from the log. */
export interface Draft {
  readonly type: string;
  /** What it says; of a payload that depends on its own salt (a redaction's `suppress`), how it follows from that. */
  readonly payload: JsonObject | ((salt: Uint8Array) => JsonObject);
}

/** Who writes, and what the log looked like to it. */
export interface Pen {
  readonly author: Did;
  readonly seed: Uint8Array;
  /** Null to found a pool. */
  readonly pool: OpId | null;
  /** The author's newest operation: `null` before its first. */
  readonly own: { readonly id: OpId; readonly seq: number } | null;
  /** The log's other heads, as `prevOf` chose them, ascending and without the author's own. */
  readonly heads: readonly OpId[];
  /** Highest lamport among `own` and `heads`; 0 for a genesis. */
  readonly lamport: number;
  readonly now: number;
  /** 16 random bytes for the payload of draft `index`. */
  readonly salt: (index: number) => Uint8Array;
}

/** Signs drafts, in order, each following the one before. Several share one signature, up to 1,024. */
export function writeOps(crypto: Crypto, pen: Pen, drafts: readonly Draft[]): Shaped[] {
  if (drafts.length > limits.batchSize) throw new PoolError("usage", `a batch is at most ${limits.batchSize} operations`);
  if (!Number.isSafeInteger(pen.now) || pen.now < 0) throw new PoolError("usage", "the clock stands before 1970: no node would take this");
  const unsigned = chainUp(crypto, pen, drafts);
  const single = unsigned.length === 1;
  const tree = single
    ? null
    : merklePaths(
        crypto.sha256Hex,
        unsigned.map(({ id }) => leafOf(id)),
      );
  const firstId = unsigned[0]?.id as OpId;
  const message = tree ? batchSigningInput(unsigned.length, tree.root) : opSigningInput(firstId);
  const sig = drafts.length === 0 ? "" : toHex(crypto.ed25519.sign(pen.seed, message));
  return unsigned.map(({ id, header, salt, payload, payloadText }, index) => {
    const batch = tree ? { batch: { index, size: unsigned.length, path: tree.paths[index] as string[] } } : {};
    const envelope: Envelope = { op_id: id, ...header, salt, payload, sig, ...batch };
    return { envelope, payloadText };
  });
}

function chainUp(crypto: Crypto, pen: Pen, drafts: readonly Draft[]) {
  let { own, lamport } = pen;
  let others = pen.heads;
  return drafts.map((draft, index) => {
    const saltBytes = pen.salt(index);
    const payload = typeof draft.payload === "function" ? draft.payload(saltBytes) : draft.payload;
    const payloadText = payloadTextOf(payload);
    const salt = toHex(saltBytes);
    const header: Header = {
      v: 1,
      pool: pen.pool,
      author: pen.author,
      seq: (own?.seq ?? 0) + 1,
      lamport: lamport + 1,
      prev: own === null ? others : [own.id, ...others],
      ts: pen.now,
      type: draft.type,
      payload_hash: payloadHashOf(crypto.sha256Hex, salt, payloadText),
    };
    const id = opIdOf(crypto.sha256Hex, header);
    own = { id, seq: header.seq };
    lamport = header.lamport;
    others = [];
    return { id, header, salt, payload, payloadText };
  });
}

/** Whether the author is a device, not removed, in the view of the past that these heads, and its own operation, make. */
type Suffices = (heads: readonly OpId[]) => boolean;

/**
 * The other heads that an operation names in `prev` (section 3): all of them when they fit in `room`, else those highest in
 * (lamport, op_id), among them lower ones as far as the author is a device only by them; else fewer. All together suffice.
 */
export function prevOf(
  heads: readonly { readonly id: OpId; readonly lamport: number }[],
  own: OpId | null,
  suffices: Suffices,
  room: number = limits.prev - (own === null ? 0 : 1),
): OpId[] {
  const others = heads
    .filter(({ id }) => id !== own)
    .toSorted((left, right) => right.lamport - left.lamport || (left.id < right.id ? 1 : -1))
    .map(({ id }) => id);
  const highest = others.slice(0, room);
  return (others.length === highest.length || suffices(highest) ? highest : withNeeded(others, room, suffices)).sort();
}

/** `others` come highest first. Parts of the lower ones are left out, halving; then as many of the highest make room. */
function withNeeded(others: readonly OpId[], room: number, suffices: Suffices): OpId[] {
  let kept = others;
  for (let size = others.length - room; size >= 1; size = Math.floor(size / 2)) {
    for (let at = room; at < kept.length; ) {
      const rest = kept.toSpliced(at, size);
      if (suffices(rest)) kept = rest;
      else at += size;
    }
  }
  for (let at = room - 1; at >= 0 && kept.length > room; at--) {
    const rest = kept.toSpliced(at, 1);
    if (suffices(rest)) kept = rest;
  }
  if (kept.length <= room) return [...kept];
  // What contests a removal is spread over more heads than fit: those that bring the removal are left out.
  const fewer: OpId[] = [];
  for (const id of others) if (fewer.length < room && suffices([...fewer, id])) fewer.push(id);
  return fewer;
}
