/** Inviting somebody to bring a pool (spec/11-hosting.md, HOS-1): the line is shown once, and the registry has a hash of its token. */
import { toHex } from "../../core/bytes.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import type { HostRole, Quota } from "../../core/sync/hosting.ts";
import { isHubAddress } from "../../core/sync/hub-address.ts";
import { hubInvitationText } from "../../core/sync/hub-invitation.ts";
import { nativeCrypto } from "../../node/index.ts";
import { addInvitation, hashOfToken, type Invitation, listInvitations } from "../registry/invitations.ts";
import { adminLimits } from "./admin-limits.ts";
import type { Operated } from "./operator.ts";

export interface NewInvitation {
  readonly label: string;
  readonly role: HostRole;
  readonly quota: Quota;
  /** How long it is good for, ms. */
  readonly forMs: number;
}

export interface MadeInvitation extends Omit<NewInvitation, "forMs"> {
  /** The beginning of its token's hash: by it the registry knows it. */
  readonly id: string;
  /** To be given to one person, over a way that nobody else reads. */
  readonly invitation: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** `url`: how devices reach the hub. Throws `PoolError("usage")` for an address that no device would ask. */
export async function makeInvitation(
  { registry, clock, random }: Operated,
  hub: { readonly url: string; readonly front: Did },
  given: NewInvitation,
): Promise<MadeInvitation> {
  if (!isHubAddress(hub.url)) {
    throw new PoolError("usage", `${hub.url} is no address that devices would send memories to: it should be like https://hub.example`);
  }
  const token = toHex(random(tokenBytes));
  const made = clock();
  const expires = made + Math.min(given.forMs, adminLimits.invitationMs);
  const { label, role, quota } = given;
  await addInvitation(registry, { token: hashOfToken(token), label, role, quota, made, expires });
  return {
    label,
    role,
    quota,
    id: idOf(hashOfToken(token)),
    invitation: hubInvitationText(nativeCrypto.sha256Hex, { ...hub, token }),
    expires,
  };
}

const tokenBytes = 16;

export interface ListedInvitation extends Omit<Invitation, "token"> {
  readonly id: string;
  readonly state: "open" | "used" | "expired";
}

/** The newest, used and expired ones too. */
export async function invitations({ registry, clock }: Operated): Promise<ListedInvitation[]> {
  const all = await listInvitations(registry, adminLimits.invitations);
  return all.map(({ token, ...each }) => ({
    id: idOf(token),
    ...each,
    state: each.used !== null ? "used" : each.expires <= clock() ? "expired" : "open",
  }));
}

/** Takes back one that was not used. Rejects with `PoolError("not_found")` when there is none of this id, or it was used. */
export async function revokeInvitation({ registry }: Operated, id: string): Promise<void> {
  const gone = /^[0-9a-f]{16}$/.test(id)
    ? await registry.rows("DELETE FROM invitation WHERE encode(substr(token, 1, 8), 'hex') = $1 AND used IS NULL RETURNING 1", id)
    : [];
  if (gone.length === 0)
    throw new PoolError("not_found", `there is no invitation ${JSON.stringify(id.slice(0, 80))} that could be taken back`);
}

function idOf(hash: string): string {
  return hash.slice(0, 16);
}
