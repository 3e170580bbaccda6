/** A list of any length in the flow of the page: items near the screen exist, the rest is height. */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { t } from "../strings/text.ts";
import "../style/list.css";

export interface VirtualListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  /** False while there may be more than `items`. */
  readonly isDone: boolean;
  readonly keyOf: (item: Item) => string;
  /** Height of a usual item, px: what is not measured yet is taken to be so high. */
  readonly estimate: number;
  /** Called when the end of `items` comes near. */
  readonly onEnd: () => void;
  readonly children: (item: Item) => ReactNode;
}

/** Items beyond the screen that exist, each way: a fast flick does not outrun them. */
const overscan = 8;
/** How many items before the end the next ones are asked for; of a short beginning, only once somebody scrolls. */
const ahead = (count: number) => Math.min(40, Math.floor(count / 4));

export function VirtualList<Item>({ label, items, isDone, keyOf, estimate, onEnd, children }: VirtualListProps<Item>) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    if (element) setTop(element.getBoundingClientRect().top + scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan,
    scrollMargin: top,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!isDone && last >= items.length - ahead(items.length)) onEnd();
  }, [last, items.length, isDone, onEnd]);
  return (
    <>
      <ul className="virtual" ref={list} aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ key, index, start }) => {
          const item = items[index];
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={isDone ? items.length : -1}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start - top}px)` }}
            >
              {item !== undefined && children(item)}
            </li>
          );
        })}
      </ul>
      {!isDone && <p className="quiet small list-more">{t("list.more")}</p>}
    </>
  );
}
