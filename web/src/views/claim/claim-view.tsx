/** One claim: what it says, why it is believed, and the person's word on it. */
import { useAnswer } from "../../api/answers.ts";
import type { WholeClaim, Why } from "../../api/contract.ts";
import { ofAddress } from "../../api/missing.ts";
import { ClaimFacts } from "../../claims/claim-facts.tsx";
import { to } from "../../router/router.ts";
import { BackLink } from "../../shell/back-link.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { visible } from "../../words/visible.ts";
import { Words } from "../../words/words.tsx";
import { ClaimNotes } from "./claim-notes.tsx";
import { JudgePanel } from "./judge-panel.tsx";
import { tellsMore } from "./rationale.ts";
import { WhySection } from "./why-section.tsx";
import "../../style/claim-view.css";

export default function ClaimView({ id }: { readonly id: string }) {
  const claim = ofAddress(useAnswer<WholeClaim>(`/claims/${encodeURIComponent(id)}`));
  const why = useAnswer<Why>(`/claims/${encodeURIComponent(id)}/why`);
  return (
    <div className="stack stack-wide">
      <BackLink href={to("about")} />
      <Loaded answer={claim} bones={2}>
        {(whole) => (
          <>
            <ClaimHead claim={whole} />
            <JudgePanel claim={whole} />
            <ClaimNotes claim={whole} />
          </>
        )}
      </Loaded>
      {/* What keeps the claim from being shown is told once. */}
      {(claim.value !== undefined || claim.problem === undefined) && (
        <Loaded answer={why} bones={3}>
          {(value) => <WhySection why={value} />}
        </Loaded>
      )}
    </div>
  );
}

/** Longer ones are no heading. */
const headingMax = 240;

function ClaimHead({ claim }: { readonly claim: WholeClaim }) {
  return (
    <div className={`claim-head claim-${claim.status}`}>
      <ViewHead title={visible(claim.sentence, headingMax)}>
        <ClaimFacts claim={claim} />
      </ViewHead>
      {claim.clipped && <Words text={JSON.stringify(claim.object)} />}
      {claim.rationale !== undefined && tellsMore(claim.rationale) && (
        <p className="rationale">
          <span className="quiet">{t("claim.rationale")}</span> <Words text={claim.rationale} />
        </p>
      )}
    </div>
  );
}
