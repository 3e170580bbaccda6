/** The owner's word on claims (section 6): refute, correct, confirm, and taking it back. */
import { payloadFault } from "../core/claim/payload-form.ts";
import type { Sensitivity } from "../core/claim/sensitivity.ts";
import { type ClaimPayload, statementKey } from "../core/claim/statement.ts";
import { PoolError } from "../core/errors.ts";
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import type { Node } from "./open-node.ts";
import { requireClaim, stated } from "./state-claim.ts";
import { ViewFacts } from "./view/facts.ts";

/** Refutes claims or evidence: their statements are no longer believed, on any device (section 6, step 2). */
export async function refute(node: Node, targets: readonly OpId[], reason?: string): Promise<OpId> {
  await requireTypes(node, targets, ["claim", "evidence"], "refuted");
  return judge(node, { type: "refutation", payload: { targets: [...new Set(targets)] } }, reason);
}

/** Endorses claims: what an assistant proposed counts from now on, and what was derived counts as the user's own word. */
export async function confirm(node: Node, targets: readonly OpId[], reason?: string): Promise<OpId> {
  await requireTypes(node, targets, ["claim"], "confirmed");
  return judge(node, { type: "endorsement", payload: { targets: [...new Set(targets)] } }, reason);
}

export interface Correction {
  readonly object: Json;
  readonly predicate?: string;
  readonly subject?: string;
  readonly from?: number;
  readonly until?: number;
  readonly sensitivity?: Sensitivity;
  readonly reason?: string;
}

/** Replaces a claim by the right one: the statement it made falls, and this one stands in its place (section 6, step 3). */
export async function correct(node: Node, target: OpId, correction: Correction): Promise<OpId> {
  await requireTypes(node, [target], ["claim"], "corrected");
  const [wrong] = await node.replica.store.read((reader) => reader.envelopes([target]));
  if (wrong?.payload === undefined) throw new PoolError("usage", `the words of ${target} are not here: there is nothing to correct`);
  const nothing = payloadFault("claim", wrong.payload);
  if (nothing !== null) throw new PoolError("usage", `${target} says nothing that could be corrected: ${nothing}`);
  const said = wrong.payload as unknown as ClaimPayload;
  const { subject, predicate } = said;
  const payload: JsonObject = {
    subject: (correction.subject ?? subject).normalize("NFC"),
    predicate: (correction.predicate ?? predicate).normalize("NFC"),
    object: correction.object,
    confidence: 1,
    derived_from: [],
    method: stated,
    rationale: (correction.reason ?? "").normalize("NFC"),
    corrects: target,
    ...(correction.from === undefined ? {} : { valid_from: correction.from }),
    ...(correction.until === undefined ? {} : { valid_until: correction.until }),
    ...(correction.sensitivity === undefined ? {} : { sensitivity: correction.sensitivity }),
  };
  requireClaim(payload);
  const { sha256Hex } = node.replica.crypto;
  if (statementKey(sha256Hex, said) === statementKey(sha256Hex, payload as unknown as ClaimPayload))
    throw new PoolError("usage", "that is what the claim says already; `refute` it, or say what is right");
  return judge(node, { type: "claim", payload });
}

/**
 * Takes judgements back. Of a refutation or endorsement: that one. Of a claim or evidence: every refutation in force that
 * reaches it, by targeting it or, unless the claim is the user's own, one of the same statement. Rejects with
 * `PoolError("not_found")` when there is none.
 */
export async function undo(node: Node, id: OpId): Promise<{ readonly undone: readonly OpId[]; readonly by: OpId }> {
  const undone = await node.replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await node.replica.controlLog(reader));
    const type = (await facts.info(id))?.type;
    if (type === "refutation" || type === "endorsement") return (await facts.inForce(id)) ? [id] : [];
    const row = await facts.claim(id);
    const targets = row === null ? [id] : await facts.judgedWith(row);
    const inForce: OpId[] = [];
    for (const { from } of await reader.refsTo(targets, ["refutes"])) if (await facts.inForce(from)) inForce.push(from);
    return [...new Set(inForce)];
  });
  if (undone.length === 0) throw new PoolError("not_found", `nothing to undo: ${id} is not in force, and no refutation of it is`);
  return { undone, by: await judge(node, { type: "refutation", payload: { targets: undone } }) };
}

async function judge(node: Node, draft: Draft, reason?: string): Promise<OpId> {
  const [id] = await node.write([draft]);
  if (id === undefined) throw new PoolError("storage", "nothing was written");
  if (reason) await node.write([{ type: "note", payload: { target: id, text: reason.normalize("NFC") } }]);
  return id;
}

/** Section 6 allows more, the bytes of a payload don't. */
const targetsMax = 800;

async function requireTypes(node: Node, ids: readonly OpId[], types: readonly string[], done: string): Promise<void> {
  if (ids.length === 0 || ids.length > targetsMax) throw new PoolError("usage", `1 to ${targetsMax} can be ${done} at once`);
  const infos = await node.replica.store.read((reader) => reader.known(ids));
  for (const id of ids) {
    const type = infos.get(id)?.type;
    if (type === undefined) throw new PoolError("not_found", `${id} is not in this log`);
    if (!types.includes(type)) throw new PoolError("usage", `${id} is of type ${type}: only ${types.join(" and ")} can be ${done}`);
  }
}
