/** One claim that waits for a decision. */
import type { AttentionItem } from "../../api/contract.ts";
import { ClaimFacts } from "../../claims/claim-facts.tsx";
import { QuickJudge } from "../../claims/quick-judge.tsx";
import { to } from "../../router/router.ts";
import { say, t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

export function AttentionCard({ item: { reason, claim, against } }: { readonly item: AttentionItem }) {
  return (
    <article className="attention-card card">
      <div className="stack stack-tight">
        <p className="attention-reason">{t(`attention.${reason}`)}</p>
        <a className="claim-link" href={to("claim", claim.id)} data-claim={claim.id}>
          <Words text={claim.sentence} />
        </a>
        {against && (
          <p className="quiet">
            {say("attention.against", {
              claim: (
                <a href={to("claim", against.id)}>
                  <Words text={against.sentence} max={160} />
                </a>
              ),
            })}
          </p>
        )}
        <ClaimFacts claim={claim} isBrief />
      </div>
      <QuickJudge claim={claim} />
    </article>
  );
}
