/** Counts over time as stacked bars. A bar opens its time; the wheel zooms, dragging moves. The same is said in a table for who reads it. */
import { type PointerEvent, useEffect, useRef } from "react";
import type { Timeline } from "../../api/contract.ts";
import { kindName } from "../../claims/kinds.ts";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { hueOf } from "./hue.ts";
import { moved, type Span, zoomed } from "./span.ts";
import { ticksOf, tickText } from "./ticks.ts";

export interface TimelineChartProps {
  readonly timeline: Timeline;
  readonly source: string;
  readonly onSpan: (span: Span) => void;
}

const size = { width: 960, height: 220, axis: 24 } as const;
/** A drag shorter than this is a press, px. */
const pressMax = 4;

export function TimelineChart({ timeline, source, onSpan }: TimelineChartProps) {
  const chart = useRef<SVGSVGElement>(null);
  const { from, to, buckets } = timeline;
  const most = Math.max(1, ...buckets.map((bucket) => countOf(bucket, source)));
  const drag = useDrag(timeline, onSpan);
  useWheel(chart, timeline, onSpan);
  const x = (at: number) => ((at - from) / (to - from)) * size.width;
  return (
    <div className="card timeline-card">
      <svg
        ref={chart}
        className="timeline"
        viewBox={`0 0 ${size.width} ${size.height + size.axis}`}
        preserveAspectRatio="none"
        role="group"
        aria-label={t("timeline.chart")}
        {...drag}
      >
        {buckets.map((bucket) => {
          const total = countOf(bucket, source);
          if (total === 0) return null;
          const label = t("timeline.bar", { from: dayText(bucket.from), to: dayText(bucket.to - 1), count: total });
          return (
            <g
              key={bucket.from}
              className="bar"
              role="button"
              tabIndex={0}
              aria-label={label}
              onClick={() => onSpan(around(bucket))}
              onKeyDown={(event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                onSpan(around(bucket));
              }}
            >
              <title>{label}</title>
              <rect className="bar-hit" x={x(bucket.from)} y="0" width={x(bucket.to) - x(bucket.from)} height={size.height} />
              {stackOf(bucket, source).map(({ kind, below, count }) => (
                <rect
                  key={kind}
                  className={`bar-part hue-${hueOf(kind)}`}
                  x={x(bucket.from) + 1}
                  width={Math.max(1, x(bucket.to) - x(bucket.from) - 2)}
                  y={size.height - ((below + count) / most) * (size.height - 8)}
                  height={(count / most) * (size.height - 8)}
                >
                  <title>{`${kindName(kind)}: ${count}`}</title>
                </rect>
              ))}
            </g>
          );
        })}
        <line className="timeline-base" x1="0" x2={size.width} y1={size.height} y2={size.height} />
      </svg>
      <div className="timeline-ticks" aria-hidden="true">
        {ticksOf(from, to).map((at) => (
          <span key={at} style={{ insetInlineStart: `${((at - from) / (to - from)) * 100}%` }}>
            {tickText(at, to - from)}
          </span>
        ))}
      </div>
    </div>
  );
}

type Bucket = Timeline["buckets"][number];

function countOf({ counts, total }: Bucket, source: string): number {
  return source === "" ? total : (counts[source] ?? 0);
}

function stackOf({ counts }: Bucket, source: string): { kind: string; below: number; count: number }[] {
  let below = 0;
  return Object.entries(counts)
    .filter(([kind]) => source === "" || kind === source)
    .toSorted(([left], [right]) => hueOf(left) - hueOf(right) || (left < right ? -1 : 1))
    .map(([kind, count]) => {
      below += count;
      return { kind, below: below - count, count };
    });
}

/** A bar's time, with what is beside it, so that one sees where it belongs. */
function around(bucket: Span): Span {
  return zoomed(bucket, 6);
}

function useDrag(span: Span, onSpan: (span: Span) => void) {
  const start = useRef<{ x: number; moved: boolean } | null>(null);
  return {
    onPointerDown: ({ clientX }: PointerEvent) => {
      start.current = { x: clientX, moved: false };
    },
    onPointerUp: ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
      const from = start.current;
      start.current = null;
      if (!from || Math.abs(clientX - from.x) <= pressMax) return;
      onSpan(moved(span, (from.x - clientX) / currentTarget.getBoundingClientRect().width));
    },
    onClickCapture: (event: { clientX: number; stopPropagation: () => void }) => {
      if (start.current !== null && Math.abs(event.clientX - start.current.x) > pressMax) event.stopPropagation();
    },
  };
}

/** With Ctrl, or by pinching: the wheel alone scrolls the page. React's own handler could not stop the browser's zoom. */
function useWheel(chart: { readonly current: SVGSVGElement | null }, span: Span, onSpan: (span: Span) => void): void {
  useEffect(() => {
    const element = chart.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      onSpan(zoomed(span, event.deltaY > 0 ? 1.4 : 1 / 1.4, (event.clientX - box.left) / box.width));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [chart, span, onSpan]);
}
