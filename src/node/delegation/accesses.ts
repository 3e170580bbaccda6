/** What was served under a grant, and which receipts cover it (section 8; spec DEL-1, DEL-14, DEL-17). */
import { isWithin } from "../../core/admission/chains.ts";
import { type AccessPayload, delegationFault } from "../../core/capability/grant.ts";
import type { AccessFacts } from "../../core/capability/grant-state.ts";
import { type Holdings, receiptFault } from "../../core/capability/holdings.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { comparePlaces, type Envelope, type OpId } from "../../core/op/operation.ts";
import type { Crypto, Json } from "../../core/ports.ts";
import type { OpInfo, RefKind } from "../../store/index.ts";
import type { ViewFacts } from "../view/facts.ts";

export interface SeenReceipt {
  readonly id: OpId;
  readonly info: OpInfo;
  readonly receipt: Holdings;
}

/** Purge receipts of a grant that are in the log and the grantee's own word, in (lamport, op_id) order. */
export async function receiptsOf(facts: ViewFacts, crypto: Crypto, grant: { id: OpId; grantee: Did }): Promise<SeenReceipt[]> {
  const context = { grant: grant.id, grantee: grant.grantee, isRevocation: () => true, wasServed: () => true };
  const found: SeenReceipt[] = [];
  for (const { op, info } of await countingOps(facts, grant.id, "receipts")) {
    const receipt = op.payload?.["receipt"];
    if (receiptFault(crypto, receipt, context) === null) found.push({ id: op.op_id, info, receipt: receipt as unknown as Holdings });
  }
  return found;
}

/** An access with where it stands in the log. */
export interface SeenAccess extends AccessFacts {
  readonly info: OpInfo;
}

/** Every `cap_access` of a grant that counts, in (lamport, op_id) order; whether a receipt covers it is told of each server's last two. */
export async function accessesOf(facts: ViewFacts, grant: OpId, receipts: readonly SeenReceipt[]): Promise<SeenAccess[]> {
  const found = (await countingOps(facts, grant, "accesses")).flatMap(({ op, info }) => {
    const { server, slice_root: root, served, outcome } = op.payload as unknown as AccessPayload;
    // Whoever may write to the log can't speak for another server.
    return server === op.author ? [{ id: op.op_id, server, root, served, outcome, ts: op.ts, receipted: false, info }] : [];
  });
  const covered = new Map<OpId, boolean>();
  // What covers a server's last one covers what it served before.
  for (const mine of Map.groupBy(found, ({ server }) => server).values()) {
    const lastServed = mine.findLast(({ outcome }) => outcome === "served");
    const isCovered = lastServed !== undefined && (await isReceipted(facts, lastServed, receipts));
    for (const each of mine) covered.set(each.id, isCovered);
    const last = mine.at(-1);
    if (last && last !== lastServed) covered.set(last.id, await isReceipted(facts, last, receipts));
  }
  return found.map((each) => ({ ...each, receipted: covered.get(each.id) ?? false }));
}

/** The last access of each server. */
export function lastOfEach(accesses: readonly SeenAccess[]): SeenAccess[] {
  return [...new Map(accesses.map((each) => [each.server, each])).values()];
}

async function isReceipted(facts: ViewFacts, access: Omit<SeenAccess, "receipted">, receipts: readonly SeenReceipt[]): Promise<boolean> {
  for (const { info, receipt } of receipts) {
    if (await isPast(facts, access.info, info)) return true;
    if (receipt.purged_root === access.root && !(await isPast(facts, info, access.info))) return true;
  }
  return false;
}

/** True when `earlier` is an ancestor of `later`. */
export async function isPast({ reader, log }: ViewFacts, earlier: OpInfo, later: OpInfo): Promise<boolean> {
  if (earlier.lamport >= later.lamport) return false;
  return (earlier.author === later.author && isWithin(log.chains, earlier, later)) || reader.reaches([later.id], earlier.id);
}

/** Operations that speak of a grant, have their payload of valid form, and are neither contested nor void. */
async function countingOps(facts: ViewFacts, grant: OpId, kind: RefKind): Promise<{ op: Envelope; info: OpInfo }[]> {
  const ids = (await facts.reader.refsTo([grant], [kind])).map(({ from }) => from);
  await facts.load(ids);
  const found: { op: Envelope; info: OpInfo }[] = [];
  for (const op of await facts.reader.envelopes(ids)) {
    const info = await facts.info(op.op_id);
    const fits = op.payload !== undefined && delegationFault(op.type, op.payload as Readonly<Record<string, Json>>) === null;
    if (fits && info && facts.authority(info) === null) found.push({ op, info });
  }
  return found.sort((left, right) => comparePlaces(left.info, right.info));
}
