/** Right or wrong, from a list. "Wrong" asks first, since other claims may fall with it. */
import { useState } from "react";
import type { Claim } from "../api/contract.ts";
import { Icon } from "../shell/icon.tsx";
import { t } from "../strings/text.ts";
import { judgeAndTell } from "./judge.ts";
import { RefuteDialog } from "./refute-dialog.tsx";

export function QuickJudge({ claim }: { readonly claim: Claim }) {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await judgeAndTell({ kind: "confirm", targets: [claim.id] });
    setBusy(false);
  };
  return (
    <div className="row">
      <button
        type="button"
        className="button button-small"
        aria-disabled={isBusy}
        aria-label={t("judge.confirm.of", { claim: claim.sentence })}
        onClick={() => !isBusy && void confirm()}
      >
        <Icon name="check" />
        {t("judge.confirm")}
      </button>
      <button
        type="button"
        className="button button-small"
        aria-label={t("judge.refute.of", { claim: claim.sentence })}
        onClick={() => setAsking(true)}
      >
        <Icon name="cross" />
        {t("judge.refute")}
      </button>
      {isAsking && <RefuteDialog claim={claim} onClose={() => setAsking(false)} />}
    </div>
  );
}
