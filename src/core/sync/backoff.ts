/** When to try again after a connection failed: later each time, and never all devices at the same instant. */
import { limits } from "../limits.ts";

/**
 * Milliseconds before attempt number `attempt` (0 is the first after a failure). The ceiling doubles from
 * `limits.backoffFirstMs` to `limits.backoffMaxMs`; `share`, a random number in [0, 1), takes between half of it and all.
 */
export function backoffMs(attempt: number, share: number): number {
  const ceiling = Math.min(limits.backoffMaxMs, limits.backoffFirstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * share);
}
