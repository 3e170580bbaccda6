/** Pulling a slice (section 8; spec DEL-8, DEL-9): the whole reply is checked, then all of it is taken, or none. */
import { toHex } from "../../core/bytes.ts";
import type { Attestation } from "../../core/capability/attestation.ts";
import { type CheckedReply, checkDelegateOps } from "../../core/capability/delegate-ops.ts";
import { isCurrent } from "../../core/capability/selector.ts";
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Json } from "../../core/ports.ts";
import { expectReply, isObject } from "../../core/sync/messages.ts";
import type { Transport } from "../../transport/transport.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { delegateNow, ended } from "./end-of-slice.ts";
import type { Delegate } from "./open-delegate.ts";
import { beginPurge, finishPurges, purgeEnded, unknownGrant } from "./purge.ts";
import type { EndCause, GrantRecord, RegisterRows, ServingNode } from "./register.ts";

/** Opens a way to a node that serves a grant. */
export type Connect = (server: ServingNode) => Transport;

export interface Pulled {
  readonly grant: OpId;
  /** Whose slice it was. */
  readonly issuer: string;
  /** Why nothing is held now; null when a slice was taken. */
  readonly ended: EndCause | null;
  readonly claims: number;
  /** Claims that were held before and are not any more: withdrawn, refuted, or purged with the rest. */
  readonly withdrawn: number;
}

/**
 * Pulls a grant's slice from the first of its servers that answers. Rejects with `PoolError`: `not_found` for an unknown grant,
 * `peer` for a reply that is refused (what is held stays as it is), `network`, `interrupted`, `storage`.
 */
export async function pullGrant(delegate: Delegate, grant: OpId, connect: Connect, signal?: AbortSignal): Promise<Pulled> {
  const servers = await delegate.register.transact((rows) => {
    if (rows.grant(grant) === null) throw unknownGrant(grant);
    return rows.servers(grant);
  });
  let failure: unknown = new PoolError("network", "nobody is known who serves this grant");
  for (const server of servers) {
    try {
      return await pullFrom(delegate, grant, server, connect, signal);
    } catch (error) {
      if (!(error instanceof PoolError) || (error.code !== "network" && error.code !== "peer")) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function pullFrom(delegate: Delegate, grant: OpId, server: ServingNode, connect: Connect, signal?: AbortSignal): Promise<Pulled> {
  const transport = connect(server);
  try {
    const nonce = toHex(delegate.random(16));
    const message = { type: "delegate_pull", grant_id: grant, grantee: delegate.key.did, nonce };
    const reply = expectReply(await transport.request(message, signal), "delegate_ops");
    return await take(delegate, grant, reply, { nonce, server });
  } finally {
    await transport.close();
  }
}

/** Judged and taken in one transaction: another pull, or a purge, may have come in between. */
async function take(delegate: Delegate, grant: OpId, reply: Json, asked: { nonce: string; server: ServingNode }): Promise<Pulled> {
  await finishPurges(delegate);
  const pulled = await delegate.register.transact((rows) => {
    const record = rows.grant(grant);
    if (record === null) throw unknownGrant(grant);
    const taken = checkDelegateOps(nativeCrypto, reply, {
      grant,
      grantee: delegate.key.did,
      nonce: asked.nonce,
      server: asked.server.node,
      lastAsOf: (issuer) => rows.lastAsOf(grant, issuer),
      authority: rows.authority(poolNamed(reply)),
    });
    if (record.revokedForGood && taken.slice.status === "active") {
      throw new PoolError("peer", "the slice is refused: the grant was revoked before, and nothing takes that back");
    }
    keepAll(rows, taken);
    const now = delegateNow(delegate.clock(), rows.poolAsOf(taken.authority.pool));
    const known: GrantRecord = {
      ...record,
      pool: taken.authority.pool,
      grantor: taken.grant.author,
      terms: taken.grant.payload ?? null,
      revokedForGood: record.revokedForGood || taken.revocation?.type === "cap_revoke",
    };
    const before = record.state === "held" ? delegate.cache(grant).attestations() : [];
    const taking: GrantRecord = { ...known, state: "held", takenAt: now.now, takenClock: now.clock, root: taken.slice.slice_root };
    const over = taken.slice.status === "active" ? ended(taking, now) : taken.slice.status;
    if (over === null) {
      delegate.cache(grant).replace(nativeCrypto.sha256Hex, taken.attestations);
      rows.putGrant(taking);
    } else endWith(delegate, rows, known, over, taken);
    const still = over === null ? taken.attestations : [];
    return { grant, issuer: taken.slice.issuer, ended: over, claims: still.length, withdrawn: countGone(before, still) };
  });
  await finishPurges(delegate);
  return pulled;
}

/** Everything a refused reply must not change, and a taken one does, whatever its status. */
function keepAll(rows: RegisterRows, { slice, authority }: CheckedReply): void {
  rows.keepAuthority(authority.pool, authority.ops);
  rows.keepAsOf(slice.grant, authority.pool, slice.issuer, slice.as_of);
}

/** A purge for every end that is new: of what was held, or of a grant of which nothing was, since a served slice may have been lost. */
function endWith(delegate: Delegate, rows: RegisterRows, record: GrantRecord, over: EndCause, { slice }: CheckedReply): void {
  const told = record.state === "ended" && record.cause === over && record.revocation === slice.revocation;
  if (told) rows.putGrant(record);
  else beginPurge(delegate, rows, record, over, slice.revocation);
}

function countGone(before: readonly Attestation[], after: readonly Attestation[]): number {
  const still = new Set(after.map(({ claim }) => claim));
  return before.filter(({ claim }) => !still.has(claim)).length;
}

/** What the reply's grant says its pool is: whether that is so is part of the checks. */
function poolNamed(reply: Json): OpId {
  const grant = isObject(reply) ? reply["grant"] : null;
  const pool = isObject(grant) ? grant["pool"] : null;
  return isOpId(pool) ? pool : ("" as OpId);
}

export interface HeldSlice {
  readonly record: GrantRecord;
  /** Those that may be used now, ascending by claim. */
  readonly attestations: readonly Attestation[];
}

/** What may be used of a grant now; what has ended meanwhile is purged first. Rejects with `not_found` for an unknown grant. */
export async function heldSlice(delegate: Delegate, grant: OpId): Promise<HeldSlice> {
  await purgeEnded(delegate);
  return delegate.register.transact((rows) => {
    const record = rows.grant(grant);
    if (record === null) throw unknownGrant(grant);
    const { now } = delegateNow(delegate.clock(), rows.poolAsOf(record.pool));
    const all = record.state === "held" ? delegate.cache(grant).attestations() : [];
    return { record, attestations: all.filter(({ valid_until }) => isCurrent(valid_until, now)) };
  });
}
