/** What this node itself served last under a grant: kept for itself, so that its owner can be told who holds what. */
import type { OpId } from "../../core/op/operation.ts";
import type { Reader, Transactor } from "../../store/index.ts";

const accessName = (grant: OpId) => `access:${grant}`;
const claimsName = (grant: OpId) => `served:${grant}`;

interface ServedSlice {
  /** The `cap_access` that tells of it. */
  readonly access: OpId;
  readonly claims: readonly OpId[];
}

/** `claims` is null of an access by which nothing was served: then what was served before is kept. */
export async function keepServed(tx: Transactor, grant: OpId, access: OpId, claims: readonly OpId[] | null): Promise<void> {
  await tx.setLocal(accessName(grant), access);
  if (claims !== null) await tx.setLocal(claimsName(grant), JSON.stringify({ access, claims } satisfies ServedSlice));
}

/** This node's last `cap_access` of a grant; null when it does not remember any. */
export async function lastServedBy(reader: Reader, grant: OpId): Promise<OpId | null> {
  return (await reader.local(accessName(grant))) as OpId | null;
}

/** What was served with that access; null when another node served it, or this one does not remember. */
export async function servedWith(reader: Reader, grant: OpId, access: OpId): Promise<readonly OpId[] | null> {
  const text = await reader.local(claimsName(grant));
  const kept = text === null ? null : (JSON.parse(text) as ServedSlice);
  return kept?.access === access ? kept.claims : null;
}

export async function remembersServed(reader: Reader, grant: OpId): Promise<boolean> {
  return (await reader.local(claimsName(grant))) !== null;
}

/** For a grant that is over and whose slices were deleted: nobody has to be told any more who holds what. */
export async function forgetServed(tx: Transactor, grant: OpId): Promise<void> {
  await tx.setLocal(claimsName(grant), null);
}
