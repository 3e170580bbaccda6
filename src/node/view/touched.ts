/** What a change of the log can move in the view: found by references, never by looking at everything. */
import type { ControlLog } from "../../core/admission/control-log.ts";
import type { DeviceView } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { type OpId, redactableTypes } from "../../core/op/operation.ts";
import type { ClaimRow, RefKind, Transactor } from "../../store/index.ts";
import type { ViewFacts } from "./facts.ts";

const chainPage = 1_000;

/** Operations whose author's standing or role another device view changed; `before` is null when it did not change. */
export async function opsOfChangedAuthors(tx: Transactor, log: ControlLog, before: DeviceView | null): Promise<OpId[]> {
  if (before === null) return [];
  const now = log.view();
  const stand = (view: DeviceView, did: Did) => {
    const device = view.devices.get(did);
    const removals = (view.removals.get(did) ?? []).map(({ byRank, last }) => `${byRank} ${last?.chain} ${last?.seq}`);
    return JSON.stringify([device?.role, device?.rank, removals.sort()]);
  };
  const found: OpId[] = [];
  for (const { n, author, parentSeq, tipSeq } of log.chains.values()) {
    if (stand(before, author) === stand(now, author)) continue;
    for (let after = parentSeq; after < tipSeq; after += chainPage) {
      const seqs = Array.from({ length: Math.min(chainPage, tipSeq - after) }, (_, index) => after + 1 + index);
      for (const id of await tx.idsAt(n, seqs)) found.push(id);
    }
  }
  return found;
}

/** Kinds of references along which one operation moves another that it names. */
export function moves(kind: RefKind): boolean {
  return kind === "refutes" || kind === "endorses" || kind === "redacts" || kind === "corrects";
}

/**
 * The touched operations and all that judgements and corrections among them reach: what a judgement targets, what a
 * correction corrects and so on downward, and the corrections above, which are void or not by what is below them.
 */
export async function reach(facts: ViewFacts, touched: Iterable<OpId>): Promise<Set<OpId>> {
  const reached = new Set(touched);
  for (let open = [...reached]; open.length > 0; ) {
    const next: OpId[] = [];
    for (const { to, kind } of await facts.refsFromAny(open)) if (moves(kind)) next.push(to);
    for (const { from } of await facts.refsToAny(open, ["corrects"])) next.push(from);
    open = [...new Set(next)].filter((id) => !reached.has(id));
    for (const id of open) reached.add(id);
  }
  return reached;
}

/**
 * Takes away the payloads that a redaction in force targets, at once and in the same transaction. A redaction that lost its
 * force, because its author did, no longer keeps them away: they are asked for again (section 4). Returns the erased claims
 * as they were: others that made their statement, or competed with it, are to be decided anew.
 */
export async function erase(tx: Transactor, facts: ViewFacts, ids: readonly OpId[]): Promise<ClaimRow[]> {
  await facts.load(ids);
  const gone: OpId[] = [];
  const back: OpId[] = [];
  for (const id of ids) {
    const info = await facts.info(id);
    if (info && redactableTypes.has(info.type) && (await facts.redacted(info))) gone.push(id);
    // A judgement that changed standing reaches what it targets.
    for (const { to, kind } of info?.type === "redaction" ? await facts.refsFromAny([id]) : []) {
      const target = kind === "redacts" ? await facts.info(to) : null;
      if (target) ((await facts.redacted(target)) ? gone : back).push(to);
    }
  }
  const lost = (await tx.claims(gone)).filter(({ statement }) => statement !== "");
  await tx.erase(gone);
  facts.forget(gone);
  await tx.unerase(back);
  return lost;
}
