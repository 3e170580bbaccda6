/** About me: what needs a decision first, then everything that is believed, by topic. */
import { useCallback, useMemo } from "react";
import { useAnswer } from "../../api/answers.ts";
import type { Status, Topics } from "../../api/contract.ts";
import { go, type Route, to } from "../../router/router.ts";
import { Loaded } from "../../shell/loaded.tsx";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { State } from "../../shell/state.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { agoText } from "../../words/time.ts";
import { AttentionList } from "./attention-list.tsx";
import { ClaimFilter } from "./claim-filter.tsx";
import { ClaimList } from "./claim-list.tsx";
import { claimsPath, type Filter, filterOf, isNarrow, routeOf } from "./filter.ts";
import { stepThroughClaims } from "./step.ts";
import { TopicSection } from "./topic-section.tsx";
import "../../style/about.css";

export default function AboutView({ route, status }: { readonly route: Route; readonly status: Status }) {
  const filter = useMemo(() => filterOf(route.query), [route.query]);
  const topics = useAnswer<Topics>("/topics");
  const change = useCallback((next: Filter, replace: boolean) => go(routeOf(next), { replace }), []);
  useShortcuts({
    "/": () => document.querySelector<HTMLInputElement>("#claim-search")?.focus(),
    j: () => stepThroughClaims(1),
    k: () => stepThroughClaims(-1),
  });
  const isWhole = !isNarrow(filter);
  return (
    <>
      <ViewHead title={t("about.title")}>
        <p>
          {status.claims > 0 && status.last_change !== null
            ? t("about.lead", { count: status.statuses.active ?? 0, items: status.evidence, when: agoText(status.last_change) })
            : t("about.lead.empty")}
        </p>
      </ViewHead>
      {status.claims === 0 ? (
        <State icon="import" title={t("about.none")}>
          <p>{t("about.none.text")}</p>
          <a className="button button-first" href={to("import")}>
            {t("about.none.import")}
          </a>
        </State>
      ) : (
        <div className="stack stack-wide">
          {isWhole && status.attention > 0 && <AttentionList />}
          <section className="stack" aria-labelledby="believed">
            <h2 id="believed">{isWhole ? t("about.all") : t("about.found")}</h2>
            <Loaded answer={topics}>
              {({ items }) => (
                <>
                  <ClaimFilter filter={filter} topics={items} onChange={change} />
                  {isWhole ? (
                    items.filter(({ total }) => total > 0).map((topic) => <TopicSection key={topic.id} topic={topic} />)
                  ) : (
                    <ClaimList key={claimsPath(filter)} path={claimsPath(filter)} isSearch={filter.q !== ""} />
                  )}
                </>
              )}
            </Loaded>
          </section>
        </div>
      )}
    </>
  );
}
