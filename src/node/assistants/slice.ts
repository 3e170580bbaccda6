/** The claims that an assistant may read, as a grantee sees them (section 8): active, current, selected; with their trust, which a grantee is not told. */
import { isCurrent, type Selector, selectsSensitivity, selectsWords } from "../../core/capability/selector.ts";
import type { ClaimPayload } from "../../core/claim/statement.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { Crypto, JsonObject } from "../../core/ports.ts";
import { selectClaims } from "../delegation/select.ts";
import { lineageOf, type Sensitivity, sensitivitiesOf, type Trust, trustsOf } from "../lineage.ts";
import { claimSentence } from "../search-text.ts";
import type { ViewFacts } from "../view/facts.ts";

export interface ReadableClaim {
  readonly op: Envelope & { readonly payload: JsonObject };
  readonly sentence: string;
  readonly sensitivity: Sensitivity;
}

/** All of the slice, ascending by id. Rejects with `PoolError("too_large")` when the grant selects over `limits.sliceClaims`. */
export async function wholeSlice(facts: ViewFacts, crypto: Crypto, selector: Selector, now: number): Promise<ReadableClaim[]> {
  const selected = await selectClaims(facts, crypto, selector, now);
  return selected.flatMap(({ claim, sensitivity }) => readable(claim, sensitivity));
}

/** Of these ids those that the slice has; whatever else they are is not told. */
export async function sliceAmong(facts: ViewFacts, selector: Selector, ids: readonly OpId[], now: number): Promise<ReadableClaim[]> {
  const rows = (await facts.reader.claims([...new Set(ids)])).filter(({ status, until }) => status === "active" && isCurrent(until, now));
  const ops = (await facts.reader.envelopes(rows.map(({ id }) => id))).filter(
    ({ payload }) => payload !== undefined && selectsWords(selector, payload as unknown as ClaimPayload),
  );
  const levels = await sensitivitiesOf(facts, await lineageOf(facts.reader, ...ops.map(({ op_id }) => op_id)));
  return ops.flatMap((op) => {
    const sensitivity = levels.get(op.op_id) ?? "restricted";
    return selectsSensitivity(selector, sensitivity) ? readable(op, sensitivity) : [];
  });
}

/** Trust of claims that stand. */
export async function trustOf(facts: ViewFacts, ids: readonly OpId[]): Promise<ReadonlyMap<OpId, Trust>> {
  return trustsOf(facts, await lineageOf(facts.reader, ...ids));
}

function readable(op: Envelope, sensitivity: Sensitivity): ReadableClaim[] {
  const { payload } = op;
  return payload === undefined ? [] : [{ op: { ...op, payload }, sentence: claimSentence(payload), sensitivity }];
}
