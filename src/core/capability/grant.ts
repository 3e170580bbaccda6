/** The payloads of delegation's four types (section 8; spec DEL-1), and a grant's terms. */
import type { Did } from "../crypto/did-key.ts";
import { limits } from "../limits.ts";
import type { OpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { holdingsFault } from "./holdings.ts";
import { is, isCount, isDid, isId, isRoot, isText, isTime, memberFault } from "./members.ts";
import { type Selector, selectorFault } from "./selector.ts";

/** What a grant allows, with the defaults filled in. */
export interface GrantTerms {
  readonly grantee: Did;
  readonly selector: Selector;
  readonly purpose: string;
  /** Milliseconds since the epoch: from then on it is expired. */
  readonly expiresAt: number;
  /** A slice that was not pulled again for so long is stale: the delegate purges it. */
  readonly refreshMs: number;
  /** A purge owed for longer than this is overdue. */
  readonly purgeMs: number;
}

export const accessOutcomes = ["served", "revoked", "expired"] as const;
export type AccessOutcome = (typeof accessOutcomes)[number];

/** The payload of a `cap_access`. `served` is the number of attestations. */
export interface AccessPayload {
  readonly grant: OpId;
  readonly server: Did;
  readonly slice_root: string;
  readonly served: number;
  readonly outcome: AccessOutcome;
}

const grantMembers = {
  grantee: isDid,
  selector: (value: Json) => selectorFault(value) === null,
  purpose: isText,
  expires_at: isTime,
  "refresh_ms?": isCount,
  "purge_ms?": isCount,
};

/** Why a payload is no grant, in words; null when it is one. Unknown members, in the selector too, make it void. */
export function grantFault(payload: JsonObject): string | null {
  return memberFault(payload, grantMembers);
}

/** The terms of a `cap_grant`'s payload, or null when it is void. */
export function grantTerms(payload: JsonObject): GrantTerms | null {
  if (grantFault(payload) !== null) return null;
  const { grantee, selector, purpose, expires_at, refresh_ms, purge_ms } = payload;
  return {
    grantee: grantee as Did,
    selector: selector as unknown as Selector,
    purpose: purpose as string,
    expiresAt: expires_at as number,
    refreshMs: (refresh_ms as number | undefined) ?? limits.refreshMs,
    purgeMs: (purge_ms as number | undefined) ?? limits.purgeMs,
  };
}

const forms: Readonly<Record<string, Readonly<Record<string, (value: Json) => boolean>>>> = {
  cap_revoke: { grant: isId },
  cap_access: { grant: isId, server: isDid, slice_root: isRoot, served: isCount, outcome: is(...accessOutcomes) },
  cap_receipt: { grant: isId, receipt: (value) => holdingsFault(value) === null },
};

/**
 * Why a payload does not fit its delegation type, in words; null when it does, and for every other type. Only a grant's
 * members are closed; in the others what is not listed is kept and ignored.
 */
export function delegationFault(type: string, payload: JsonObject): string | null {
  if (type === "cap_grant") return grantFault(payload);
  const form = Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (form === undefined) return null;
  const listed = Object.fromEntries(Object.entries(payload).filter(([name]) => Object.hasOwn(form, name)));
  return memberFault(listed, form);
}
