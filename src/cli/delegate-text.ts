/** How a delegate's grants, slices and receipts read on a terminal. */
import type { JsonObject } from "../core/ports.ts";
import type { HeldSlice, OwedReceipt, Pulled, Purged, ReceiptSent, SeenGrant } from "../node/index.ts";
import { claimSentence, counted, oneLine, shortDid, shortId, table, timeText } from "./text.ts";

const causes = {
  revoked: "revoked",
  expired: "expired",
  stale: "not pulled again in time",
  asked: "purged on request",
} as const;

function stateText({ record, claims }: SeenGrant): string {
  if (record.state === "accepted") return "not pulled yet";
  if (record.state === "held") return counted(claims, "claim");
  return `over: ${causes[record.cause ?? "asked"]}`;
}

export function grantList(grants: readonly SeenGrant[]): string {
  if (grants.length === 0) return "no grant was accepted here yet: fablepool delegate accept '<invitation>'";
  return table(
    grants.map((seen) => {
      const { id, terms, grantor } = seen.record;
      const until = terms === null ? "" : `until ${timeText(terms["expires_at"])}`;
      const owed = seen.owed > 0 ? `${counted(seen.owed, "receipt")} not acknowledged yet` : "";
      const purpose = terms === null ? "" : oneLine(String(terms["purpose"]), 60);
      return [shortId(id), stateText(seen), until, grantor === null ? "" : `by ${shortDid(grantor)}`, purpose, owed];
    }),
  );
}

export function sliceText({ record, attestations }: HeldSlice): string {
  if (record.state !== "held") {
    const at = record.purgedAt === null ? "" : ` at ${timeText(record.purgedAt)}`;
    return record.cause === null ? "nothing was pulled yet" : `nothing is held: ${causes[record.cause]}${at}`;
  }
  if (attestations.length === 0) return "the slice is empty";
  return attestations
    .map(({ valid_until, ...each }) => {
      const payload = { ...each, ...(valid_until === null ? {} : { valid_until }) } as unknown as JsonObject;
      return `${shortId(each.claim)}  ${claimSentence(payload)}  [${Math.round(each.confidence * 100)} %]`;
    })
    .join("\n");
}

export function pulledText({ grant, ended, claims, withdrawn }: Pulled): string {
  if (ended !== null) return `${shortId(grant)}  ${causes[ended]}: what was held is deleted`;
  return `${shortId(grant)}  ${counted(claims, "claim")}${withdrawn > 0 ? `, ${counted(withdrawn, "claim")} withdrawn and deleted` : ""}`;
}

export function purgedText({ grant, cause }: Purged): string {
  return `${shortId(grant)}  ${causes[cause]}: what was held is deleted`;
}

export function sentText({ grant, acknowledged, receiptOp, problem }: ReceiptSent): string {
  if (!acknowledged) return `${shortId(grant)}  the receipt is not acknowledged yet: ${oneLine(problem ?? "", 200)}`;
  return `${shortId(grant)}  the receipt is acknowledged${receiptOp === null ? "" : `, as ${shortId(receiptOp)} in the owner's log`}`;
}

export function receiptList(receipts: readonly OwedReceipt[]): string {
  if (receipts.length === 0) return "nothing was purged yet";
  return table(
    receipts.map(({ receipt, acknowledgedAt, attempts, problem }) => [
      shortId(receipt.grant),
      `purged ${timeText(receipt.as_of)}`,
      `root ${String(receipt.purged_root).slice(0, 19)}`,
      acknowledgedAt === null ? `not acknowledged, sent ${counted(attempts, "time")}` : `acknowledged ${timeText(acknowledgedAt)}`,
      oneLine(problem ?? "", 80),
    ]),
  );
}
