/** Taking a grant up: what a delegate must be told of one, and noting it. */
import { type Did, decodeDidKey } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { type DelegateNow, delegateNow } from "./end-of-slice.ts";
import type { Delegate } from "./open-delegate.ts";
import { purgeEnded } from "./purge.ts";
import type { GrantRecord, ServingNode } from "./register.ts";

/** Which grant, and which node serves it. It holds no secret: a slice is given to the grantee's key alone. */
export interface GrantInvitation {
  readonly grant: OpId;
  /** The node that must answer. */
  readonly node: Did;
  /** Empty when it is not known yet. */
  readonly url: string;
}

/** `fablepool-grant:<64 hex>?node=did:key:…&url=http://…` */
export function grantInvitationText({ grant, node, url }: GrantInvitation): string {
  return `fablepool-grant:${grant.slice(3)}?node=${node}${url === "" ? "" : `&url=${encodeURI(url)}`}`;
}

/** Reads what the grantor gave; throws `PoolError("usage")` that says what is wrong with it. */
export function parseGrantInvitation(text: string): GrantInvitation {
  const [, digits = "", query = ""] = /^fablepool-grant:([^?]*)\?(.*)$/.exec(text.trim()) ?? [];
  const members = new URLSearchParams(query);
  const grant = `op:${digits}`;
  const node = members.get("node") ?? "";
  if (!isOpId(grant))
    throw new PoolError("usage", "that is no invitation to a grant: it begins with fablepool-grant: and the 64 hex digits of one");
  if (decodeDidKey(node) === null) throw new PoolError("usage", "the invitation names no node: it is cut off; put it in quotes");
  return { grant, node: node as Did, url: members.get("url") ?? "" };
}

/** Notes a grant, or another node that serves one that is noted. Nothing is pulled. */
export async function acceptGrant({ register }: Delegate, grant: OpId, server: ServingNode): Promise<void> {
  await register.transact((rows) => {
    if (rows.grant(grant) === null) rows.putGrant(newRecord(grant));
    rows.putServer(grant, server);
  });
}

function newRecord(id: OpId): GrantRecord {
  return {
    ...{ id, state: "accepted", pool: null, grantor: null, terms: null, takenAt: null, takenClock: null, root: null },
    ...{ cause: null, revocation: null, purgedRoot: null, purgedAt: null, revokedForGood: false },
  };
}

/** A grant as it stands now. */
export interface SeenGrant extends DelegateNow {
  readonly record: GrantRecord;
  readonly servers: readonly ServingNode[];
  /** Attestations that are held. */
  readonly claims: number;
  /** Receipts that are not acknowledged yet. */
  readonly owed: number;
}

/** Every grant that was accepted, in that order; what has ended is purged first. */
export async function listGrants(delegate: Delegate): Promise<SeenGrant[]> {
  await purgeEnded(delegate);
  return delegate.register.transact((rows) => {
    const owed = rows.receipts().filter(({ acknowledgedAt }) => acknowledgedAt === null);
    return rows.grants().map((record) => ({
      record,
      ...delegateNow(delegate.clock(), rows.poolAsOf(record.pool)),
      servers: rows.servers(record.id),
      claims: record.state === "held" ? delegate.cache(record.id).held(nativeCrypto.sha256Hex).count : 0,
      owed: owed.filter(({ receipt }) => receipt.grant === record.id).length,
    }));
  });
}

/** The one accepted grant that `text` is, or begins: `op:` may be left out. Rejects with `PoolError("not_found" | "usage")`. */
export async function resolveGrant({ register }: Delegate, text: string): Promise<OpId> {
  const digits = text.startsWith("op:") ? text.slice(3) : text;
  if (!/^[0-9a-f]{4,64}$/.test(digits))
    throw new PoolError("usage", `${JSON.stringify(text)} is no grant: give op: and 64 hex digits, or the first 4 or more of them`);
  const found = await register.transact((rows) => rows.grants().flatMap(({ id }) => (id.startsWith(`op:${digits}`) ? [id] : [])));
  const [id, second] = found;
  if (id === undefined) throw new PoolError("not_found", `no grant that was accepted here begins with ${text}`);
  if (second !== undefined) throw new PoolError("usage", `several grants begin with ${text}: give more digits`);
  return id;
}
