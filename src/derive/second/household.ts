import type { Deriver, SeenClaim } from "../deriver.ts";
import { children, kindOf, partners } from "../text/kinship.ts";
import { Claims, fromClaims, inWords } from "./parts.ts";

/** What the family makes of one: a parent, married, with a partner. */
export const household: Deriver = {
  name: "trait.family",
  version: "1",
  round: 2,
  says: ["trait.family"],
  begin() {
    const claims = new Claims("relationship.kind", "family.member", "family.children");
    return {
      claim(claim) {
        claims.add(claim);
      },
      *derive() {
        const kinds = [...claims.of("relationship.kind"), ...claims.of("family.member")];
        const young = [...kinds.filter((claim) => children.has(kindIn(claim))), ...claims.of("family.children")];
        if (young.length > 0)
          yield fromClaims(young.slice(0, 12), { predicate: "trait.family", object: "a parent", link: 0.85, rationale: because(young) });
        const spouse = kinds.filter((claim) => ["wife", "husband", "spouse"].includes(kindIn(claim)));
        const other = kinds.filter((claim) => partners.has(kindIn(claim)));
        if (spouse.length > 0)
          yield fromClaims(spouse.slice(0, 4), { predicate: "trait.family", object: "married", link: 0.85, rationale: because(spouse) });
        else if (other.length > 0) {
          yield fromClaims(other.slice(0, 4), {
            predicate: "trait.family",
            object: "in a relationship",
            link: 0.8,
            rationale: because(other),
          });
        }
      },
    };
  },
};

function kindIn({ object }: SeenClaim): string {
  return typeof object === "string" ? (kindOf(object) ?? "") : "";
}

function because(claims: readonly SeenClaim[]): string {
  return `because of ${claims
    .slice(0, 8)
    .map((claim) => `${claim.subject === "self" ? "" : `${claim.subject}: `}${inWords(claim)}`)
    .join("; ")}`;
}
