/** Taking a grant back: what that does, and what it cannot do. */
import { useState } from "react";
import type { RevokedGrant, WholeGrant } from "../../api/contract.ts";
import { Dialog } from "../../shell/dialog.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { toast } from "../../shell/toast.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import { spanText } from "../../words/time.ts";
import { granteeName } from "./grantee-name.ts";

export function RevokeDialog({ grant, onClose }: { readonly grant: WholeGrant; readonly onClose: () => void }) {
  const [why, setWhy] = useState("");
  const { send, isBusy, problem } = useSubmit<RevokedGrant>();
  const name = granteeName(grant);
  const revoke = async () => {
    const done = await send(`/grants/${grant.grant}/revocation`, why.trim() === "" ? {} : { why: why.trim() });
    if (!done) return;
    toast(t("revoke.done", { name }));
    onClose();
  };
  return (
    <Dialog title={t("revoke.title", { name })} onClose={onClose}>
      <p>{t("revoke.text", { count: grant.shows_total, within: spanText(grant.terms?.purgeMs ?? 0) })}</p>
      <p className="quiet">{t("revoke.honest")}</p>
      <p className="field">
        <label htmlFor="revoke-why">{t("revoke.why")}</label>
        <input id="revoke-why" className="input" value={why} maxLength={2_000} onChange={({ target }) => setWhy(target.value)} />
      </p>
      {problem && <Trouble problem={problem} retry={null} />}
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button type="button" className="button button-first button-danger" aria-disabled={isBusy} onClick={() => void revoke()}>
          {t("grant.revoke")}
        </button>
      </div>
    </Dialog>
  );
}
