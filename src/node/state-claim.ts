/** Stating a claim by hand (section 6). */

import { payloadFault } from "../core/claim/payload-form.ts";
import type { Sensitivity } from "../core/claim/sensitivity.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import type { Node } from "./open-node.ts";
import { withWhatFits } from "./what-fits.ts";

export interface StatedClaim {
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  /** In (0, 1]; 1 when it is not given. */
  readonly confidence?: number;
  readonly derivedFrom?: readonly OpId[];
  readonly rationale?: string;
  /** Valid in [from, until), ms since the epoch. */
  readonly from?: number;
  readonly until?: number;
  readonly sensitivity?: Sensitivity;
}

export const stated = { name: "stated", version: "1" } as const;

/** Writes a claim in the person's own words; rejects with `PoolError("usage")` when it has no valid form. */
export async function stateClaim(node: Node, claim: StatedClaim): Promise<OpId> {
  const payload: JsonObject = {
    subject: claim.subject.normalize("NFC"),
    predicate: claim.predicate.normalize("NFC"),
    object: claim.object,
    confidence: claim.confidence ?? 1,
    derived_from: [...(claim.derivedFrom ?? [])],
    method: stated,
    rationale: (claim.rationale ?? "").normalize("NFC"),
    ...(claim.from === undefined ? {} : { valid_from: claim.from }),
    ...(claim.until === undefined ? {} : { valid_until: claim.until }),
    ...(claim.sensitivity === undefined ? {} : { sensitivity: claim.sensitivity }),
  };
  requireClaim(payload);
  return one(await node.write([{ type: "claim", payload }]));
}

/** A claim's valid form, and a time that does not end before it begins, which the log would take. Throws `PoolError("usage")`. */
export function requireClaim(payload: JsonObject): void {
  const fault = payloadFault("claim", payload);
  if (fault !== null) throw new PoolError("usage", `this is no claim: ${withWhatFits(fault)}`);
  const { valid_from: from, valid_until: until } = payload;
  if (typeof from === "number" && typeof until === "number" && until <= from)
    throw new PoolError("usage", "it would end before it begins: the end has to be later");
}

function one(ids: readonly OpId[]): OpId {
  const [id] = ids;
  if (id === undefined) throw new PoolError("storage", "nothing was written");
  return id;
}
