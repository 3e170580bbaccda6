/** "Not true": with a reason if one likes, and what falls with it before it happens. */
import { useState } from "react";
import { t } from "../strings/text.ts";
import { Judging } from "./judging.tsx";

export interface RefuteDialogProps {
  readonly claim: { readonly id: string; readonly sentence: string };
  readonly onClose: () => void;
}

export function RefuteDialog({ claim, onClose }: RefuteDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <Judging
      kind="refute"
      claim={claim}
      onClose={onClose}
      request={{ kind: "refute", targets: [claim.id], ...(reason.trim() === "" ? {} : { reason: reason.trim() }) }}
    >
      <p className="field">
        <label htmlFor="refute-reason">{t("judge.reason")}</label>
        <input
          id="refute-reason"
          className="input"
          value={reason}
          maxLength={10_000}
          placeholder={t("judge.reason.hint")}
          onChange={({ target }) => setReason(target.value)}
        />
      </p>
    </Judging>
  );
}
