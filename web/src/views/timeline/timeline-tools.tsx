/** What is shown of the timeline: how much of it, and of which sources. */
import type { Timeline } from "../../api/contract.ts";
import { kindName } from "../../claims/kinds.ts";
import { Icon } from "../../shell/icon.tsx";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { visible } from "../../words/visible.ts";
import { hueOf } from "./hue.ts";
import { moved, type Span, zoomed } from "./span.ts";

export interface TimelineToolsProps {
  readonly timeline: Timeline;
  readonly source: string;
  readonly isWhole: boolean;
  readonly onSpan: (span: Span | null) => void;
  readonly onSource: (source: string) => void;
}

export function TimelineTools({ timeline: { from, to, sources }, source, isWhole, onSpan, onSource }: TimelineToolsProps) {
  const span = { from, to };
  return (
    <div className="stack stack-tight">
      <div className="row spread">
        <p role="status">
          <strong>
            {dayText(from)} – {dayText(to - 1)}
          </strong>
        </p>
        <fieldset className="row timeline-buttons">
          <legend className="unseen">{t("timeline.zoom")}</legend>
          <button type="button" className="button button-icon" aria-label={t("timeline.earlier")} onClick={() => onSpan(moved(span, -0.5))}>
            <Icon name="back" />
          </button>
          <button type="button" className="button button-icon" aria-label={t("timeline.closer")} onClick={() => onSpan(zoomed(span, 0.5))}>
            +
          </button>
          <button type="button" className="button button-icon" aria-label={t("timeline.wider")} onClick={() => onSpan(zoomed(span, 2))}>
            −
          </button>
          <button type="button" className="button button-icon" aria-label={t("timeline.later")} onClick={() => onSpan(moved(span, 0.5))}>
            <Icon name="next" />
          </button>
          <button type="button" className="button" aria-disabled={isWhole} onClick={() => onSpan(null)}>
            {t("timeline.all")}
          </button>
        </fieldset>
      </div>
      <fieldset className="topics">
        <legend className="unseen">{t("timeline.sources")}</legend>
        {sources.map((each) => (
          <button
            type="button"
            key={each.source}
            className="chip"
            aria-pressed={source === each.source}
            onClick={() => onSource(source === each.source ? "" : each.source)}
          >
            <span className={`swatch hue-${hueOf(each.source)}`} aria-hidden="true" />
            {visible(kindName(each.source), 40)}
            <span className="quiet">{t("count", { count: each.count })}</span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}
