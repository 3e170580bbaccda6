import type { Sensitivity, Topic } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";
import { daysToChoose, type GrantPlan } from "./grant-plan.ts";

export interface GrantFormProps {
  readonly plan: GrantPlan;
  readonly topics: readonly Topic[];
  readonly onChange: (plan: GrantPlan) => void;
}

const sensitivities: readonly Sensitivity[] = ["public", "personal", "sensitive", "restricted"];
const certainties = [0, 60, 80, 95] as const;

/** What is shared with whom, in the order in which one thinks of it. */
export function GrantForm({ plan, topics, onChange }: GrantFormProps) {
  return (
    <>
      <WhatFields plan={plan} topics={topics} onChange={onChange} />
      <fieldset className="card stack">
        <legend className="legend">{t("give.whom")}</legend>
        <p className="field">
          <label htmlFor="give-name">{t("give.name")}</label>
          <input
            id="give-name"
            className="input"
            value={plan.name}
            maxLength={100}
            placeholder={t("give.name.hint")}
            onChange={({ target }) => onChange({ ...plan, name: target.value })}
          />
        </p>
        <p className="field">
          <label htmlFor="give-key">{t("give.key")}</label>
          <input
            id="give-key"
            className="input"
            value={plan.grantee}
            placeholder="did:key:z6Mk…"
            spellCheck={false}
            autoComplete="off"
            aria-describedby="give-key-help"
            onChange={({ target }) => onChange({ ...plan, grantee: target.value })}
          />
          <span className="quiet small" id="give-key-help">
            {t("give.key.help")}
          </span>
        </p>
        <p className="field">
          <label htmlFor="give-purpose">{t("give.purpose")}</label>
          <input
            id="give-purpose"
            className="input"
            value={plan.purpose}
            maxLength={2_000}
            placeholder={t("give.purpose.hint")}
            onChange={({ target }) => onChange({ ...plan, purpose: target.value })}
          />
        </p>
        <p className="field">
          <label htmlFor="give-days">{t("give.until")}</label>
          <select
            id="give-days"
            className="input"
            value={plan.days}
            onChange={({ target }) => onChange({ ...plan, days: Number(target.value) })}
          >
            {daysToChoose.map((days) => (
              <option key={days} value={days}>
                {t("time.days", { count: days })}
              </option>
            ))}
          </select>
        </p>
      </fieldset>
    </>
  );
}

function WhatFields({ plan, topics, onChange }: GrantFormProps) {
  const toggle = (id: string) =>
    onChange({ ...plan, topics: plan.topics.includes(id) ? plan.topics.filter((each) => each !== id) : [...plan.topics, id] });
  return (
    <fieldset className="card stack">
      <legend className="legend">{t("give.what")}</legend>
      <div className="give-topics">
        {topics
          .filter(({ total }) => total > 0)
          .map(({ id, title, total }) => (
            <label className="choice" key={id}>
              <input type="checkbox" checked={plan.topics.includes(id)} onChange={() => toggle(id)} />
              <span>
                <Words text={title} max={40} /> <span className="quiet small">{t("count", { count: total })}</span>
              </span>
            </label>
          ))}
      </div>
      <label className="choice">
        <input type="checkbox" checked={plan.isOnlyMe} onChange={() => onChange({ ...plan, isOnlyMe: !plan.isOnlyMe })} />
        {t("give.only-me")}
      </label>
      <div className="give-pair">
        <p className="field">
          <label htmlFor="give-sensitivity">{t("give.sensitivity")}</label>
          <select
            id="give-sensitivity"
            className="input"
            value={plan.sensitivity}
            onChange={({ target }) => onChange({ ...plan, sensitivity: sensitivities.find((each) => each === target.value) ?? "personal" })}
          >
            {sensitivities.map((each) => (
              <option key={each} value={each}>
                {t(`sensitivity.${each}`)}
              </option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor="give-sure">{t("give.sure")}</label>
          <select
            id="give-sure"
            className="input"
            value={plan.sure}
            onChange={({ target }) => onChange({ ...plan, sure: Number(target.value) })}
          >
            {certainties.map((sure) => (
              <option key={sure} value={sure}>
                {sure === 0 ? t("filter.sure.any") : t("filter.sure.least", { percent: sure })}
              </option>
            ))}
          </select>
        </p>
      </div>
    </fieldset>
  );
}
