/** What an assistant may do now: asked anew before everything it does, so that what its owner ended is over at the next call. */
import { isRemoved, roleOf } from "../../core/admission/device-view.ts";
import { grantStatus } from "../../core/capability/grant-state.ts";
import type { Selector } from "../../core/capability/selector.ts";
import { PoolError } from "../../core/errors.ts";
import { readGrant } from "../delegation/grant.ts";
import type { ViewFacts } from "../view/facts.ts";
import { type AssistantRecord, removedText } from "./record.ts";

export interface Permission {
  /** The claims that it may read. */
  readonly selector: Selector;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Rejects with `PoolError("unauthorized")`, in words for the one who asks, when its key was removed or its grant is over. */
export async function requireStanding(facts: ViewFacts, record: AssistantRecord, now: number): Promise<Permission> {
  const view = facts.log.view();
  const ended = (why: string) => new PoolError("unauthorized", `access ended: ${why}`, { grant: record.grant });
  if (isRemoved(view, record.did)) throw new PoolError("unauthorized", removedText({ ...record, removedAt: record.removedAt ?? now }));
  if (roleOf(view, record.did) !== "assistant") throw ended(`${record.name} is no assistant of this memory`);
  const seen = await readGrant(facts, record.grant);
  const grant = seen?.grantee === record.did ? seen : null;
  const status = grant === null ? "revoked" : grantStatus(grant, now);
  if (status === "expired") {
    const day = new Date(grant?.expires ?? now).toISOString().slice(0, 10);
    throw ended(`the grant of ${record.name} expired on ${day}; its owner can add it again (fablepool assistant add)`);
  }
  if (status !== "active" || grant === null || grant.terms === null)
    throw ended(`the owner of this memory revoked the grant of ${record.name}`);
  return { selector: grant.terms.selector, expiresAt: grant.terms.expiresAt };
}
