/** Challenging a delegate: what do you hold? (section 8, "Holdings"; spec DEL-13, DEL-14) */
import { toHex } from "../../core/bytes.ts";
import { type Challenge, type ChallengeState, challengeState, expectedRoots, grantStatus } from "../../core/capability/grant-state.ts";
import { type Holdings, proofFault } from "../../core/capability/holdings.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import { isObject } from "../../core/sync/messages.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import type { Writer } from "../write.ts";
import { accessesOf, lastOfEach, receiptsOf } from "./accesses.ts";
import { keepChallenge, lastChallenge, lastPull } from "./challenge-record.ts";
import { readGrant } from "./grant.ts";

export interface Challenged {
  readonly state: ChallengeState;
  /** The grantee's signed word; null when none came that can be believed. */
  readonly proof: Holdings | null;
  /** Roots that an honest delegate may hold now. */
  readonly expected: readonly string[];
  /** Why there is no proof, in words. */
  readonly reason: string | null;
}

/**
 * Asks the delegate at the other end of `transport` for a proof of what it holds under a grant, judges it, and keeps what came of
 * it for the ledger. Rejects with `PoolError("not_found")` for what is no grant here, and with whatever the transport rejects with,
 * which is kept too: a delegate that can't be reached is `unanswered`.
 */
export async function challenge(replica: Replica, writer: Writer, transport: Transport, id: OpId): Promise<Challenged> {
  const grant = await replica.store.read(async (reader) => readGrant(new ViewFacts(reader, await replica.controlLog(reader)), id));
  if (grant === null) throw new PoolError("not_found", `${id} is no grant of this pool`);
  const nonce = toHex(writer.random(16));
  try {
    const reply = await transport.request({ type: "holdings_request", grant_id: id, nonce });
    const answered = isObject(reply) && reply["type"] === "holdings";
    const value = answered ? reply["proof"] : undefined;
    const fault = answered
      ? proofFault(replica.crypto, value, { grant: id, grantee: grant.grantee, nonce })
      : "it did not answer with holdings";
    return await keep(replica, writer.clock(), id, fault === null ? (value as unknown as Holdings) : null, fault);
  } catch (error) {
    if (error instanceof PoolError && error.code !== "interrupted") await keep(replica, writer.clock(), id, null, error.message);
    throw error;
  }
}

/** Proofs are judged by the log as it is when they have come: whoever pulled meanwhile is judged by what it pulled. */
async function keep(replica: Replica, now: number, id: OpId, proof: Holdings | null, reason: string | null): Promise<Challenged> {
  return replica.store.write(async (tx) => {
    const facts = new ViewFacts(tx, await replica.controlLog(tx));
    const grant = await readGrant(facts, id);
    if (grant === null) throw new PoolError("not_found", `${id} is no grant of this pool any more`);
    const accesses = await accessesOf(facts, id, await receiptsOf(facts, replica.crypto, grant));
    const status = grantStatus(grant, now);
    const expected = expectedRoots(lastOfEach(accesses), status);
    const before = await lastChallenge(tx, id);
    const matched = proof !== null && expected.has(proof.root);
    const root = proof?.root ?? null;
    const unmatchedSince = matched ? null : (before?.unmatchedSince ?? (proof === null ? null : now));
    const kept: Challenge = { at: now, root, matched, unmatchedSince };
    await keepChallenge(tx, id, kept);
    const refreshMs = grant.terms?.refreshMs ?? limits.refreshMs;
    const state = challengeState(kept, { status, refreshMs, lastPull: await lastPull(tx, id), now });
    return { state, proof, expected: [...expected], reason };
  });
}
