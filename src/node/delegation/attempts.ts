/** The node's own log of what was refused to keys that asked under a grant: a file beside the store, in no pool's log (section 8). */
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import { type Home, replaceFile } from "../home.ts";
import type { Node } from "../open-node.ts";
import { keepTip } from "../restored.ts";
import type { Attempt, GrantServer } from "./serve.ts";

/** Notes an attempt. The newest are kept, within `limits.attemptBytes`; a disk that is full loses one. */
export function keepAttempt(home: Home, attempt: Attempt): void {
  try {
    appendFileSync(home.attempts, `${JSON.stringify(attempt)}\n`, { mode: 0o600 });
    if (statSync(home.attempts).size <= limits.attemptBytes) return;
    const lines = readFileSync(home.attempts, "utf8").split("\n");
    replaceFile(home.attempts, lines.slice(lines.length / 2).join("\n"));
  } catch {
    // Who asks must be answered all the same: what is lost is a note of a refusal.
  }
}

/** Attempts, the newest first. */
export function readAttempts(home: Home): Attempt[] {
  if (!existsSync(home.attempts)) return [];
  const lines = readFileSync(home.attempts, "utf8").split("\n");
  return lines.flatMap((line) => attemptOf(line) ?? []).reverse();
}

/** A line that a crash tore is none. */
function attemptOf(line: string): Attempt | null {
  try {
    return JSON.parse(line) as Attempt;
  } catch {
    return null;
  }
}

/** What a device at home needs to serve slices: its key and clock, where it notes attempts, and what it wrote newest. */
export function grantServerOf({ home, writer }: Pick<Node, "home" | "writer">): GrantServer {
  return { writer, onAttempt: (attempt) => keepAttempt(home, attempt), onWritten: (id: OpId) => keepTip(home, id) };
}
