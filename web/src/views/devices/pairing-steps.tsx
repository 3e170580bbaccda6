/** Pairing: a code is shown here and typed there; then both show three words, and the person says whether they are the same. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ask } from "../../api/client.ts";
import type { Pairing } from "../../api/contract.ts";
import { onLive } from "../../api/live.ts";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { say, t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";
import { QrCode } from "./qr-code.tsx";

export function PairingSteps({ onByHand, onClose }: { readonly onByHand: () => void; readonly onClose: () => void }) {
  const { send, isBusy, problem, answer } = useSubmit<Pairing>();
  const [told, setTold] = useState<Pairing | null>(null);
  const id = answer?.id;
  const pairing = told !== null && told.id === id ? told : answer;
  useEffect(() => onLive((event) => event.name === "pairing" && setTold(event.data.pairing)), []);
  const open = pairing?.state === "waiting" || pairing?.state === "asking" ? pairing.id : null;
  useEndOnLeaving(open);
  const begin = () => void send("/pairings", {});
  const confirm = (same: boolean) => void send(`/pairings/${id}/confirmation`, { same });
  const trouble = problem && <Trouble problem={problem} retry={null} />;
  if (pairing === null)
    return (
      <Step
        trouble={trouble}
        actions={
          <>
            <button type="button" className="button" onClick={onByHand}>
              {t("pair.by-hand")}
            </button>
            <button type="button" className="button button-first" aria-disabled={isBusy} onClick={begin}>
              {t("pair.begin")}
            </button>
          </>
        }
      >
        <p>{t("pair.text")}</p>
      </Step>
    );
  if (pairing.state === "waiting") return <Code pairing={pairing} trouble={trouble} onEnd={onClose} />;
  if (pairing.state === "asking" && pairing.asking)
    return <Asking asking={pairing.asking} trouble={trouble} isBusy={isBusy} onAnswer={confirm} />;
  const state = pairing.state === "asking" ? "adding" : pairing.state;
  const isAdded = pairing.state === "adding" || pairing.state === "done";
  return (
    <Step
      trouble={trouble}
      actions={
        <>
          {!isAdded && (
            <button type="button" className="button" onClick={begin}>
              {t("pair.again")}
            </button>
          )}
          <button type="button" className="button button-first" onClick={onClose}>
            {t("dialog.done")}
          </button>
        </>
      }
    >
      <p>{t(`pair.${state}`)}</p>
      {pairing.why !== "" && (
        <p className="quiet">
          <Words text={pairing.why} max={200} />
        </p>
      )}
    </Step>
  );
}

interface AskingProps {
  readonly asking: NonNullable<Pairing["asking"]>;
  readonly trouble: ReactNode;
  readonly isBusy: boolean;
  readonly onAnswer: (same: boolean) => void;
}

function Asking({ asking: { name, words }, trouble, isBusy, onAnswer }: AskingProps) {
  return (
    <Step
      trouble={trouble}
      actions={
        <>
          <button type="button" className="button button-danger" aria-disabled={isBusy} onClick={() => onAnswer(false)}>
            {t("pair.differ")}
          </button>
          <button type="button" className="button button-first" aria-disabled={isBusy} onClick={() => onAnswer(true)}>
            {t("pair.same")}
          </button>
        </>
      }
    >
      <p>{say("pair.asking", { name: <Words text={name} max={60} /> })}</p>
      <p className="pair-words">{words.join(" · ")}</p>
    </Step>
  );
}

/** A code that nobody looks at any more is ended: it is as good as a key while it is open. */
function useEndOnLeaving(id: string | null): void {
  const last = useRef(id);
  useEffect(() => {
    last.current = id;
  }, [id]);
  useEffect(
    () => () => {
      if (last.current !== null) ask(`/pairings/${last.current}`, { method: "DELETE" }).catch(() => {}); // it ends by itself, too
    },
    [],
  );
}

function Code({ pairing: { qr, digits, url, announced, expires_at }, trouble, onEnd }: CodeProps) {
  return (
    <Step
      trouble={trouble}
      actions={
        <button type="button" className="button" onClick={onEnd}>
          {t("dialog.cancel")}
        </button>
      }
    >
      <div className="pair">
        <QrCode rows={qr} />
        <div className="stack stack-tight">
          <p>{t("pair.there")}</p>
          <p>
            <code>{announced ? `fablepool join ${digits}` : `fablepool join ${digits} --url ${url}`}</code>
          </p>
          <p className="pair-digits">{digits}</p>
          <p className="quiet small">{say("pair.until", { when: <Moment at={expires_at} /> })}</p>
        </div>
      </div>
    </Step>
  );
}

interface CodeProps {
  readonly pairing: Pairing;
  readonly trouble: ReactNode;
  readonly onEnd: () => void;
}

function Step({ children, trouble, actions }: { readonly children: ReactNode; readonly trouble: ReactNode; readonly actions: ReactNode }) {
  return (
    <div className="stack" aria-live="polite">
      {children}
      {trouble}
      <div className="actions">{actions}</div>
    </div>
  );
}
