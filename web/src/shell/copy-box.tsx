/** Text to be carried elsewhere, as an invitation: to see, to mark, and to copy with one press. */
import { useState } from "react";
import { t } from "../strings/text.ts";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.ts";

export function CopyBox({ label, text }: { readonly label: string; readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      toast(t("copy.done"));
    } catch {
      toast(t("copy.failed"));
    }
  };
  return (
    <div className="copy">
      <p className="field-label">{label}</p>
      <div className="copy-row">
        <textarea className="input" aria-label={label} readOnly rows={3} value={text} onFocus={({ target }) => target.select()} />
        <button type="button" className="button" onClick={() => void copy()}>
          {isCopied && <Icon name="check" />}
          {isCopied ? t("copy.again") : t("copy")}
        </button>
      </div>
    </div>
  );
}
