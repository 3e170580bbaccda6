/** The quiet line below a sentence: how sure, from what, how fresh, and what is unusual about it. */
import type { Claim } from "../api/contract.ts";
import { Icon } from "../shell/icon.tsx";
import { t } from "../strings/text.ts";
import { agoText, dayText } from "../words/time.ts";
import { Certainty } from "./certainty.tsx";
import { SourceMarks } from "./source-marks.tsx";
import { StatusTag } from "./status-tag.tsx";

export interface ClaimFactsProps {
  readonly claim: Claim;
  /** Leaves out what was said above it: its status, and whose word it is. */
  readonly isBrief?: boolean;
}

export function ClaimFacts({ claim, isBrief = false }: ClaimFactsProps) {
  const { status, confidence, sources, fresh, trust, conflict, ts, rests_on, valid_from, valid_until } = claim;
  return (
    <div className="facts">
      {!isBrief && <StatusTag status={status} />}
      {confidence !== undefined && <Certainty confidence={confidence} />}
      {valid_from !== undefined && <span>{t("claim.from", { when: dayText(valid_from) })}</span>}
      {valid_until !== undefined && <span>{t("claim.until", { when: dayText(valid_until) })}</span>}
      {sources.length > 0 ? (
        <SourceMarks sources={sources} />
      ) : (
        <span className="mark">
          <Icon name="you" />
          {rests_on > 0 ? t("source.claims", { count: rests_on }) : saidText(claim)}
        </span>
      )}
      {!goesOn(claim) && (
        <span title={dayText(fresh ?? ts)}>
          {fresh === null ? t("fresh.written", { when: agoText(ts) }) : t("fresh.seen", { when: agoText(fresh) })}
        </span>
      )}
      {!isBrief && (trust === "assistant" || trust === "third_party") && <span className="tag tag-attention">{t(`trust.${trust}`)}</span>}
      {!isBrief && conflict && status !== "superseded" && <span className="tag">{t("claim.conflict")}</span>}
    </div>
  );
}

function saidText({ author_name }: Claim): string {
  return author_name === "" ? t("source.said.plain") : t("source.said", { who: author_name });
}

const dayMs = 86_400_000;

/** Of what began on a day and has no end, as a weekly choir, the day it began is not when it was last seen. */
function goesOn({ fresh, valid_from, valid_until }: Claim): boolean {
  return valid_from !== undefined && valid_until === undefined && fresh !== null && fresh < valid_from + dayMs;
}
