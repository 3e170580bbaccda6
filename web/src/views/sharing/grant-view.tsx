/** One grant: its terms, what it shows today, what was read when, and its end. */
import { useState } from "react";
import { useAnswer } from "../../api/answers.ts";
import type { Topics, WholeGrant } from "../../api/contract.ts";
import { to } from "../../router/router.ts";
import { CopyBox } from "../../shell/copy-box.tsx";
import { Icon } from "../../shell/icon.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { visible } from "../../words/visible.ts";
import { Words } from "../../words/words.tsx";
import { GrantHistory } from "./grant-history.tsx";
import { GrantTags } from "./grant-tags.tsx";
import { GrantTerms } from "./grant-terms.tsx";
import { grantText } from "./grant-words.ts";
import { granteeName } from "./grantee-name.ts";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { ShownList } from "./shown-list.tsx";

export function GrantView({ id }: { readonly id: string }) {
  const grant = useAnswer<WholeGrant>(`/grants/${encodeURIComponent(id)}`);
  return (
    <div className="stack stack-wide">
      <p>
        <a className="back" href={to("sharing")}>
          <Icon name="back" />
          {t("sharing.back")}
        </a>
      </p>
      <Loaded answer={grant}>{(whole) => <Whole grant={whole} />}</Loaded>
    </div>
  );
}

function Whole({ grant }: { readonly grant: WholeGrant }) {
  const [isRevoking, setRevoking] = useState(false);
  const { value: topics } = useAnswer<Topics>("/topics");
  const isActive = grant.status === "active";
  return (
    <>
      <ViewHead title={visible(granteeName(grant), 80)}>
        <p>
          <Words text={grantText(grant, topics?.items ?? [])} />
        </p>
        <GrantTags grant={grant} />
        {grant.open && grant.standing !== "" && (
          <p className="grant-standing">
            <Words text={grant.standing} />
          </p>
        )}
      </ViewHead>
      {isActive && (
        <p>
          <button type="button" className="button button-danger" onClick={() => setRevoking(true)}>
            {t("grant.revoke")}
          </button>
        </p>
      )}
      {grant.withdrawn_claims.length > 0 && (
        <section className="card stack stack-tight" aria-labelledby="withdrawn">
          <h2 id="withdrawn">{t("grant.withdrawn.title")}</h2>
          <p className="quiet">{t("grant.withdrawn.text")}</p>
          <ul className="plain-list">
            {grant.withdrawn_claims.map(({ id, sentence }) => (
              <li key={id}>
                <a href={to("claim", id)}>
                  <Words text={sentence} max={160} />
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {isActive && (
        <section className="stack" aria-labelledby="shows">
          <h2 id="shows">{t("grant.shows", { count: grant.shows_total })}</h2>
          <ShownList claims={grant.shows} total={grant.shows_total} />
        </section>
      )}
      <GrantTerms grant={grant} />
      <GrantHistory grant={grant} />
      {grant.invitation !== "" && (
        <section className="card">
          <CopyBox label={t("grant.invitation")} text={grant.invitation} />
        </section>
      )}
      {isRevoking && <RevokeDialog grant={grant} onClose={() => setRevoking(false)} />}
    </>
  );
}
