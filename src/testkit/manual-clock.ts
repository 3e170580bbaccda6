/** A clock that only moves when a test says so. */
import type { Clock } from "../core/ports.ts";

export interface ManualClock {
  readonly now: Clock;
  /** Moves forward, or back by a negative number; returns the new time. */
  advance(ms: number): number;
}

/** Starts at the protocol page's example time, 2026-09-21. */
export function manualClock(start = 1_790_000_000_000): ManualClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
      return time;
    },
  };
}
