/** Deleting what is held of a grant, and signing that it was done (section 8; spec DEL-10, DEL-11). A crash at any instant is made good. */
import { signPurgeReceipt } from "../../core/capability/holdings.ts";
import { emptyRoot } from "../../core/capability/slice-root.ts";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { delegateNow, ended } from "./end-of-slice.ts";
import type { Delegate } from "./open-delegate.ts";
import type { EndCause, GrantRecord, RegisterRows } from "./register.ts";

export interface Purged {
  readonly grant: OpId;
  readonly cause: EndCause;
}

/**
 * Notes, durably with the transaction, that a grant's slice is to be deleted: `finishPurges` does it. From then on nobody reads
 * it, and nothing is taken for it before it is gone.
 */
export function beginPurge(delegate: Delegate, rows: RegisterRows, record: GrantRecord, cause: EndCause, revocation: OpId | null): void {
  rows.putGrant({ ...record, state: "purging", cause, revocation, purgedRoot: rootToPurge(delegate, record) });
}

/** Of what is there; of a cache that can't be read any more, of what was taken. */
function rootToPurge({ cache }: Delegate, { id, root, state }: GrantRecord): string {
  if (state !== "held") return emptyRoot;
  try {
    return cache(id).held(nativeCrypto.sha256Hex).root;
  } catch (error) {
    if (!(error instanceof PoolError) || error.code !== "storage" || root === null) throw error;
    return root;
  }
}

/** Deletes every slice that was noted for it, and signs the receipts. Rejects with `PoolError("storage")` when one can't be deleted yet. */
export async function finishPurges(delegate: Delegate): Promise<Purged[]> {
  const { register, key, clock, cache } = delegate;
  return register.transact((rows) => {
    const purging = rows.grants().filter(({ state }) => state === "purging");
    for (const record of purging) {
      cache(record.id).wipe();
      const { now } = delegateNow(clock(), rows.poolAsOf(record.pool));
      const receipt = signPurgeReceipt(nativeCrypto, key.seed, {
        grant: record.id,
        grantee: key.did,
        asOf: now,
        revocation: record.revocation,
        purgedRoot: record.purgedRoot as string,
      });
      rows.addReceipt(receipt);
      rows.putGrant({ ...record, state: "ended", purgedAt: now, takenAt: null, takenClock: null, root: null });
    }
    return purging.map(({ id, cause }) => ({ grant: id, cause: cause as EndCause }));
  });
}

/** Purges every slice that has expired or gone stale by now. */
export async function purgeEnded(delegate: Delegate): Promise<Purged[]> {
  await delegate.register.transact((rows) => {
    const clock = delegate.clock();
    for (const record of rows.grants()) {
      const cause = ended(record, delegateNow(clock, rows.poolAsOf(record.pool)));
      if (cause !== null) beginPurge(delegate, rows, record, cause, null);
    }
  });
  return finishPurges(delegate);
}

/** Purges because the delegate's own person wants it; it is not pulled again by itself. Rejects with `not_found` for an unknown grant. */
export async function purgeGrant(delegate: Delegate, grant: OpId): Promise<Purged[]> {
  await delegate.register.transact((rows) => {
    const record = rows.grant(grant);
    if (record === null) throw unknownGrant(grant);
    if (record.state === "held" || record.state === "accepted") beginPurge(delegate, rows, record, "asked", null);
    else if (record.state === "ended" && record.cause === "stale") rows.putGrant({ ...record, cause: "asked" });
  });
  return finishPurges(delegate);
}

export function unknownGrant(grant: string): PoolError {
  return new PoolError("not_found", `${grant} is no grant that was accepted here`);
}
