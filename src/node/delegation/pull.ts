/** Serving `delegate_pull` (section 8; spec DEL-8): one slice, signed, and the access noted in the log before it leaves. */
import { roleOf } from "../../core/admission/device-view.ts";
import { type Attestation, attest } from "../../core/capability/attestation.ts";
import type { AccessOutcome, AccessPayload } from "../../core/capability/grant.ts";
import { grantStatus } from "../../core/capability/grant-state.ts";
import { type GrantStatus, signSlice } from "../../core/capability/slice.ts";
import { emptyRoot, sliceRoot } from "../../core/capability/slice-root.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Draft } from "../../core/op/create.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Reader, Transactor } from "../../store/index.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import type { Writer } from "../write.ts";
import { accessesOf, isPast, receiptsOf, type SeenAccess } from "./accesses.ts";
import { provingOps } from "./authority.ts";
import { keepPulled, lastChallenge } from "./challenge-record.ts";
import { readGrant, type SeenGrant } from "./grant.ts";
import { selectClaims } from "./select.ts";
import { keepServed, lastServedBy } from "./served.ts";

export interface Pull {
  readonly grant: OpId;
  /** The key that signed the request, and says that it is the grantee. */
  readonly grantee: string;
  readonly nonce: string;
}

/** Writes at most one operation, chosen inside the transaction. */
export type WriteServed = (choose: (tx: Transactor) => Promise<readonly Draft[]>) => Promise<OpId | undefined>;

/** A replica, and the device that serves slices of it. */
export interface Serving {
  readonly replica: Replica;
  readonly writer: Writer;
  readonly write: WriteServed;
}

/** Answers a pull with `delegate_ops`, or null when this key has no such grant here. */
export async function servePull(serving: Serving, pull: Pull): Promise<object | null> {
  const now = serving.writer.clock();
  const seen = await noted(serving, pull, now);
  return seen === null ? null : replyOf(serving.replica, serving.writer, pull, seen, now);
}

/** The same without a reply: for a grantee that is answered a claim at a time, an assistant. Null when this key has no such grant here. */
export async function noteAccess(serving: Serving, grantee: Omit<Pull, "nonce">): Promise<GrantStatus | null> {
  return (await noted(serving, grantee, serving.writer.clock()))?.status ?? null;
}

/** What is served, once its access is in the log where it was due. */
async function noted({ replica, writer, write }: Serving, pull: Omit<Pull, "nonce">, now: number): Promise<Served | null> {
  const seen = await replica.store.read((reader) => served(replica, writer, reader, pull, now));
  if (seen === null || !seen.isDue) return seen;
  // Again, inside the transaction that notes the access: a revocation comes before both or after both.
  let final: Served | null = null;
  const id = await write(async (tx) => {
    final = await served(replica, writer, tx, pull, now);
    return final?.isDue ? [{ type: "cap_access", payload: { ...accessOf(final, writer) } }] : [];
  });
  const kept = final as Served | null;
  if (id !== undefined && kept !== null) {
    const claims = kept.status === "active" ? kept.attestations.map(({ claim }) => claim) : null;
    await replica.store.write((tx) => keepServed(tx, pull.grant, id, claims));
  }
  return kept;
}

interface Served {
  readonly grant: SeenGrant;
  readonly status: GrantStatus;
  readonly attestations: readonly Attestation[];
  readonly root: string;
  /** Whether a `cap_access` is to be written. */
  readonly isDue: boolean;
  readonly authority: readonly object[];
  readonly revocation: object | null;
  /** Whether a proof stands that did not match: then it is noted that a pull came after it. */
  readonly isWatched: boolean;
}

async function served(replica: Replica, writer: Writer, reader: Reader, pull: Omit<Pull, "nonce">, now: number): Promise<Served | null> {
  const log = await replica.controlLog(reader);
  const role = roleOf(log.view(), writer.did);
  if (role !== "full" && role !== "mirror") return null;
  const facts = new ViewFacts(reader, log);
  const grant = await readGrant(facts, pull.grant);
  if (grant === null || grant.grantee !== pull.grantee || (grant.terms === null && now >= grant.expires)) return null;
  const status = grantStatus(grant, now);
  const attestations = status === "active" ? await attestationsOf(replica, facts, grant, now) : [];
  const root = attestations.length === 0 ? emptyRoot : sliceRoot(replica.crypto.sha256Hex, attestations);
  const [revocation] = grant.told === null ? [] : await reader.envelopes([grant.told]);
  const authors = [grant.op.author, ...(revocation ? [revocation.author] : [])];
  const authority = await reader.envelopes(provingOps(log, [writer.did, ...authors], authors));
  const isDue = await isAccessDue(replica, facts, { grant, writer, root, outcome: outcomeOf(status), now });
  const isWatched = typeof (await lastChallenge(reader, grant.id))?.unmatchedSince === "number";
  return { grant, status, attestations, root, isDue, authority, revocation: revocation ?? null, isWatched };
}

async function attestationsOf(replica: Replica, facts: ViewFacts, { id, terms }: SeenGrant, now: number): Promise<Attestation[]> {
  if (terms === null) return [];
  const selected = await selectClaims(facts, replica.crypto, terms.selector, now);
  return selected.map(({ claim }) => attest(replica.crypto.sha256Hex, claim, id));
}

function outcomeOf(status: GrantStatus): AccessOutcome {
  return status === "active" ? "served" : status;
}

function accessOf({ grant, status, root, attestations }: Served, { did }: Writer): AccessPayload {
  return { grant: grant.id, server: did, slice_root: root, served: attestations.length, outcome: outcomeOf(status) };
}

interface Due {
  readonly grant: SeenGrant;
  readonly writer: Writer;
  readonly root: string;
  readonly outcome: AccessOutcome;
  readonly now: number;
}

/** When root or outcome changed since this server's last one, or a receipt came after it; else at most daily. */
async function isAccessDue(replica: Replica, facts: ViewFacts, { grant, writer, root, outcome, now }: Due): Promise<boolean> {
  const last = await lastAccess(replica, facts, grant, writer);
  if (last === null || last.root !== root || last.outcome !== outcome || now - last.ts >= limits.accessRepeatMs) return true;
  if (outcome !== "served") return false;
  for (const { info } of await receiptsOf(facts, replica.crypto, grant)) if (await isPast(facts, last.info, info)) return true;
  return false;
}

async function lastAccess(
  replica: Replica,
  facts: ViewFacts,
  grant: SeenGrant,
  { did }: Writer,
): Promise<Pick<SeenAccess, "root" | "outcome" | "ts" | "info"> | null> {
  const known = await lastServedBy(facts.reader, grant.id);
  const [op] = known === null ? [] : await facts.reader.envelopes([known]);
  const info = op ? await facts.info(op.op_id) : null;
  if (op?.payload && info && op.author === did && facts.authority(info) === null) {
    const { slice_root: root, outcome } = op.payload as unknown as AccessPayload;
    return { root, outcome, ts: op.ts, info };
  }
  const all = await accessesOf(facts, grant.id, await receiptsOf(facts, replica.crypto, grant));
  return all.findLast(({ server }) => server === did) ?? null;
}

async function replyOf(replica: Replica, writer: Writer, pull: Pull, served: Served, now: number): Promise<object> {
  const { grant, status, attestations, root, authority, revocation, isWatched } = served;
  const slice = signSlice(replica.crypto, writer.seed, {
    grant: grant.id,
    status,
    slice_root: root,
    count: attestations.length,
    as_of: now,
    nonce: pull.nonce,
    revocation: grant.told,
    issuer: writer.did,
    audience: grant.grantee,
  });
  const reply = { type: "delegate_ops", grant_id: grant.id, slice, attestations, grant: grant.op, authority };
  // A UTF-16 unit is at most 3 bytes of UTF-8.
  if (
    attestations.length > 0 &&
    JSON.stringify(reply).length * 3 > limits.messageBytes &&
    Buffer.byteLength(JSON.stringify(reply)) > limits.messageBytes
  ) {
    throw new PoolError("too_large", `this slice is over ${limits.messageBytes} bytes: narrow the grant`);
  }
  if (isWatched) await replica.store.write((tx) => keepPulled(tx, grant.id, now));
  return revocation === null ? reply : { ...reply, revocation };
}
