/** How sure the memory is: a number for who reads numbers, words for who does not. */
import { t } from "../strings/text.ts";
import "../style/claim.css";

/** Where one word for it ends and the next begins. */
function wordOf(confidence: number) {
  if (confidence >= 0.95) return t("certainty.certain");
  if (confidence >= 0.8) return t("certainty.sure");
  if (confidence >= 0.6) return t("certainty.likely");
  return t("certainty.maybe");
}

export function Certainty({ confidence }: { readonly confidence: number }) {
  const percent = Math.round(confidence * 100);
  return (
    <span className="certainty" title={wordOf(confidence)}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle className="certainty-all" cx="10" cy="10" r="7.5" />
        <circle className="certainty-part" cx="10" cy="10" r="7.5" pathLength="100" strokeDasharray={`${percent} 100`} />
      </svg>
      {t("certainty.percent", { percent })}
    </span>
  );
}
