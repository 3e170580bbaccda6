/** Sharing something: whom with, what, what for, until when; beside it, all the while, exactly what they would see. */
import { useMemo, useState } from "react";
import { useAnswer } from "../../api/answers.ts";
import type { GivenGrant, Topics } from "../../api/contract.ts";
import { to } from "../../router/router.ts";
import { CopyBox } from "../../shell/copy-box.tsx";
import { Icon } from "../../shell/icon.tsx";
import { Loaded } from "../../shell/loaded.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { Words } from "../../words/words.tsx";
import { GrantForm } from "./grant-form.tsx";
import { emptyPlan, faultOf, type GrantPlan, requestOf, selectorOf } from "./grant-plan.ts";
import { GrantPreview } from "./grant-preview.tsx";

export function NewGrantView() {
  const topics = useAnswer<Topics>("/topics");
  const [plan, setPlan] = useState<GrantPlan>(emptyPlan);
  const { send, isBusy, problem, answer } = useSubmit<GivenGrant>();
  const [isTried, setTried] = useState(false);
  const selector = useMemo(() => selectorOf(plan), [plan]);
  const fault = faultOf(plan);
  if (answer) return <Given given={answer} name={plan.name} />;
  const give = () => {
    setTried(true);
    if (fault === null) void send("/grants", requestOf(plan, Date.now()));
  };
  return (
    <div className="stack">
      <p>
        <a className="back" href={to("sharing")}>
          <Icon name="back" />
          {t("sharing.back")}
        </a>
      </p>
      <ViewHead title={t("give.title")}>
        <p>{t("give.lead")}</p>
      </ViewHead>
      <div className="give">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            give();
          }}
        >
          <Loaded answer={topics}>{({ items }) => <GrantForm plan={plan} topics={items} onChange={setPlan} />}</Loaded>
          {isTried && fault !== null && (
            <p className="problem" role="alert">
              {t(`give.fault.${fault}`)}
            </p>
          )}
          {problem && <Trouble problem={problem} retry={null} />}
          <button type="submit" className="button button-first" aria-disabled={isBusy}>
            {t("give.do")}
          </button>
        </form>
        <GrantPreview selector={selector} />
      </div>
    </div>
  );
}

function Given({ given, name }: { readonly given: GivenGrant; readonly name: string }) {
  return (
    <div className="stack">
      <ViewHead title={t("given.title")}>
        <p>
          {t("given.text", { count: given.claims, until: dayText(given.expires_at) })} {name !== "" && <Words text={name} max={60} />}
        </p>
      </ViewHead>
      <section className="card stack">
        <p>{t("given.how")}</p>
        <CopyBox label={t("grant.invitation")} text={given.invitation} />
      </section>
      <p>
        <a className="button" href={to("sharing", given.grant)}>
          {t("given.open")}
        </a>
      </p>
    </div>
  );
}
