/** A hub's process as its observing parts see it, with its log in a list. */
import { randomBytes } from "node:crypto";
import type { OpId } from "../../../src/core/op/operation.ts";
import { type Observe, openObserve } from "../../../src/hub/observe/index.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";

export interface ObservedProcess extends Disposable {
  readonly observe: Observe;
  readonly lines: string[];
}

export function observedProcess({ trustTraceparent = false } = {}): ObservedProcess {
  const lines: string[] = [];
  const observe = openObserve({
    log: { level: "debug", process: "one", write: (line) => void lines.push(line) },
    metrics: { openPools: () => 3, liveConnections: () => 2, isNewsConnected: () => true },
    crypto: nativeCrypto,
    random: (length) => new Uint8Array(randomBytes(length)),
    trustTraceparent,
  });
  return { observe, lines, [Symbol.dispose]: () => observe.close() };
}

/** The first column of the table below a heading of docs/metrics.md. */
export function documented(page: string, heading: string): string[] {
  const [, after = ""] = page.split(`\n## ${heading}\n`);
  const [section = ""] = after.split("\n## ");
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name).sort();
}

/** An id of no operation. */
export function opId(number: number): OpId {
  return `op:${number.toString(16).padStart(64, "0")}` as OpId;
}
