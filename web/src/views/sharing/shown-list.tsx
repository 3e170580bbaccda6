/** Exactly what a grantee sees: the sentences, how sure, and how closely the owner keeps each. */
import type { ShownClaim } from "../../api/contract.ts";
import { Certainty } from "../../claims/certainty.tsx";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

export function ShownList({ claims, total }: { readonly claims: readonly ShownClaim[]; readonly total: number }) {
  if (claims.length === 0) return <p className="quiet">{t("shown.none")}</p>;
  return (
    <div className="card shown">
      <ul>
        {claims.map(({ claim, sentence, confidence, sensitivity }) => (
          <li key={claim}>
            <Words text={sentence} max={200} />
            <span className="facts">
              <Certainty confidence={confidence} />
              {sensitivity !== "personal" && sensitivity !== "public" && (
                <span className="tag tag-attention">{t(`sensitivity.${sensitivity}`)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {total > claims.length && <p className="quiet small">{t("shown.more", { count: total - claims.length })}</p>}
    </div>
  );
}
