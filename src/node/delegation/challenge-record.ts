/** What this node keeps of challenging a delegate, and of pulls since: for itself, in no log (section 8; spec DEL-14). */
import type { Challenge } from "../../core/capability/grant-state.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Reader, Transactor } from "../../store/index.ts";

const challengeName = (grant: OpId) => `challenge:${grant}`;
const pulledName = (grant: OpId) => `pulled:${grant}`;

export async function lastChallenge(reader: Reader, grant: OpId): Promise<Challenge | null> {
  const text = await reader.local(challengeName(grant));
  return text === null ? null : (JSON.parse(text) as Challenge);
}

export async function keepChallenge(tx: Transactor, grant: OpId, challenge: Challenge): Promise<void> {
  await tx.setLocal(challengeName(grant), JSON.stringify(challenge));
}

/** When a grant was served after a proof that did not match, ms; null for not since. */
export async function lastPull(reader: Reader, grant: OpId): Promise<number | null> {
  const text = await reader.local(pulledName(grant));
  return text === null ? null : Number(text);
}

export async function keepPulled(tx: Transactor, grant: OpId, now: number): Promise<void> {
  await tx.setLocal(pulledName(grant), String(now));
}
