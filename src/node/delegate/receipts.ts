/** Receipts of purges: kept until the grantor has acknowledged them, however long it is away (section 8; spec DEL-11). */
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { expectReply } from "../../core/sync/messages.ts";
import type { Delegate } from "./open-delegate.ts";
import type { Connect } from "./pull.ts";
import type { OwedReceipt, ServingNode } from "./register.ts";

export interface ReceiptSent {
  readonly grant: OpId;
  readonly acknowledged: boolean;
  /** The `cap_receipt` that archives it. */
  readonly receiptOp: string | null;
  /** Why it was not acknowledged; null when it was. */
  readonly problem: string | null;
}

/** Every receipt that was signed, oldest first. */
export function listReceipts({ register }: Delegate): Promise<OwedReceipt[]> {
  return register.transact((rows) => rows.receipts());
}

/** Sends what is not acknowledged yet, of one grant or of all. What fails is kept. Rejects with `interrupted` and `storage` alone. */
export async function sendReceipts(delegate: Delegate, connect: Connect, only?: OpId, signal?: AbortSignal): Promise<ReceiptSent[]> {
  const owed = (await listReceipts(delegate)).filter(
    ({ acknowledgedAt, receipt }) => acknowledgedAt === null && (only === undefined || receipt.grant === only),
  );
  const sent: ReceiptSent[] = [];
  for (const each of owed) sent.push(await send(delegate, each, connect, signal));
  return sent;
}

async function send(delegate: Delegate, owed: OwedReceipt, connect: Connect, signal?: AbortSignal): Promise<ReceiptSent> {
  const { receipt, n } = owed;
  const servers = await delegate.register.transact((rows) => rows.servers(receipt.grant));
  let problem = "nobody is known who serves this grant";
  for (const server of servers) {
    try {
      const { receiptOp } = await deliver(owed, server, connect, signal);
      await delegate.register.transact((rows) => rows.receiptAcknowledged(n, delegate.clock(), receiptOp));
      return { grant: receipt.grant, acknowledged: true, receiptOp, problem: null };
    } catch (error) {
      if (!(error instanceof PoolError) || error.code === "interrupted" || error.code === "storage") throw error;
      problem = error.message;
    }
  }
  await delegate.register.transact((rows) => rows.receiptFailed(n, problem.slice(0, 500)));
  return { grant: receipt.grant, acknowledged: false, receiptOp: null, problem };
}

/** Rejects with `peer` when the server does not accept it: another one may, or this one later, once it has synced. */
async function deliver({ receipt }: OwedReceipt, server: ServingNode, connect: Connect, signal?: AbortSignal) {
  const transport = connect(server);
  try {
    const message = { type: "purge_receipt", receipt: receipt as unknown as Json } satisfies JsonObject;
    const ack = expectReply(await transport.request(message, signal), "receipt_ack");
    if (ack["grant_id"] !== receipt.grant) throw new PoolError("peer", "it acknowledges the receipt of another grant");
    if (ack["accepted"] !== true) throw new PoolError("peer", `it does not accept the receipt: ${String(ack["reason"]).slice(0, 300)}`);
    return { receiptOp: isOpId(ack["receipt_op"]) ? ack["receipt_op"] : null };
  } finally {
    await transport.close();
  }
}
