/** The ledger: who may see what and why, what they were served, what they still owe (section 8). */
import type { GrantTerms } from "../../core/capability/grant.ts";
import {
  type Challenge,
  type ChallengeState,
  challengeState,
  grantStatus,
  type Purge,
  purgeOf,
} from "../../core/capability/grant-state.ts";
import type { GrantStatus } from "../../core/capability/slice.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { limits } from "../../core/limits.ts";
import { type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import { namesOf } from "../devices.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import { accessesOf, receiptsOf } from "./accesses.ts";
import { lastChallenge, lastPull } from "./challenge-record.ts";
import { readGrant, type SeenGrant } from "./grant.ts";
import { Withdrawals } from "./withdrawn.ts";

export interface LedgerAccess {
  readonly op: OpId;
  readonly server: string;
  readonly at: number;
  readonly outcome: string;
  readonly served: number;
  readonly root: string;
}

export interface LedgerEntry {
  readonly grant: OpId;
  readonly grantee: Did;
  readonly name: string;
  readonly by: Did;
  readonly at: number;
  /** Null of a grant that was redacted. */
  readonly terms: GrantTerms | null;
  readonly status: GrantStatus;
  /** What ended it, and when; null while nothing did. */
  readonly revocation: { readonly id: OpId; readonly ts: number } | null;
  /** Every access in the log, the newest last: a server writes one when something changed, else at most daily. */
  readonly accesses: readonly LedgerAccess[];
  readonly receipts: readonly { readonly op: OpId; readonly at: number; readonly purged: string | null }[];
  /** `disputed` goes before what a receipt says: the delegate's own proof contradicts it. */
  readonly purge: Purge & { readonly disputed: boolean };
  readonly challenge: (Challenge & { readonly state: ChallengeState }) | null;
  /** Claims that ceased to be active since the grantee last pulled, and that it may still hold. */
  readonly withdrawn: readonly OpId[];
}

const page = 200;

/** Entries of all grants, the newest first; of one grantee when it is given. */
export async function ledger(replica: Replica, now: number, grantee?: string): Promise<LedgerEntry[]> {
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const owner = { names: await namesOf(reader), withdrawals: new Withdrawals(facts), now };
    const entries: LedgerEntry[] = [];
    for (let before: Place | undefined, more = true; more; ) {
      const ops = await reader.newest({ type: "cap_grant", before, limit: page });
      for (const { op_id } of ops) {
        const grant = await readGrant(facts, op_id);
        if (grant && (grantee === undefined || grant.grantee === grantee)) entries.push(await entryOf(replica, facts, grant, owner));
      }
      const last = ops.at(-1);
      before = last && placeOf(last);
      more = ops.length === page;
    }
    return entries;
  });
}

/** The entry of one grant, or null for what is none. */
export async function ledgerEntry(replica: Replica, id: OpId, now: number): Promise<LedgerEntry | null> {
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const grant = await readGrant(facts, id);
    return grant && entryOf(replica, facts, grant, { names: await namesOf(reader), withdrawals: new Withdrawals(facts), now });
  });
}

interface Beside {
  readonly names: ReadonlyMap<string, string>;
  readonly withdrawals: Withdrawals;
  readonly now: number;
}

async function entryOf(replica: Replica, facts: ViewFacts, grant: SeenGrant, { names, withdrawals, now }: Beside): Promise<LedgerEntry> {
  const receipts = await receiptsOf(facts, replica.crypto, grant);
  const accesses = await accessesOf(facts, grant.id, receipts);
  const status = grantStatus(grant, now);
  const refreshMs = grant.terms?.refreshMs ?? limits.refreshMs;
  const kept = await lastChallenge(facts.reader, grant.id);
  const pulled = await lastPull(facts.reader, grant.id);
  const state = kept && challengeState(kept, { status, refreshMs, lastPull: pulled, now });
  const purge = purgeOf(grant, accesses, now, limits.purgeMs);
  return {
    grant: grant.id,
    grantee: grant.grantee,
    name: names.get(grant.grantee) ?? "",
    by: grant.op.author,
    at: grant.op.ts,
    terms: grant.terms,
    status,
    revocation: grant.revocation,
    accesses: accesses.map(({ id, server, ts, outcome, served, root }) => ({ op: id, server, at: ts, outcome, served, root })),
    receipts: receipts.map(({ id, info, receipt }) => ({ op: id, at: info.ts, purged: receipt.purged_root })),
    purge: { ...purge, disputed: state === "disputed" },
    challenge: kept && state ? { ...kept, state } : null,
    withdrawn: await withdrawals.heldBy(grant, accesses),
  };
}
