/** Which delegates may still hold a claim that its owner withdrew: it goes with their next pull, at the latest when the slice is stale. */
import { selectsSensitivity, selectsWords } from "../../core/capability/selector.ts";
import { sensitivities } from "../../core/claim/sensitivity.ts";
import type { ClaimPayload } from "../../core/claim/statement.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { ViewFacts } from "../view/facts.ts";
import { isPast, lastOfEach, type SeenAccess } from "./accesses.ts";
import type { SeenGrant } from "./grant.ts";
import { servedWith } from "./served.ts";

/** Judgements that are looked at for what other nodes served, the newest: what is older was pulled again, or is stale. */
const judgementsMax = 2_000;

export class Withdrawals {
  readonly #facts: ViewFacts;
  #claims: Promise<Envelope[]> | null = null;

  constructor(facts: ViewFacts) {
    this.#facts = facts;
  }

  /**
   * Claims that were served under the grant and are not active any more. What this node served last it remembers; of what another
   * one served the log tells when, not what: then it is what the grant selects by its words, and was refuted or corrected since.
   */
  async heldBy(grant: SeenGrant, accesses: readonly SeenAccess[]): Promise<OpId[]> {
    const served = accesses.filter(({ outcome }) => outcome === "served");
    const newest = served.at(-1);
    const last = lastOfEach(served);
    if (newest === undefined || last.every(({ receipted }) => receipted)) return [];
    const claims = await servedWith(this.#facts.reader, grant.id, newest.id);
    if (claims === null) return this.#likely(grant, last);
    const rows = await this.#facts.reader.claims(claims);
    return rows.filter(({ status }) => status !== "active").map(({ id }) => id);
  }

  async #likely({ terms }: SeenGrant, last: readonly SeenAccess[]): Promise<OpId[]> {
    if (terms === null) return [];
    this.#claims ??= this.#withdrawn();
    const found: OpId[] = [];
    for (const claim of await this.#claims) {
      const payload = claim.payload as unknown as ClaimPayload;
      const own = claim.payload?.["sensitivity"] ?? (await this.#facts.predicate(payload.predicate)).sensitivity;
      const level = sensitivities.find((each) => each === own) ?? "personal";
      if (!selectsWords(terms.selector, payload) || !selectsSensitivity(terms.selector, level)) continue;
      if (await this.#mayBeHeld(claim.op_id, last)) found.push(claim.op_id);
    }
    return found;
  }

  /** True when some server gave a slice that knew of the claim, and none gave one that knew of its judgement. */
  async #mayBeHeld(claim: OpId, last: readonly SeenAccess[]): Promise<boolean> {
    const { reader } = this.#facts;
    const info = await this.#facts.info(claim);
    const judgements = (await reader.refsTo([claim], ["refutes", "corrects"])).map(({ from }) => from);
    let served = false;
    for (const access of last) {
      served ||= info !== null && (await isPast(this.#facts, info, access.info));
      for (const id of judgements) {
        const judgement = await this.#facts.info(id);
        if (judgement && (await isPast(this.#facts, judgement, access.info))) return false;
      }
    }
    return served;
  }

  /** Claims that a judgement names, and that fell by it. */
  async #withdrawn(): Promise<Envelope[]> {
    const { reader } = this.#facts;
    const named = new Set<unknown>();
    for (const { payload } of await reader.newest({ type: "refutation", limit: judgementsMax })) {
      for (const target of (payload?.["targets"] ?? []) as readonly unknown[]) named.add(target);
    }
    for (const { payload } of await reader.newest({ type: "claim", limit: judgementsMax })) named.add(payload?.["corrects"]);
    const ids = [...named].filter((id): id is OpId => typeof id === "string" && id.startsWith("op:"));
    const rows = (await reader.claims(ids)).filter(({ status }) => status === "refuted" || status === "corrected");
    return (await reader.envelopes(rows.map(({ id }) => id))).filter(({ payload }) => payload !== undefined);
  }
}
