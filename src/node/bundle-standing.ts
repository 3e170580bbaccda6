/** What stands by a bundle alone: section 6, step 5, over the operations that are in it. */
import { payloadFault } from "../core/claim/payload-form.ts";
import { type ClaimPayload, statementKey } from "../core/claim/statement.ts";
import { type Envelope, isOpId, type OpId } from "../core/op/operation.ts";
import type { Crypto } from "../core/ports.ts";

export interface BundleStanding {
  /** Evidence that fits, and claims that stand by it. */
  readonly standing: ReadonlySet<OpId>;
  /** What makes an id hold: the item itself, or every claim that stands and says what that claim says. */
  supportsOf(id: OpId): readonly OpId[];
}

/** The least fixed point: claims of which everything that they were derived from holds, by evidence at last. */
export function standingIn({ sha256Hex }: Crypto, ops: readonly Envelope[]): BundleStanding {
  const fitting = ops.filter(({ type, payload }) => payload !== undefined && payloadFault(type, payload) === null);
  const claims = fitting.filter(({ type }) => type === "claim");
  const statements = new Map(claims.map(({ op_id, payload }) => [op_id, statementKey(sha256Hex, payload as unknown as ClaimPayload)]));
  const alike = Map.groupBy(statements.keys(), (id) => statements.get(id) ?? "");
  const dependants = Map.groupBy(
    claims.flatMap((op) => sourcesOf(op).map((source) => ({ source, id: op.op_id }))),
    ({ source }) => source,
  );
  const lacking = new Map(claims.map((op) => [op.op_id, sourcesOf(op).length]));
  const standing = new Set(fitting.flatMap(({ type, op_id }) => (type === "evidence" ? op_id : [])));
  const open = claims.flatMap(({ op_id }) => (lacking.get(op_id) === 0 ? op_id : []));
  const hold = (source: OpId) => {
    for (const { id } of dependants.get(source) ?? []) {
      lacking.set(id, (lacking.get(id) ?? 0) - 1);
      if (lacking.get(id) === 0) open.push(id);
    }
  };
  for (const item of standing) hold(item);
  const made = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    standing.add(id);
    const statement = statements.get(id) ?? "";
    for (const same of made.has(statement) ? [] : (alike.get(statement) ?? [])) hold(same);
    made.add(statement);
  }
  return {
    standing,
    supportsOf: (id) => {
      const same = alike.get(statements.get(id) ?? "") ?? [id];
      return same.filter((each) => standing.has(each));
    },
  };
}

/** What a claim was derived from. */
export function sourcesOf({ type, payload }: Envelope): OpId[] {
  const sources = type === "claim" ? payload?.["derived_from"] : [];
  return Array.isArray(sources) ? sources.filter(isOpId) : [];
}
