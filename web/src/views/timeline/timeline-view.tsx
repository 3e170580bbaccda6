/** Timeline: what the memory holds of which time, from decades down to days. */
import { useMemo } from "react";
import { useAnswer } from "../../api/answers.ts";
import { withQuery } from "../../api/client.ts";
import type { Timeline } from "../../api/contract.ts";
import { go, type Route, to } from "../../router/router.ts";
import { Loaded } from "../../shell/loaded.tsx";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { State } from "../../shell/state.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { EvidenceList } from "./evidence-list.tsx";
import { moved, rangeOf, type Span, zoomed } from "./span.ts";
import { TimelineChart } from "./timeline-chart.tsx";
import { TimelineTools } from "./timeline-tools.tsx";
import "../../style/timeline.css";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export default function TimelineView({ route: { query } }: { readonly route: Route }) {
  const span = useMemo(() => rangeOf(query), [query]);
  const source = query.get("source") ?? "";
  const timeline = useAnswer<Timeline>(withQuery("/timeline", { from: span?.from, to: span?.to, buckets: 60, zone }));
  const show = (next: Span | null, of: string = source) =>
    go(to("timeline", null, { from: next ? String(next.from) : "", to: next ? String(next.to) : "", source: of }), { replace: true });
  const shown = timeline.value;
  const whole = shown ? { from: shown.from, to: shown.to } : null;
  const change = (next: (shown: Span) => Span) => () => whole && show(next(whole));
  useShortcuts({
    "+": change((shown) => zoomed(shown, 0.5)),
    "-": change((shown) => zoomed(shown, 2)),
    "[": change((shown) => moved(shown, -0.5)),
    "]": change((shown) => moved(shown, 0.5)),
  });
  return (
    <>
      <ViewHead title={t("timeline.title")}>
        <p>{t("timeline.lead")}</p>
      </ViewHead>
      <Loaded answer={timeline} bones={3}>
        {(value) =>
          value.first === null && value.undated === 0 ? (
            <State icon="timeline" title={t("timeline.none")}>
              <p>{t("timeline.none.text")}</p>
              <a className="button button-first" href={to("import")}>
                {t("about.none.import")}
              </a>
            </State>
          ) : (
            <div className="stack">
              <TimelineTools timeline={value} source={source} isWhole={span === null} onSpan={show} onSource={(next) => show(span, next)} />
              <TimelineChart timeline={value} source={source} onSpan={show} />
              {value.undated > 0 && <p className="quiet small">{t("timeline.undated", { count: value.undated })}</p>}
              {source !== "claim" && <EvidenceList from={value.from} to={value.to} source={source} />}
            </div>
          )
        }
      </Loaded>
    </>
  );
}
