/** Every planted bug, and how one is hunted: history after history until a check notices. */
import { production } from "../build.ts";
import { runHistory } from "../history.ts";
import { makeScript } from "../make-script.ts";
import type { Canary } from "./canary.ts";
import { admissionCanaries } from "./in-admission.ts";
import { delegateCanaries } from "./in-delegation.ts";
import { messageCanaries } from "./in-messages.ts";
import { storeCanaries } from "./in-the-store.ts";

export const canaries: readonly Canary[] = [...storeCanaries, ...admissionCanaries, ...messageCanaries, ...delegateCanaries];

export interface Catch {
  readonly seed: number;
  readonly check: string;
  readonly what: string;
}

/** The first history from `seed` on in which the bug is noticed; null when none of `histories` notices. */
export async function hunt({ wraps, delegate = false }: Canary, seed: number, histories: number): Promise<Catch | null> {
  for (let at = seed; at < seed + histories; at++) {
    const { findings } = await runHistory(makeScript(at, { delegate }), { build: { ...production, ...wraps } });
    const [first] = findings;
    if (first) return { seed: at, ...first };
  }
  return null;
}

/** All of them, within 500 histories each. True when every one was caught by a check that should. */
export async function huntAll(seed: number): Promise<boolean> {
  let all = true;
  for (const canary of canaries) {
    const found = await hunt(canary, seed, 500);
    const ok = found !== null && canary.caughtBy.includes(found.check);
    all &&= ok;
    const where = found ? `history ${found.seed - seed + 1} (seed ${found.seed}), by ${found.check}` : "NOT within 500 histories";
    console.log(`${ok ? "caught" : "FAILED"}: ${canary.name}: ${where}`);
  }
  return all;
}
