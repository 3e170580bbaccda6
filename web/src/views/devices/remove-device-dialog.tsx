/** Removing a device: what happened to it, then what removing it would take away, and only then the doing. */
import { useEffect, useState } from "react";
import { ask, Problem } from "../../api/client.ts";
import type { Device, Removal, RemovalPreview, RemovalReason, Removed } from "../../api/contract.ts";
import { Bones } from "../../shell/bones.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { toast } from "../../shell/toast.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import { deviceName } from "./device-name.ts";
import { RemovalPlan } from "./removal-plan.tsx";

const reasons: readonly RemovalReason[] = ["retired", "lost", "stolen"];

export function RemoveDeviceDialog({ device, onClose }: { readonly device: Device; readonly onClose: () => void }) {
  const [reason, setReason] = useState<RemovalReason | null>(null);
  const [since, setSince] = useState("");
  const [isNever, setNever] = useState(false);
  const { send, isBusy, problem } = useSubmit<Removed>();
  const path = `/devices/${encodeURIComponent(device.key)}/removal`;
  const wish = wishOf(reason, since, isNever);
  const plan = usePlan(path, wish);
  const isShown = plan !== null && !(plan instanceof Problem);
  const name = deviceName(device);
  const remove = async () => {
    if (!isShown || wish === null || (await send(path, wish)) === null) return;
    toast(t("remove.done", { name }));
    onClose();
  };
  return (
    <Dialog title={t("remove.title", { name })} onClose={onClose}>
      <p>{t("remove.text")}</p>
      <fieldset className="stack stack-tight">
        <legend className="field-label">{t("remove.reason")}</legend>
        {reasons.map((each) => (
          <label className="choice" key={each}>
            <input type="radio" name="reason" checked={reason === each} onChange={() => setReason(each)} />
            {t(`remove.reason.${each}`)}
          </label>
        ))}
      </fieldset>
      {reason === "stolen" && (
        <div className="stack stack-tight">
          {!isNever && (
            <label className="field">
              <span className="field-label">{t("remove.since")}</span>
              <input className="input" type="datetime-local" value={since} onChange={({ target }) => setSince(target.value)} />
            </label>
          )}
          <label className="choice">
            <input type="checkbox" checked={isNever} onChange={() => setNever(!isNever)} />
            {t("remove.never")}
          </label>
        </div>
      )}
      {wish !== null && <Plan plan={plan} />}
      {problem && <Trouble problem={problem} retry={null} />}
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button
          type="button"
          className="button button-first button-danger"
          aria-disabled={isBusy || !isShown}
          onClick={() => void remove()}
        >
          {t("device.remove")}
        </button>
      </div>
    </Dialog>
  );
}

function Plan({ plan }: { readonly plan: RemovalPreview | Problem | null }) {
  if (plan === null) return <Bones count={1} />;
  return plan instanceof Problem ? <Trouble problem={plan} retry={null} /> : <RemovalPlan plan={plan} />;
}

/** What is asked for; null while something is still to be said. */
function wishOf(reason: RemovalReason | null, since: string, isNever: boolean): Removal | null {
  if (reason === null) return null;
  if (reason !== "stolen") return { reason };
  if (isNever) return { reason, last: "none" };
  const at = Date.parse(since);
  return Number.isNaN(at) ? null : { reason, since: at };
}

interface Foreseen {
  readonly of: string;
  readonly plan: RemovalPreview | Problem;
}

/** What the node foresees of this very wish: null while that is on its way, or nothing is asked for. */
function usePlan(path: string, wish: Removal | null): RemovalPreview | Problem | null {
  const [foreseen, setForeseen] = useState<Foreseen | null>(null);
  const body = JSON.stringify(wish);
  useEffect(() => {
    if (body === "null") return;
    const abort = new AbortController();
    const tell = (plan: RemovalPreview | Problem) => !abort.signal.aborted && setForeseen({ of: body, plan });
    ask<RemovalPreview>(`${path}/preview`, { method: "POST", body: JSON.parse(body), signal: abort.signal })
      .then(tell)
      .catch((cause) => tell(cause instanceof Problem ? cause : new Problem("internal", 0, String(cause))));
    return () => abort.abort();
  }, [path, body]);
  return foreseen?.of === body ? foreseen.plan : null;
}
