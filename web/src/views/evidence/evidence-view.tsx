/** One item of evidence: what it literally says, where that stands, and what is believed because of it. */
import { lazy, Suspense, useState } from "react";
import { useAnswer } from "../../api/answers.ts";
import type { WholeEvidence } from "../../api/contract.ts";
import { ofAddress } from "../../api/missing.ts";
import { ForgetDialog } from "../../claims/forget-dialog.tsx";
import { kindIcon, kindName } from "../../claims/kinds.ts";
import { to } from "../../router/router.ts";
import { BackLink } from "../../shell/back-link.tsx";
import { Icon } from "../../shell/icon.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { maybe, say, t } from "../../strings/text.ts";
import { dayText, momentText } from "../../words/time.ts";
import { visible } from "../../words/visible.ts";
import { Words } from "../../words/words.tsx";
import "../../style/tree.css";
import "../../style/claim-view.css";

const PositionMap = lazy(() => import("../claim/position-map.tsx"));

export default function EvidenceView({ id }: { readonly id: string }) {
  const evidence = ofAddress(useAnswer<WholeEvidence>(`/evidence/${encodeURIComponent(id)}`));
  return (
    <div className="stack stack-wide">
      <BackLink href={to("timeline")} />
      <Loaded answer={evidence} bones={3}>
        {(item) => <Whole item={item} />}
      </Loaded>
    </div>
  );
}

function Whole({ item }: { readonly item: WholeEvidence }) {
  const [isForgetting, setForgetting] = useState(false);
  const { id, kind, title, quote, when, source, geo, status, newest, ts, author, supports, supports_total } = item;
  const name = title === "" ? kindName(kind, 1) : title;
  return (
    <>
      <ViewHead title={visible(name, 160)}>
        <p className="part-kind">
          <Icon name={kindIcon(kind)} />
          {kindName(kind, 1)}
          {when !== null && <span className="quiet">{dayText(when)}</span>}
          {status !== "holds" && <span className="tag">{maybe(`evidence.${status}`) ?? status}</span>}
          {!newest && <span className="tag">{t("evidence.older")}</span>}
        </p>
      </ViewHead>
      <figure className="part">
        <blockquote className="quote">
          <Words text={quote === "" ? t("evidence.gone") : quote} max={3_000} lines />
        </blockquote>
        {source && (
          <figcaption className="part-place quiet">
            <Icon name="file" />
            {say("why.place", { place: <Words text={source.words} max={160} /> })}
          </figcaption>
        )}
      </figure>
      {geo && (
        <Suspense fallback={<div className="map-place" aria-hidden="true" />}>
          <PositionMap positions={[geo]} />
        </Suspense>
      )}
      <section className="stack stack-tight" aria-labelledby="supports">
        <h2 id="supports">{supports_total === 0 ? t("evidence.supports.none") : t("evidence.supports", { count: supports_total })}</h2>
        <ul className="plain-list">
          {supports.map((line) => (
            <li key={line.id}>
              <a href={to("claim", line.id)}>
                <Words text={line.sentence} max={160} />
              </a>
            </li>
          ))}
        </ul>
      </section>
      <p className="quiet small">
        {say("evidence.taken", {
          who: <Words text={author.name === "" ? `…${author.key.slice(-8)}` : author.name} max={40} />,
          when: momentText(ts),
        })}
      </p>
      {status !== "redacted" && (
        <p>
          <button type="button" className="button button-danger" onClick={() => setForgetting(true)}>
            <Icon name="eraser" />
            {t("judge.forget")}
          </button>
        </p>
      )}
      {isForgetting && <ForgetDialog target={{ id, sentence: name }} onClose={() => setForgetting(false)} />}
    </>
  );
}
