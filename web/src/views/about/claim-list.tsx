/** All claims that fit, however many: only those near the screen exist in the page. */

import type { Claim } from "../../api/contract.ts";
import { usePages } from "../../api/pages.ts";
import { ClaimCard } from "../../claims/claim-card.tsx";
import { Bones } from "../../shell/bones.tsx";
import { State } from "../../shell/state.tsx";
import { Trouble } from "../../shell/trouble.tsx";
import { VirtualList } from "../../shell/virtual-list.tsx";
import { t } from "../../strings/text.ts";

export function ClaimList({ path, isSearch }: { readonly path: string; readonly isSearch: boolean }) {
  const { items, total, isDone, isLoading, isOutdated, problem, more, renew } = usePages<Claim>(path);
  if (items.length === 0) {
    if (problem && problem.code !== "unreachable") return <Trouble problem={problem} retry={renew} />;
    if (isLoading || problem) return <Bones count={6} />;
    if (isDone)
      return (
        <State icon="search" title={t("about.nothing")}>
          <p>{isSearch ? t("about.nothing.search") : t("about.nothing.filter")}</p>
        </State>
      );
  }
  return (
    <div className="stack stack-tight">
      <div className="row spread">
        <p className="quiet small" role="status">
          {total === null ? t("about.shown.some", { count: items.length }) : t("about.shown", { count: total })}
        </p>
        {isOutdated && (
          <button type="button" className="button button-small" onClick={renew}>
            {t("about.outdated")}
          </button>
        )}
      </div>
      <div className="card list-card">
        <VirtualList label={t("about.list")} items={items} isDone={isDone} keyOf={(claim) => claim.id} estimate={74} onEnd={more}>
          {(claim) => <ClaimCard claim={claim} />}
        </VirtualList>
      </div>
      {problem && problem.code !== "unreachable" && <Trouble problem={problem} retry={more} />}
    </div>
  );
}
