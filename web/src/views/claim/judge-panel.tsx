/** Everything one can say of a claim: right, wrong, otherwise, and that it be forgotten. */
import { useState } from "react";
import type { WholeClaim } from "../../api/contract.ts";
import { CorrectDialog } from "../../claims/correct-dialog.tsx";
import { ForgetDialog } from "../../claims/forget-dialog.tsx";
import { judgeAndTell } from "../../claims/judge.ts";
import { RefuteDialog } from "../../claims/refute-dialog.tsx";
import { Icon } from "../../shell/icon.tsx";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { t } from "../../strings/text.ts";

type Asking = "refute" | "correct" | "forget" | null;

export function JudgePanel({ claim }: { readonly claim: WholeClaim }) {
  const [asking, setAsking] = useState<Asking>(null);
  const isConfirmed = claim.judgements.some(({ kind }) => kind === "endorsed");
  const isOpen = claim.status === "active" || claim.status === "superseded" || claim.status === "proposed";
  const close = () => setAsking(null);
  const whileOpen = { c: () => void judgeAndTell({ kind: "confirm", targets: [claim.id] }), x: () => setAsking("refute") };
  useShortcuts({ u: () => history.back(), ...(isOpen ? whileOpen : {}) });
  return (
    <section className="judge" aria-labelledby="your-word">
      <h2 className="unseen" id="your-word">
        {t("judge.title")}
      </h2>
      {isOpen && !isConfirmed && (
        <button type="button" className="button button-first" onClick={() => void judgeAndTell({ kind: "confirm", targets: [claim.id] })}>
          <Icon name="check" />
          {t("judge.confirm")}
        </button>
      )}
      {isOpen && (
        <>
          <button type="button" className="button" onClick={() => setAsking("refute")}>
            <Icon name="cross" />
            {t("judge.refute")}
          </button>
          <button type="button" className="button" onClick={() => setAsking("correct")}>
            <Icon name="pencil" />
            {t("judge.correct")}
          </button>
        </>
      )}
      {claim.status !== "redacted" && (
        <button type="button" className="button button-danger" onClick={() => setAsking("forget")}>
          <Icon name="eraser" />
          {t("judge.forget")}
        </button>
      )}
      {asking === "refute" && <RefuteDialog claim={claim} onClose={close} />}
      {asking === "correct" && <CorrectDialog claim={claim} onClose={close} />}
      {asking === "forget" && <ForgetDialog target={claim} onClose={close} />}
    </section>
  );
}
