/** A grant in the list: who, what, until when, and whether something is owed. */
import type { GrantEntry, Topic } from "../../api/contract.ts";
import { to } from "../../router/router.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";
import { GrantTags } from "./grant-tags.tsx";
import { grantText } from "./grant-words.ts";
import { granteeName } from "./grantee-name.ts";

export function GrantCard({ grant, topics }: { readonly grant: GrantEntry; readonly topics: readonly Topic[] }) {
  return (
    <article className="card grant">
      <div className="row spread">
        <h3>
          <a className="claim-link" href={to("sharing", grant.grant)}>
            <Words text={granteeName(grant)} max={60} />
          </a>
        </h3>
        <GrantTags grant={grant} />
      </div>
      <p>
        <Words text={grantText(grant, topics)} />
      </p>
      {grant.terms && (
        <p className="quiet">
          {t("grant.purpose")} <Words text={grant.terms.purpose} max={160} />
        </p>
      )}
      {grant.open && grant.standing !== "" && (
        <p className="grant-standing">
          <Words text={grant.standing} />
        </p>
      )}
    </article>
  );
}
