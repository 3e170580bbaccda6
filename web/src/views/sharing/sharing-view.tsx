/** Sharing: who may see what, what they owe, and what was refused. */
import { useAnswer } from "../../api/answers.ts";
import type { Grants, Ledger, Topics } from "../../api/contract.ts";
import { type Route, to } from "../../router/router.ts";
import { Icon } from "../../shell/icon.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { State } from "../../shell/state.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { GrantCard } from "./grant-card.tsx";
import { GrantView } from "./grant-view.tsx";
import { NewGrantView } from "./new-grant-view.tsx";
import { RefusedList } from "./refused-list.tsx";
import "../../style/sharing.css";

export default function SharingView({ route }: { readonly route: Route }) {
  if (route.id === "new") return <NewGrantView />;
  return route.id === null ? <AllGrants /> : <GrantView id={route.id} />;
}

function AllGrants() {
  const grants = useAnswer<Grants>("/grants?all=true");
  const ledger = useAnswer<Ledger>("/ledger");
  return (
    <>
      <ViewHead title={t("sharing.title")}>
        <p>{t("sharing.lead")}</p>
        <p>
          <a className="button button-first" href={to("sharing", "new")}>
            <Icon name="sharing" />
            {t("sharing.new")}
          </a>
        </p>
      </ViewHead>
      <Loaded answer={grants}>
        {({ items }) =>
          items.length === 0 ? (
            <State icon="lock" title={t("sharing.none")}>
              <p>{t("sharing.none.text")}</p>
            </State>
          ) : (
            <div className="stack stack-wide">
              <GrantGroup title={t("sharing.open")} grants={items.filter(({ open, status }) => open && status === "active")} />
              <GrantGroup title={t("sharing.active")} grants={items.filter(({ open, status }) => !open && status === "active")} />
              <GrantGroup title={t("sharing.over")} grants={items.filter(({ status }) => status !== "active")} />
            </div>
          )
        }
      </Loaded>
      {ledger.value && ledger.value.attempts.length > 0 && <RefusedList attempts={ledger.value.attempts} />}
    </>
  );
}

function GrantGroup({ title, grants }: { readonly title: string; readonly grants: Grants["items"] }) {
  const { value: topics } = useAnswer<Topics>("/topics");
  if (grants.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <h2>{title}</h2>
      <ul className="stack">
        {grants.map((grant) => (
          <li key={grant.grant}>
            <GrantCard grant={grant} topics={topics?.items ?? []} />
          </li>
        ))}
      </ul>
    </section>
  );
}
