/** What was agreed, as it stands in the grant. */
import { useAnswer } from "../../api/answers.ts";
import type { GrantEntry, Topics } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { dayText, spanText } from "../../words/time.ts";
import { Words } from "../../words/words.tsx";
import { whatText, whomText } from "./grant-words.ts";

export function GrantTerms({ grant: { terms, at, grantee } }: { readonly grant: GrantEntry }) {
  const { value: topics } = useAnswer<Topics>("/topics");
  if (terms === null) return <p className="quiet">{t("grant.terms.gone")}</p>;
  const { selector, purpose, expiresAt, refreshMs, purgeMs } = terms;
  return (
    <section className="card stack" aria-labelledby="terms">
      <h2 id="terms">{t("grant.terms")}</h2>
      <dl className="facts-list">
        <dt>{t("grant.terms.purpose")}</dt>
        <dd>
          <Words text={purpose} max={400} />
        </dd>
        <dt>{t("grant.terms.what")}</dt>
        <dd>
          <Words text={whatText(selector, topics?.items ?? [])} max={200} />
        </dd>
        <dt>{t("grant.terms.about")}</dt>
        <dd>
          <Words text={whomText(selector)} max={200} />
        </dd>
        <dt>{t("grant.terms.secret")}</dt>
        <dd>{t(`sensitivity.${selector.max_sensitivity ?? "personal"}`)}</dd>
        <dt>{t("grant.terms.given")}</dt>
        <dd>{dayText(at)}</dd>
        <dt>{t("grant.terms.ends")}</dt>
        <dd>{dayText(expiresAt)}</dd>
        <dt>{t("grant.terms.refresh")}</dt>
        <dd>{spanText(refreshMs)}</dd>
        <dt>{t("grant.terms.purge")}</dt>
        <dd>{spanText(purgeMs)}</dd>
        <dt>{t("grant.terms.key")}</dt>
        <dd>
          <code className="key">{grantee}</code>
        </dd>
      </dl>
    </section>
  );
}
