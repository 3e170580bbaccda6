/** The operation envelope (protocol section 3): what is hashed and signed, and what hangs beside it. */
import { compareText } from "../bytes.ts";
import type { Did } from "../crypto/did-key.ts";
import type { JsonObject } from "../ports.ts";

/** `op:` and the SHA-256 of the header's canonical bytes, 64 lower-case hex digits. */
export type OpId = string & { readonly brand: "OpId" };

/** What is hashed to the `op_id` and signed. */
export interface Header {
  readonly v: 1;
  /** The `op_id` of the pool's genesis; null only in that genesis. */
  readonly pool: OpId | null;
  readonly author: Did;
  /** 1, 2, 3 … per author, without gaps. */
  readonly seq: number;
  /** 1 + the highest lamport among `prev`. */
  readonly lamport: number;
  /** The author's own previous operation first, then the other heads it knew, ascending. */
  readonly prev: readonly OpId[];
  /** The author's clock, ms since the epoch. No rule of the log depends on it. */
  readonly ts: number;
  readonly type: string;
  /** `sha256:` of the salt's bytes and the payload's canonical bytes. */
  readonly payload_hash: string;
}

/** Where an operation stands under its batch signature: an RFC 9162 inclusion proof. */
export interface BatchProof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

export interface Envelope extends Header {
  readonly op_id: OpId;
  readonly salt?: string;
  readonly payload?: JsonObject;
  readonly sig: string;
  readonly batch?: BatchProof;
}

/** A place in the log's total order. */
export interface Place {
  readonly lamport: number;
  readonly id: OpId;
}

export function placeOf({ lamport, op_id: id }: Pick<Envelope, "lamport" | "op_id">): Place {
  return { lamport, id };
}

/** The log's total order: (lamport, op_id). Every operation comes after all its ancestors. */
export function comparePlaces(left: Place, right: Place): number {
  return left.lamport - right.lamport || compareText(left.id, right.id);
}

const opIdForm = /^op:[0-9a-f]{64}$/;

export function isOpId(value: unknown): value is OpId {
  return typeof value === "string" && opIdForm.test(value);
}

/** The types that change who may write (section 5). */
export const controlTypes: ReadonlySet<string> = new Set(["genesis", "device_add", "device_remove"]);

/** Types that count as not received without their payload (section 4), so that stripping can't blunt them. */
export const payloadRequired: ReadonlySet<string> = new Set([...controlTypes, "refutation", "endorsement", "redaction", "cap_revoke"]);

/** Types whose payload a redaction takes away (sections 6 and 8). */
export const redactableTypes: ReadonlySet<string> = new Set([
  "evidence",
  "claim",
  "note",
  "inference",
  "predicate",
  "cap_grant",
  "cap_access",
  "cap_receipt",
]);
