/** A grant as the log has it: its terms, and what ended it (section 8; spec DEL-1, DEL-3, DEL-4). */
import { isWithin } from "../../core/admission/chains.ts";
import type { ControlLog } from "../../core/admission/control-log.ts";
import { standingOf } from "../../core/admission/device-view.ts";
import { delegationFault, grantTerms } from "../../core/capability/grant.ts";
import type { GrantFacts, Revocation } from "../../core/capability/grant-state.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { comparePlaces, type Envelope, type OpId, placeOf } from "../../core/op/operation.ts";
import type { OpInfo } from "../../store/index.ts";
import type { ViewFacts } from "../view/facts.ts";

export interface SeenGrant extends GrantFacts {
  readonly id: OpId;
  /** Without payload when it was redacted. */
  readonly op: Envelope;
  readonly grantee: Did;
  readonly expires: number;
  /** What the grantee is told ended it: null, too, of a redacted grant. */
  readonly told: OpId | null;
}

/** Null for what is no grant: unknown, void, or held without a payload that no redaction took. */
export async function readGrant(facts: ViewFacts, id: OpId): Promise<SeenGrant | null> {
  const { reader, log } = facts;
  const [row] = await reader.grantees([id]);
  const [op] = row ? await reader.envelopes([id]) : [];
  const info = op ? await facts.info(id) : null;
  if (row === undefined || op === undefined || info === null || facts.authority(info) === "void") return null;
  const terms = op.payload === undefined ? null : grantTerms(op.payload);
  const redaction = await redactionOf(facts, info);
  if (terms === null && (op.payload !== undefined || redaction === null)) return null;
  const [revoked] = await revocationsOf(facts, id);
  const removal = facts.authority(info) === "contested" ? contestingRemoval(log, info) : null;
  if (facts.authority(info) === "contested" && removal === null) return null; // by a key that nothing ever made a device
  const contest = removal === null ? null : await revocationAt(facts, removal);
  return {
    ...{ id, op, grantee: row.grantee, expires: row.expires, terms },
    revocation: revoked ?? contest ?? redaction,
    told: terms === null ? null : ((revoked ?? contest)?.id ?? null),
  };
}

/** Every `cap_revoke` of a grant that takes effect, the lowest in (lamport, op_id) first. It does so even when contested. */
export async function revocationsOf({ reader, log }: ViewFacts, grant: OpId): Promise<Revocation[]> {
  const ids = (await reader.refsTo([grant], ["revokes"])).map(({ from }) => from);
  const ops = (await reader.envelopes(ids)).filter(
    ({ author, payload }) => mayRevoke(log, author) && payload !== undefined && delegationFault("cap_revoke", payload) === null,
  );
  return ops.sort((left, right) => comparePlaces(placeOf(left), placeOf(right))).map(({ op_id, ts }) => ({ id: op_id, ts }));
}

/** Root, and any key that a `device_add` in the log adds as `full`, be that contested or void. */
function mayRevoke(log: ControlLog, author: Did): boolean {
  if (author === log.view().root) return true;
  return [...log.controls.values()].some(({ type, key, role }) => type === "device_add" && key === author && role === "full");
}

async function redactionOf(facts: ViewFacts, grant: OpInfo): Promise<Revocation | null> {
  for (const { from } of await facts.refsTo(grant.id, "redacts")) if (await facts.inForce(from, false)) return revocationAt(facts, from);
  return null;
}

async function revocationAt(facts: ViewFacts, id: OpId): Promise<Revocation | null> {
  const info = await facts.info(id);
  return info && { id, ts: info.ts };
}

type Placed = Pick<OpInfo, "author" | "chain" | "seq">;

/** The effective removal by which an operation is contested: of its author, or of who added that author, and so on upwards. */
export function contestingRemoval(log: ControlLog, op: Placed, seen: ReadonlySet<Did> = new Set()): OpId | null {
  const view = log.view();
  const reaching = view.removals.get(op.author)?.find(({ last }) => !(last && isWithin(log.chains, op, last)));
  if (reaching) return reaching.op;
  if (view.devices.has(op.author) || seen.has(op.author)) return null;
  for (const add of log.controls.values()) {
    if (add.type !== "device_add" || add.key !== op.author) continue;
    if (standingOf(view, log.chains, { ...add, control: true }) !== "contested") continue;
    const above = contestingRemoval(log, add, new Set([...seen, op.author]));
    if (above !== null) return above;
  }
  return null;
}

/** True for an operation by which this grant may have ended: one of its revocations, or an effective removal of a device. */
export async function isRevocationOf(facts: ViewFacts, grant: OpId): Promise<(id: OpId) => boolean> {
  const revocations = new Set((await revocationsOf(facts, grant)).map(({ id }) => id));
  const { controls } = facts.log;
  const { effective } = facts.log.view();
  return (id) => revocations.has(id) || (effective.has(id) && controls.get(id)?.type === "device_remove");
}
