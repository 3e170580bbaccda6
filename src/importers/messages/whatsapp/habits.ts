import { textLines } from "../text-lines.ts";
import { DayOrderFinder, type DayReading } from "./day-order.ts";
import { senderOf } from "./entry.ts";
import { type LineHead, readLineHead } from "./line-head.ts";

/** How one export writes: what only the whole file tells. */
export interface Habits {
  /** Of most heads. A head of another shape is part of what somebody said. Undefined when there is none. */
  readonly shape: string | undefined;
  /** Heads of that shape. */
  readonly heads: number;
  readonly days: DayReading;
  readonly isSender: (name: string) => boolean;
}

interface ShapeHabits {
  heads: number;
  readonly days: DayOrderFinder;
  readonly senders: Set<string>;
}

export function habitsOf(text: string): Habits {
  const shapes = new Map<string, ShapeHabits>();
  for (const { line } of textLines(text)) {
    const head = readLineHead(line);
    if (head !== null) add(shapes, head, line);
  }
  let most: [string | undefined, ShapeHabits] = [undefined, noHabits()];
  for (const [shape, habits] of shapes) if (habits.heads > most[1].heads) most = [shape, habits];
  const [shape, { heads, days, senders }] = most;
  return { shape, heads, days: days.reading(), isSender: (name) => senders.has(name) };
}

function add(shapes: Map<string, ShapeHabits>, head: LineHead, line: string): void {
  const habits = shapes.get(head.shape) ?? noHabits();
  shapes.set(head.shape, habits);
  habits.heads += 1;
  habits.days.add(head);
  const sender = senderOf(line.slice(head.end));
  if (sender !== undefined) habits.senders.add(sender);
}

function noHabits(): ShapeHabits {
  return { heads: 0, days: new DayOrderFinder(), senders: new Set() };
}
