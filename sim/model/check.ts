/** Runs all properties over every history within bounds, and counts them. */

import { type Bounds, everyHistory } from "./enumerate.ts";
import { coreAgrees, coreRefuses, decidedOnce, rankDecides, redactionHolds, rootIsNeverContested, told } from "./properties.ts";
import type { Act } from "./rules.ts";

export interface Counted {
  readonly histories: number;
  readonly refusals: number;
}

const added = (key: number): Act => ({ do: "add", key, role: "full" });

/** From the founding on; with two devices that are there; and with what two devices write and redact. */
export function boundsOf(size: "small" | "large"): Readonly<Record<string, Bounds>> {
  const more = size === "large" ? 1 : 0;
  const devices = 3;
  return {
    "from the founding on": { start: [], free: 3 + more, devices, roles: ["full", "ingest"], acts: ["add", "remove", "write"] },
    "with two devices": { start: [added(1), added(2)], free: 2 + more, devices, roles: ["full"], acts: ["add", "remove", "write"] },
    "with removals alone": {
      start: [added(1), added(2), added(3)],
      free: 1 + more,
      devices,
      roles: [],
      acts: ["remove", "write"],
    },
    "with redactions": { start: [added(1), added(2)], free: 2 + more, devices: 2, roles: [], acts: ["remove", "write", "redact"] },
  };
}

export async function checkBounds(bounds: Bounds): Promise<Counted> {
  let histories = 0;
  let refusals = 0;
  await everyHistory(bounds, {
    async history(log) {
      histories++;
      try {
        decidedOnce(log);
        rootIsNeverContested(log);
        rankDecides(log);
        coreAgrees(log);
        await redactionHolds(log);
      } catch (error) {
        throw new Error(`this history breaks a rule:\n${told(log)}`, { cause: error });
      }
    },
    refused(log, op, step) {
      refusals++;
      try {
        coreRefuses(log, op, step);
      } catch (error) {
        throw new Error(`the last of these should be refused at ${step}:\n${told([...log, op])}`, { cause: error });
      }
    },
  });
  return { histories, refusals };
}
