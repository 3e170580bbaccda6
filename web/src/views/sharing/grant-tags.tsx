import type { GrantEntry } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";

/** Where a grant and its deletion stand. */
export function GrantTags({ grant: { status, purge, withdrawn, challenge } }: { readonly grant: GrantEntry }) {
  return (
    <span className="row">
      <span className={`tag ${status === "active" ? "tag-good" : ""}`}>{t(`grant.status.${status}`)}</span>
      {purge.state === "owed" && <span className="tag tag-attention">{t("grant.purge.owed")}</span>}
      {purge.state === "overdue" && <span className="tag tag-danger">{t("grant.purge.overdue")}</span>}
      {purge.state === "acknowledged" && <span className="tag tag-good">{t("grant.purge.acknowledged")}</span>}
      {(purge.disputed || challenge?.state === "disputed") && <span className="tag tag-danger">{t("grant.disputed")}</span>}
      {withdrawn.length > 0 && <span className="tag tag-attention">{t("grant.withdrawn", { count: withdrawn.length })}</span>}
    </span>
  );
}
