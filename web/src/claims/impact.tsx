/** What a judgement would do to other claims, or did: a count in a sentence, then each of them. */
import type { Cascade } from "../api/contract.ts";
import { t } from "../strings/text.ts";
import { Words } from "../words/words.tsx";
import { StatusTag } from "./status-tag.tsx";
import "../style/judge.css";

export interface ImpactProps {
  readonly cascade: Cascade;
  /** Claims that were judged themselves: they are no consequence. */
  readonly judged: readonly string[];
  /** Before or after a judgement, or before the removal of a device. */
  readonly when: "before" | "after" | "removal";
}

export function Impact({ cascade: { changes, falls, rises, total }, judged, when }: ImpactProps) {
  const others = changes.filter(({ id }) => !judged.includes(id));
  const isQuiet = falls === 0 && rises === 0;
  return (
    <section className="impact" aria-live="polite">
      <p className="impact-sum">
        {isQuiet && t(`impact.${when}.nothing`)}
        {falls > 0 && t(`impact.${when}.falls`, { count: falls })} {rises > 0 && t(`impact.${when}.rises`, { count: rises })}
      </p>
      {others.length > 0 && (
        <ul className="impact-list">
          {others.map(({ id, sentence, before, after }) => (
            <li key={id}>
              <Words text={sentence} max={160} />
              <span className="row">
                {before !== null && before !== after && <StatusTag status={before} active />}
                {before !== null && before !== after && <span aria-hidden="true">→</span>}
                <StatusTag status={after} active />
              </span>
            </li>
          ))}
        </ul>
      )}
      {total > changes.length && <p className="quiet small">{t("impact.more", { count: total - changes.length })}</p>}
    </section>
  );
}
