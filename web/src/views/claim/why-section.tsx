/** Why a claim is believed: as a picture with one part explained, or all of it in words. */
import { useState } from "react";
import type { Why } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { WhyGraph } from "./why-graph.tsx";
import { WhyPart } from "./why-part.tsx";
import { WhyTree } from "./why-tree.tsx";

type Form = "picture" | "words";
const forms: readonly Form[] = ["picture", "words"];

export function WhySection({ why }: { readonly why: Why }) {
  const [form, setForm] = useState<Form>(() => (matchMedia("(max-width: 820px)").matches ? "words" : "picture"));
  const [chosen, setChosen] = useState<string>(why.claim);
  const part = why.nodes.find(({ id }) => id === chosen) ?? why.nodes[0];
  return (
    <section className="stack" aria-labelledby="why">
      <div className="row spread">
        <h2 id="why">{t("why.title")}</h2>
        {why.nodes.length > 1 && (
          <fieldset className="row">
            <legend className="unseen">{t("why.form")}</legend>
            {forms.map((each) => (
              <button type="button" key={each} className="chip" aria-pressed={form === each} onClick={() => setForm(each)}>
                {t(`why.form.${each}`)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {why.truncated && <p className="quiet">{t("why.truncated")}</p>}
      {why.nodes.length <= 1 ? (
        <p>{why.nodes[0]?.trust === "user" ? t("why.nothing.you") : t("why.nothing")}</p>
      ) : form === "picture" ? (
        <div className="why-split">
          <WhyGraph why={why} chosen={chosen} onChoose={setChosen} />
          {part && (
            <div className="card why-chosen" aria-live="polite">
              <WhyPart node={part} isAsked={part.id === why.claim} />
            </div>
          )}
        </div>
      ) : (
        <WhyTree why={why} />
      )}
    </section>
  );
}
