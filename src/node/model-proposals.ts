/** Which of a language model's claims are put to the owner: none that is known, settled or refuted already. */
import { statementKey } from "../core/claim/statement.ts";
import type { Json } from "../core/ports.ts";
import type { DerivedClaim } from "../derive/index.ts";
import { questionVersion } from "../derive/model/question.ts";
import { isSameConclusion } from "../derive/same-conclusion.ts";
import type { Known } from "./derive-known.ts";
import { isRejected, type Planned, payloadOf, singleValued } from "./derive-plan.ts";
import type { Node } from "./open-node.ts";

/** Statuses in which a claim says its statement, or asks whether it is so. */
const said: ReadonlySet<string> = new Set(["active", "superseded", "proposed", "pending", "invalidated"]);

export interface Proposals {
  /** Those of the claims that are new; they count as known from then on. */
  of(claims: readonly DerivedClaim[], model: string): Promise<{ fresh: Planned[]; known: number; refused: number }>;
}

type Objects = { readonly object: Json; readonly active: boolean }[];

export async function newOf(node: Node, known: Known): Promise<Proposals> {
  const topics = new Map<string, Objects>();
  const add = (subject: string, predicate: string, object: Json, active: boolean) => {
    const topic = JSON.stringify([subject, predicate]);
    topics.set(topic, [...(topics.get(topic) ?? []), { object, active }]);
  };
  for (const { status, subject, predicate, object } of known.all)
    if (said.has(status)) add(subject, predicate, object, status === "active");
  return {
    async of(claims, model) {
      const single = await singleValued(node, new Set(claims.map(({ predicate }) => predicate)));
      const found = { fresh: [] as Planned[], known: 0, refused: 0 };
      for (const claim of claims) {
        const { subject, predicate, object } = claim;
        const told = topics.get(JSON.stringify([subject, predicate])) ?? [];
        const statement = statementKey(node.replica.crypto.sha256Hex, { ...claim, derived_from: [] });
        if (isRejected({ claim, statement }, known)) found.refused++;
        else if (told.some((each) => isSame(predicate, each.object, object) || (each.active && single.has(predicate)))) found.known++;
        else {
          add(subject, predicate, object, false);
          found.fresh.push({ why: "added", statement, payload: payloadOf(claim, { name: `model:${model}`, version: questionVersion }) });
        }
      }
      return found;
    },
  };
}

/** Models write capitals their own way. */
function isSame(predicate: string, left: Json, right: Json): boolean {
  return isSameConclusion(predicate, left, right) || JSON.stringify(left).toLowerCase() === JSON.stringify(right).toLowerCase();
}
