/** Envelopes and claims as rows: ids, hashes and signatures as raw bytes, the payload as its canonical text. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { ClaimRow, OpInfo } from "../store.ts";
import type { Row } from "./driver.ts";

export function idBytes(id: OpId): Uint8Array {
  return Buffer.from(id.slice(3), "hex");
}

/** How the row of an operation is found; the values are `idKeys`. By the first 8 bytes, which the index has, and then by all. */
export const opIs = "substr(op.id, 1, 8) = ? AND op.id = ?";
/** The same for keys of `given`. */
export const opIsGiven = "substr(op.id, 1, 8) = substr(given.key, 1, 8) AND op.id = given.key";

export function idKeys(id: OpId): [begins: Uint8Array, whole: Uint8Array] {
  const bytes = idBytes(id);
  return [bytes.subarray(0, 8), bytes];
}

/** As many rows as its value says. Of a bare `LIMIT ?` SQLite reads the value when it plans, and so plans anew at every call. */
export const atMost = "LIMIT ? + 0";

/** The 64 hex digits of an id. */
export function idDigits(id: OpId): string {
  return id.slice(3);
}

export function idText(bytes: unknown): OpId {
  return `op:${hexText(bytes)}` as OpId;
}

export function hexText(bytes: unknown): string {
  const view = bytes as Uint8Array;
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("hex");
}

/**
 * Columns that an envelope is made of, and the tables they are of. All that is hex comes as one text: a column of bytes costs
 * Node as much as hundreds of digits. In order: id, payload_hash, sig, salt where there is one, prev, batch.
 */
export const fromEnvelopes = "FROM op JOIN author ON author.n = op.author LEFT JOIN body ON body.n = op.body";
const columnsWith = (batch: string) =>
  "lower(hex(op.id) || hex(op.payload_hash) || hex(op.sig) || ifnull(hex(body.salt), '') || hex(op.prev) || " +
  `ifnull(${batch}, '')) AS digits, ` +
  "octet_length(op.prev) / 32 AS prevs, author.did, op.seq, op.lamport, op.ts, op.type, body.payload, op.n, op.stem";
/** Of an inclusion path what the row keeps: `WholePaths` puts it together. */
export const envelopeColumns = columnsWith("hex(op.batch)");
/** The same without the path of a batch proof: most of the digits. */
export const pathlessColumns = columnsWith("hex(substr(op.batch, 1, 4))");
export const infoColumns = "op.id, author.did, op.seq, op.lamport, op.ts, op.type, op.chain, op.past, op.body > 0 AS has_payload";

export function infoOf(row: Row): OpInfo {
  return {
    id: idText(row["id"]),
    author: row["did"] as Did,
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
    ts: row["ts"] as number,
    type: row["type"] as string,
    chain: row["chain"] as number,
    past: row["past"] as number,
    hasPayload: row["has_payload"] === 1,
  };
}

/** All that is hex comes as one text, as with envelopes: id, statement, topic, object, and what it corrects, "" for nothing. */
export const claimColumns =
  "lower(hex(claim.id) || ' ' || hex(statement) || ' ' || hex(topic) || ' ' || hex(object) || ' ' || ifnull(hex(corrects), '')) AS digits, " +
  "lamport, author, predicate, underived, valid_from, valid_until, status";

export function claimOf(row: Row): ClaimRow {
  const [id, statement, topic, object, corrects] = (row["digits"] as string).split(" ") as [string, string, string, string, string];
  return {
    id: `op:${id}` as OpId,
    lamport: row["lamport"] as number,
    author: row["author"] as Did,
    statement,
    topic,
    predicate: row["predicate"] as string,
    underived: row["underived"] === 1,
    from: row["valid_from"] as number | null,
    until: row["valid_until"] as number | null,
    corrects: corrects === "" ? null : (`op:${corrects}` as OpId),
    object,
    status: claimStatuses[row["status"] as number] as ClaimStatus,
  };
}
