/** One step of a derivation, explained: a claim with who concluded it, or a source with its own words and where they stand. */
import { lazy, Suspense } from "react";
import type { WhyNode } from "../../api/contract.ts";
import { kindIcon, kindName } from "../../claims/kinds.ts";
import { to } from "../../router/router.ts";
import { Icon } from "../../shell/icon.tsx";
import { maybe, say, t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { Words } from "../../words/words.tsx";
import { tellsMore } from "./rationale.ts";

const PositionMap = lazy(() => import("./position-map.tsx"));

export function WhyPart({ node, isAsked = false }: { readonly node: WhyNode; readonly isAsked?: boolean }) {
  if (node.type === "missing") return <p className="quiet">{t("why.missing.text")}</p>;
  return node.type === "claim" ? <ClaimPart node={node} isAsked={isAsked} /> : <SourcePart node={node} />;
}

function ClaimPart({
  node: { id, sentence, confidence, method, rationale, author, ts, status },
  isAsked,
}: {
  readonly node: WhyNode;
  readonly isAsked: boolean;
}) {
  return (
    <div className="part">
      <p className="part-words">
        {isAsked ? (
          <Words text={sentence} />
        ) : (
          <a href={to("claim", id)}>
            <Words text={sentence} />
          </a>
        )}
      </p>
      <p className="quiet">
        {methodText(method)}
        {confidence !== null && ` · ${t("certainty.percent", { percent: Math.round(confidence * 100) })}`}
        {author && author.name !== "" && ts !== null && (
          <> · {say("why.by", { who: <Words text={author.name} max={40} />, when: dayText(ts) })}</>
        )}
        {status !== "active" && ` · ${maybe(`status.${status}`) ?? status}`}
      </p>
      {tellsMore(rationale) && (
        <p>
          <Words text={rationale} />
        </p>
      )}
    </div>
  );
}

function methodText(method: string): string {
  if (method === "stated" || method === "") return t("why.stated");
  return t("why.rule", { rule: method });
}

function SourcePart({ node: { kind, when, quote, sentence, source, geo, status } }: { readonly node: WhyNode }) {
  return (
    <figure className="part">
      <figcaption className="part-kind">
        <Icon name={kindIcon(kind)} />
        {kindName(kind, 1)}
        {when !== null && <span className="quiet">{dayText(when)}</span>}
        {status !== "holds" && <span className="tag">{maybe(`evidence.${status}`) ?? status}</span>}
      </figcaption>
      <blockquote className="quote">
        <Words text={quote === "" ? sentence : quote} max={600} lines />
      </blockquote>
      {source && (
        <p className="part-place quiet">
          <Icon name="file" />
          {say("why.place", { place: <Words text={source.words} max={120} /> })}
        </p>
      )}
      {geo && (
        <Suspense fallback={<div className="map-place" aria-hidden="true" />}>
          <PositionMap positions={[geo]} />
        </Suspense>
      )}
    </figure>
  );
}
