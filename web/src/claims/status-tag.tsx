/** A claim's status in a word or two. An active claim has none: that is how it should be. */
import type { ClaimStatus } from "../api/contract.ts";
import { t } from "../strings/text.ts";

const tones: Readonly<Record<ClaimStatus, string>> = {
  active: "tag-good",
  proposed: "tag-attention",
  superseded: "",
  pending: "",
  contested: "tag-attention",
  refuted: "tag-danger",
  corrected: "",
  invalidated: "",
  redacted: "",
  void: "",
};

export function StatusTag({ status, active = false }: { readonly status: ClaimStatus; readonly active?: boolean }) {
  if (status === "active" && !active) return null;
  return (
    <span className={`tag ${tones[status]}`} title={t(`status.${status}.means`)}>
      {t(`status.${status}`)}
    </span>
  );
}
