/** What `sync` shows while it runs: counts, bytes, and how long it will still take, when that can be said. */
import type { SyncProgress } from "../core/sync/effects.ts";

export interface ShownProgress {
  readonly text: string;
  /** Of all that is known to be moved; null when that is not known. */
  readonly share: number | null;
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

/**
 * Estimates from the pace of the last seconds, not of the whole: a sync goes slower when its operations are larger, and
 * stands still in a tunnel. Nothing is estimated before there was something to measure.
 */
export class SyncPace {
  readonly #samples: Sample[] = [];

  /** `bytes` went over the wire by now; `now` in milliseconds. */
  show({ pulled, pushed, toPull, toPush, payloads }: SyncProgress, bytes: number, now: number): ShownProgress {
    const done = pulled + pushed;
    const all = Math.max(toPull ?? 0, pulled) + Math.max(toPush ?? 0, pushed);
    const left = all - done;
    const ms = this.#remaining({ at: now, done }, left);
    const of = toPull === null || toPull < pulled ? "" : ` of ${count(toPull)}`;
    const parts = [
      `pulled ${count(pulled)}${of}`,
      `pushed ${count(pushed)}`,
      ...(payloads > 0 ? [`${count(payloads)} payloads`] : []),
      inBytes(bytes),
      ...(ms === null ? [] : [`about ${inTime(ms)} left`]),
    ];
    return { text: parts.join(", "), share: all > 0 && (toPull !== null || toPush !== null) ? done / all : null };
  }

  #remaining(sample: Sample, left: number): number | null {
    const samples = this.#samples;
    samples.push(sample);
    while (samples.length > 2 && sample.at - (samples[1]?.at ?? 0) >= windowMs) samples.shift();
    const first = samples[0] as Sample;
    const [ms, moved] = [sample.at - first.at, sample.done - first.done];
    return left > 0 && moved > 0 && ms >= measuredMs ? (left * ms) / moved : null;
  }
}

const windowMs = 10_000;
const measuredMs = 2_000;

function count(number: number): string {
  return number.toLocaleString("en");
}

function inBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/** Rounded as coarsely as it is known. */
function inTime(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds < 10 ? seconds : Math.round(seconds / 5) * 5} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
