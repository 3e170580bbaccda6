/** Taking in a purge receipt (section 8; spec DEL-12): checked, archived once, acknowledged. */
import { grantStatus } from "../../core/capability/grant-state.ts";
import { type Holdings, holdingsFault, receiptFault } from "../../core/capability/holdings.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import type { Reader } from "../../store/index.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import { accessesOf, lastOfEach, receiptsOf, type SeenReceipt } from "./accesses.ts";
import { isRevocationOf, readGrant } from "./grant.ts";
import type { Serving } from "./pull.ts";

export interface ReceiptAck {
  readonly type: "receipt_ack";
  readonly grant_id: OpId;
  readonly accepted: boolean;
  readonly receipt_op?: OpId;
  readonly reason?: string;
}

/**
 * Answers `purge_receipt` of `key` with `receipt_ack`, or null when this key has no such grant here. Rejects with
 * `PoolError("bad_request")` when it is no `holdings` declaration.
 */
export async function serveReceipt({ replica, writer, write }: Serving, key: string, value: Json | undefined): Promise<ReceiptAck | null> {
  const fault = holdingsFault(value);
  if (fault !== null) throw new PoolError("bad_request", `"receipt" is no holdings declaration: ${fault}`);
  const receipt = value as unknown as Holdings;
  const now = writer.clock();
  const judged = await replica.store.read((reader) => judge({ replica, reader, now, self: writer.did }, receipt, key));
  if (judged === null) return null;
  if (judged !== "archive") return judged;
  let late: ReceiptAck | null = null;
  const id = await write(async (tx) => {
    const again = await judge({ replica, reader: tx, now, self: writer.did }, receipt, key);
    if (again === "archive") return [{ type: "cap_receipt", payload: { grant: receipt.grant, receipt: receipt as unknown as JsonObject } }];
    late = again;
    return [];
  });
  return id === undefined ? late : { type: "receipt_ack", grant_id: receipt.grant, accepted: true, receipt_op: id };
}

interface Judge {
  readonly replica: Replica;
  readonly reader: Reader;
  readonly now: number;
  readonly self: Did;
}

/** An answer, or that the receipt is to be archived. One that covers all that was served is archived once, whatever comes after it. */
async function judge({ replica, reader, now, self }: Judge, receipt: Holdings, key: string): Promise<ReceiptAck | "archive" | null> {
  const facts = new ViewFacts(reader, await replica.controlLog(reader));
  const grant = await readGrant(facts, receipt.grant);
  if (grant === null || grant.grantee !== key) return null;
  const receipts = await receiptsOf(facts, replica.crypto, grant);
  const accesses = await accessesOf(facts, grant.id, receipts);
  const fault = receiptFault(replica.crypto, receipt as unknown as Json, {
    grant: grant.id,
    grantee: grant.grantee,
    isRevocation: await isRevocationOf(facts, grant.id),
    wasServed: (root) => accesses.some((access) => access.outcome === "served" && access.root === root),
  });
  const answer = { type: "receipt_ack", grant_id: grant.id } as const;
  if (fault !== null) return { ...answer, accepted: false, reason: fault };
  const known: SeenReceipt | undefined = receipts.find((each) => each.receipt.sig === receipt.sig) ?? receipts.at(-1);
  const isOld = receipts.some((each) => each.receipt.sig === receipt.sig);
  const covered = lastOfEach(accesses.filter(({ outcome }) => outcome === "served")).every(({ receipted }) => receipted);
  if (known && (isOld || covered)) return { ...answer, accepted: true, receipt_op: known.id };
  const today = receipts.filter(({ info }) => info.author === self && now - info.ts < limits.accessRepeatMs);
  if (grantStatus(grant, now) === "active" && today.length >= limits.receiptsPerDay) {
    return { ...answer, accepted: false, reason: `${limits.receiptsPerDay} receipts were archived within a day: send this one later` };
  }
  return "archive";
}
