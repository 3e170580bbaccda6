/** What removing a device would do, in plain words: what still counts, what no longer would, and what to know before it is done. */
import type { RemovalPreview } from "../../api/contract.ts";
import { Impact } from "../../claims/impact.tsx";
import { say, t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";
import { deviceName } from "./device-name.ts";

export function RemovalPlan({ plan }: { readonly plan: RemovalPreview }) {
  const { contested, newest, devices, unwitnessed, outranks } = plan;
  const evidence = newest.filter(({ type }) => type === "evidence"); // claims are below, with what becomes of them
  return (
    <section className="stack stack-tight" aria-live="polite">
      <p>{keptWords(plan)}</p>
      {contested > 0 && <p>{t("remove.contested", { count: contested })}</p>}
      {evidence.length > 0 && (
        <ul className="quiet small">
          {evidence.map(({ id, sentence }) => (
            <li key={id}>
              <Words text={sentence} max={160} />
            </li>
          ))}
        </ul>
      )}
      <Impact cascade={plan} judged={[]} when="removal" />
      {devices.map((each) => (
        <p className="banner" key={each.key}>
          <span>{say("remove.falls", { name: <Words key="name" text={deviceName(each)} max={60} /> })}</span>
        </p>
      ))}
      {unwitnessed > 0 && <p className="banner">{t("remove.unwitnessed", { count: unwitnessed })}</p>}
      {outranks && (
        <p className="banner">
          <span>{say("remove.outranks", { command: <code key="command">fablepool device remove --as-root</code> })}</span>
        </p>
      )}
    </section>
  );
}

function keptWords({ last, last_at, contested }: RemovalPreview) {
  if (last === null) return contested === 0 ? t("remove.kept.unknown") : t("remove.kept.none");
  return contested === 0 || last_at === null ? t("remove.kept.all") : say("remove.kept", { when: <Moment at={last_at} as="moment" /> });
}
