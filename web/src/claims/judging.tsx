/** The two steps that every judgement with consequences has: what it would do, then what it did. */
import { type ReactNode, useEffect, useState } from "react";
import { useAnswer } from "../api/answers.ts";
import { Problem } from "../api/client.ts";
import type { Impact as ImpactAnswer, Judged, JudgementRequest } from "../api/contract.ts";
import { Bones } from "../shell/bones.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { Trouble } from "../shell/trouble.tsx";
import { t } from "../strings/text.ts";
import { Words } from "../words/words.tsx";
import { Impact } from "./impact.tsx";
import { judge, tellJudged, undo } from "./judge.ts";

export interface JudgingProps {
  readonly kind: "refute" | "correct";
  readonly claim: { readonly id: string; readonly sentence: string };
  /** Null while what was filled in makes no judgement yet. */
  readonly request: JudgementRequest | null;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function Judging({ kind, claim, request, children, onClose }: JudgingProps) {
  const impact = useAnswer<ImpactAnswer>(`/claims/${claim.id}/impact?judgement=${kind}`);
  const [judged, setJudged] = useState<Judged | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const give = async () => {
    if (request === null || isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      const result = await judge(request);
      if (result.falls + result.rises > 0) return setJudged(result);
      tellJudged(result);
      onClose();
    } catch (cause) {
      setProblem(cause instanceof Problem ? cause : new Problem("internal", 0, String(cause)));
    } finally {
      setBusy(false);
    }
  };
  if (judged) return <AfterJudging judged={judged} claim={claim} onClose={onClose} />;
  return (
    <Dialog title={t(`judge.${kind}.title`)} onClose={onClose}>
      <blockquote className="judged-claim">
        <Words text={claim.sentence} />
      </blockquote>
      {children}
      {impact.value ? (
        <Impact cascade={impact.value} judged={[claim.id]} when="before" />
      ) : impact.problem ? (
        <Trouble problem={impact.problem} retry={null} />
      ) : (
        <Bones count={1} />
      )}
      {problem && <Trouble problem={problem} retry={null} />}
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button
          type="button"
          className={`button button-first ${kind === "refute" ? "button-danger" : ""}`}
          aria-disabled={request === null || isBusy}
          onClick={() => void give()}
        >
          {t(`judge.${kind}.do`)}
        </button>
      </div>
    </Dialog>
  );
}

function AfterJudging({
  judged,
  claim,
  onClose,
}: {
  readonly judged: Judged;
  readonly claim: JudgingProps["claim"];
  readonly onClose: () => void;
}) {
  const [done, setDone] = useState<HTMLButtonElement | null>(null);
  useEffect(() => done?.focus(), [done]);
  return (
    <Dialog title={t(`judged.${judged.kind}`)} onClose={onClose}>
      <blockquote className="judged-claim">
        <Words text={claim.sentence} />
      </blockquote>
      <Impact cascade={judged} judged={judged.targets} when="after" />
      <div className="actions">
        <button
          type="button"
          className="button"
          onClick={() => {
            void undo(judged.op);
            onClose();
          }}
        >
          {t("judge.undo")}
        </button>
        <button type="button" className="button button-first" ref={setDone} onClick={onClose}>
          {t("dialog.done")}
        </button>
      </div>
    </Dialog>
  );
}
