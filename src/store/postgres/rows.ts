/** Rows of the log and the view as values, and the columns they are read from. Bytes come as hex digits. */

import type { Chain } from "../../core/admission/chains.ts";
import type { ControlOp } from "../../core/admission/device-view.ts";
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { OpId, Place } from "../../core/op/operation.ts";
import { refKinds } from "../ref-kinds.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, OpInfo, Ref, RefKind } from "../store.ts";
import { bytesArray } from "./arrays.ts";
import type { Row } from "./session.ts";

/** As `envelopeOf` and `envelopeJson` take them: all that is hex as one text, in the order id, payload_hash, sig, salt, prev, batch. */
export const envelopeColumns =
  "encode(op.id || op.payload_hash || op.sig || coalesce(op.salt, '') || op.prev || coalesce(op.batch, ''), 'hex') AS digits, " +
  "octet_length(op.prev) / 32 AS prevs, op.author AS did, op.seq, op.lamport, op.ts, op.type, op.payload, op.n";

export const infoColumns = "id, author, seq, lamport, ts, type, chain, past, body = 1 AS has_payload";

export const claimColumns =
  "id, lamport, author, statement, topic, predicate, underived, valid_from, valid_until, corrects, object, status";

/** Ids as an array parameter. */
export function idArray(ids: readonly OpId[]): Buffer {
  return bytesArray(ids.map(digits));
}

export function digits(id: OpId): string {
  return id.slice(3);
}

export function idText(hex: unknown): OpId {
  return `op:${hex as string}` as OpId;
}

/** Any text as bytes of a column. */
export function utf8Hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

export function utf8Text(hex: unknown): string {
  return Buffer.from(hex as string, "hex").toString();
}

/** Ids that stand one after the other. */
export function splitIds(hex: unknown): OpId[] {
  const text = hex as string;
  return Array.from({ length: text.length / 64 }, (_, index) => idText(text.slice(64 * index, 64 * index + 64)));
}

export function placeOf(row: Row): Place {
  return { lamport: row["lamport"] as number, id: idText(row["id"]) };
}

export function infoOf(row: Row): OpInfo {
  return {
    ...placeOf(row),
    author: row["author"] as Did,
    seq: row["seq"] as number,
    ts: row["ts"] as number,
    type: row["type"] as string,
    chain: row["chain"] as number,
    past: row["past"] as number,
    hasPayload: row["has_payload"] as boolean,
  };
}

export function chainOf(row: Row): Chain {
  return {
    n: row["n"] as number,
    author: row["author"] as Did,
    parent: row["parent"] as number,
    parentSeq: row["parent_seq"] as number,
    tip: idText(row["tip"]),
    tipSeq: row["tip_seq"] as number,
    tipLamport: row["tip_lamport"] as number,
  };
}

export function controlOf(row: Row): ControlOp {
  const chain = row["last_chain"] as number | null;
  return {
    ...placeOf(row),
    type: row["type"] as ControlOp["type"],
    author: row["author"] as Did,
    seq: row["seq"] as number,
    chain: row["chain"] as number,
    key: row["key"] as Did,
    role: utf8Text(row["role"]),
    last: chain === null ? null : { chain, seq: row["last_seq"] as number },
  };
}

export function refOf(row: Row): Ref {
  return { from: idText(row["source"]), kind: refKinds[row["kind"] as number] as RefKind, to: idText(row["target"]) };
}

export function evidenceOf(row: Row): EvidenceRow {
  return { ...placeOf(row), source: row["source"] as string };
}

export function granteeOf(row: Row): GranteeRow {
  return { id: idText(row["id"]), grantee: row["did"] as Did, expires: row["expires"] as number };
}

export function claimOf(row: Row): ClaimRow {
  return {
    ...placeOf(row),
    author: row["author"] as Did,
    statement: row["statement"] as string,
    topic: row["topic"] as string,
    predicate: utf8Text(row["predicate"]),
    underived: row["underived"] as boolean,
    from: row["valid_from"] as number | null,
    until: row["valid_until"] as number | null,
    corrects: row["corrects"] === null ? null : idText(row["corrects"]),
    object: row["object"] as string,
    status: claimStatuses[row["status"] as number] as ClaimStatus,
  };
}
