/** A derivation as a picture: the claim on the left, what it rests on to the right, down to the sources. One tab stop; arrows move. */
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Why } from "../../api/contract.ts";
import { kindIcon } from "../../claims/kinds.ts";
import { Icon } from "../../shell/icon.tsx";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { visible } from "../../words/visible.ts";
import { sourceTitle } from "./source-title.ts";
import { type Box, boxSize, layOut } from "./why-layout.ts";
import "../../style/graph.css";

export interface WhyGraphProps {
  readonly why: Why;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** Room around the boxes for their outlines, px. */
const margin = 4;

export function WhyGraph({ why, chosen, onChoose }: WhyGraphProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { boxes, links, width, height } = useMemo(() => layOut(why, opened), [why, opened]);
  const picture = useRef<HTMLDivElement>(null);
  // The claim stands in the middle of what it rests on: that is where one begins to look.
  useLayoutEffect(() => {
    const frame = picture.current;
    if (frame) frame.scrollTop = (frame.scrollHeight - frame.clientHeight) / 2;
  }, []);
  const choose = (box: Box) => {
    if (box.node) return onChoose(box.id);
    setOpened(new Set([...opened, box.id]));
  };
  const move = (event: KeyboardEvent, box: Box) => {
    const next = neighbour(boxes, box, event.key);
    if (!next) return;
    event.preventDefault();
    picture.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(next.id)}"]`)?.focus();
    if (next.node) onChoose(next.id);
  };
  return (
    <div className="graph" ref={picture} data-keys>
      <svg
        role="group"
        aria-label={t("why.picture")}
        width={width + 2 * margin}
        height={height + 2 * margin}
        viewBox={`${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`}
      >
        {links.map(({ from, to, path }) => (
          <path key={`${from} ${to}`} className={from === chosen || to === chosen ? "link link-near" : "link"} d={path} />
        ))}
        {boxes.map((box) => (
          <foreignObject key={box.id} x={box.x} y={box.y} width={boxSize.width} height={boxSize.height}>
            <GraphBox box={box} isChosen={box.id === chosen} onPress={() => choose(box)} onKey={(event) => move(event, box)} />
          </foreignObject>
        ))}
      </svg>
    </div>
  );
}

interface GraphBoxProps {
  readonly box: Box;
  readonly isChosen: boolean;
  readonly onPress: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

function GraphBox({ box: { id, node, count }, isChosen, onPress, onKey }: GraphBoxProps) {
  return (
    <button
      type="button"
      className={`box box-${node?.type === "claim" ? "claim" : node ? "evidence" : "more"} ${isOff(node?.status) ? "box-off" : ""}`}
      data-box={id}
      tabIndex={isChosen || node === null ? 0 : -1}
      aria-pressed={node ? isChosen : undefined}
      onClick={onPress}
      onKeyDown={onKey}
    >
      {node ? (
        <>
          <span className="box-kind">
            <Icon name={node.type === "claim" ? "spark" : kindIcon(node.kind)} />
            {labelOf(node)}
          </span>
          <bdi className="box-words">{visible(sourceTitle(node), 120)}</bdi>
        </>
      ) : (
        <span className="box-words">{t("why.more", { count })}</span>
      )}
    </button>
  );
}

const isOff = (status: string | undefined) => status !== undefined && status !== "active" && status !== "holds" && status !== "superseded";

function labelOf({ type, confidence, when }: NonNullable<Box["node"]>): string {
  if (type === "missing") return t("why.missing");
  if (type !== "claim") return when === null ? t("why.source") : dayText(when);
  return confidence === null ? t("why.claim") : t("certainty.percent", { percent: Math.round(confidence * 100) });
}

/** The box that an arrow key leads to: the nearest one that way. */
function neighbour(boxes: readonly Box[], { id, column, y }: Box, key: string): Box | undefined {
  const there = (wanted: (box: Box) => boolean) =>
    boxes.filter((box) => box.id !== id && wanted(box)).toSorted((left, right) => Math.abs(left.y - y) - Math.abs(right.y - y))[0];
  if (key === "ArrowRight") return there((box) => box.column === column + 1);
  if (key === "ArrowLeft") return there((box) => box.column === column - 1);
  if (key === "ArrowDown") return there((box) => box.column === column && box.y > y);
  if (key === "ArrowUp") return there((box) => box.column === column && box.y < y);
  return undefined;
}
