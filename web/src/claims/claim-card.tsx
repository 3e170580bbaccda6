/** A claim in a list: its sentence, which opens it, and its facts. */
import type { Claim } from "../api/contract.ts";
import { to } from "../router/router.ts";
import { Words } from "../words/words.tsx";
import { ClaimFacts } from "./claim-facts.tsx";
import "../style/claim.css";

export function ClaimCard({ claim }: { readonly claim: Claim }) {
  return (
    <article className={`claim claim-${claim.status}`}>
      <a className="claim-link" href={to("claim", claim.id)} data-claim={claim.id}>
        <Words text={claim.sentence} />
      </a>
      <ClaimFacts claim={claim} />
    </article>
  );
}
