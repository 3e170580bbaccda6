/** Looking at one grant when something about it may be due, as a node does that serves while its owner's devices sleep (section 8). */
import { grantStatus, type Purge, purgeOf } from "../../core/capability/grant-state.ts";
import { limits } from "../../core/limits.ts";
import { type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import { accessesOf, receiptsOf, type SeenAccess } from "./accesses.ts";
import { readGrant, type SeenGrant } from "./grant.ts";
import { forgetServed, remembersServed } from "./served.ts";

export interface GrantLook {
  readonly purge: Purge["state"];
  /** Its delegate holds a slice that it should have pulled again, or deleted, by now. */
  readonly isStale: boolean;
  /** What this node kept about the grant, and for nothing any more, is gone since this look. */
  readonly forgot: boolean;
  /** When something about it is due next, ms; null when nothing ever is. */
  readonly next: number | null;
}

/**
 * What is due of a grant at `now`; what this node keeps for a grant that is over is forgotten then: who the grantee of a redacted
 * grant was, and which claims were served when a receipt covers them. Doing it again does nothing. Null for what is no grant.
 */
export async function lookAtGrant(replica: Replica, id: OpId, now: number): Promise<GrantLook | null> {
  const seen = await replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const grant = await readGrant(facts, id);
    if (grant === null) return null;
    const accesses = await accessesOf(facts, id, await receiptsOf(facts, replica.crypto, grant));
    return { grant, accesses, remembers: await remembersServed(reader, id) };
  });
  if (seen === null) return null;
  const { grant, accesses, remembers } = seen;
  const purge = purgeOf(grant, accesses, now, limits.purgeMs);
  const isOver = grantStatus(grant, now) !== "active";
  const namesNobody = grant.terms === null && grant.expires <= now;
  const forgetsServed = remembers && isOver && (purge.state === "acknowledged" || purge.state === "none");
  let forgot = false;
  if (namesNobody || forgetsServed) {
    await replica.store.write(async (tx) => {
      // Another process may look at the same time: one of them does it.
      forgot = (namesNobody && (await tx.grantees([id])).length > 0) || (forgetsServed && (await remembersServed(tx, id)));
      if (namesNobody) await tx.dropGrantees([id]);
      if (forgetsServed) await forgetServed(tx, id);
    });
  }
  const staleAt = isOver ? null : staleFrom(grant, accesses);
  return {
    purge: purge.state,
    isStale: staleAt !== null && staleAt <= now,
    forgot,
    next: nextOf(grant, purge, staleAt, isOver, now),
  };
}

const page = 200;

/** Every grant of a pool's log, the newest first. */
export async function grantsOf(replica: Replica): Promise<OpId[]> {
  return replica.store.read(async (reader) => {
    const found: OpId[] = [];
    for (let before: Place | undefined, more = true; more; ) {
      const ops = await reader.newest({ type: "cap_grant", before, limit: page });
      found.push(...ops.map(({ op_id }) => op_id));
      const last = ops.at(-1);
      before = last && placeOf(last);
      more = ops.length === page;
    }
    return found;
  });
}

/** When the slice that was served last is stale; null when none was, or a receipt covers it. An access is noted once a day at least. */
function staleFrom({ terms }: SeenGrant, accesses: readonly SeenAccess[]): number | null {
  const served = accesses.filter(({ outcome, receipted }) => outcome === "served" && !receipted).map(({ ts }) => ts);
  if (served.length === 0) return null;
  return Math.max(...served) + (terms?.refreshMs ?? limits.refreshMs) + limits.accessRepeatMs;
}

const dayMs = 86_400_000;

function nextOf({ terms, expires }: SeenGrant, purge: Purge, staleAt: number | null, isOver: boolean, now: number): number | null {
  const due: number[] = [];
  if (expires > now) due.push(expires);
  if (purge.state === "owed" && purge.due !== null) due.push(purge.due + 1);
  // Its receipt may come on any day: looked for daily at first, ever more rarely later.
  if (purge.state === "overdue" && purge.due !== null) due.push(now + Math.min(Math.max(now - purge.due, dayMs), 30 * dayMs));
  if (staleAt !== null && staleAt > now) due.push(staleAt);
  // Served, it may become stale without another word in the log.
  else if (terms !== null && !isOver) due.push(now + terms.refreshMs);
  return due.length === 0 ? null : Math.min(...due);
}
