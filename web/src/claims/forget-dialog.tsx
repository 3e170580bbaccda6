/** "Forget it": everything that would lose its words, said before; there is no way back, and that is said too. */
import { useEffect, useState } from "react";
import { touched } from "../api/change.ts";
import { ask, Problem } from "../api/client.ts";
import type { ForgettingPlan, Forgotten, Line } from "../api/contract.ts";
import { Bones } from "../shell/bones.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { toast } from "../shell/toast.ts";
import { Trouble } from "../shell/trouble.tsx";
import { t } from "../strings/text.ts";
import { Words } from "../words/words.tsx";
import { Impact } from "./impact.tsx";

export interface ForgetDialogProps {
  readonly target: { readonly id: string; readonly sentence: string };
  readonly onClose: () => void;
}

const problemOf = (cause: unknown) => (cause instanceof Problem ? cause : new Problem("internal", 0, String(cause)));

export function ForgetDialog({ target, onClose }: ForgetDialogProps) {
  const [plan, setPlan] = useState<ForgettingPlan | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    ask<ForgettingPlan>("/forgettings/plan", { method: "POST", body: { targets: [target.id] }, signal: abort.signal })
      .then(setPlan)
      .catch((cause) => !abort.signal.aborted && setProblem(problemOf(cause)));
    return () => abort.abort();
  }, [target.id]);
  const forget = async () => {
    if (!plan || !isSure || isBusy) return;
    setBusy(true);
    try {
      const { forgotten } = await ask<Forgotten>("/forgettings", { method: "POST", body: { targets: [target.id], plan: plan.plan } });
      touched();
      toast(t("forget.done", { count: forgotten.length }));
      onClose();
    } catch (cause) {
      setProblem(problemOf(cause));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("forget.title")} onClose={onClose}>
      <p>{t("forget.text")}</p>
      {plan === null && problem === null && <Bones count={2} />}
      {plan && (
        <>
          <Erased title={t("forget.items", { count: plan.items_total })} lines={plan.items} />
          {plan.quoting_total > 0 && <Erased title={t("forget.quoting", { count: plan.quoting_total })} lines={plan.quoting} />}
          <Impact cascade={plan.cascade} judged={[target.id]} when="before" />
          <label className="choice">
            <input type="checkbox" checked={isSure} onChange={() => setSure(!isSure)} />
            {t("forget.sure")}
          </label>
        </>
      )}
      {problem && <Trouble problem={problem} retry={null} />}
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button
          type="button"
          className="button button-first button-danger"
          aria-disabled={!plan || !isSure || isBusy}
          onClick={() => void forget()}
        >
          {t("forget.do")}
        </button>
      </div>
    </Dialog>
  );
}

/** More lines say no more than their number. */
const shownMax = 8;

function Erased({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <section className="impact">
      <p className="impact-sum">{title}</p>
      <ul className="impact-list">
        {lines.slice(0, shownMax).map(({ id, sentence }) => (
          <li key={id}>
            <Words text={sentence} max={160} />
          </li>
        ))}
      </ul>
    </section>
  );
}
