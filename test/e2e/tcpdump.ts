/** A tcpdump to record what is on a cable between two machines: whoever makes network namespaces is root, and may install it. */
import assert from "node:assert/strict";
import { installByApt, onPath, thisMachine } from "../machine.ts";

export function findTcpdump(): string {
  const failure = presentTcpdump() === null ? installByApt(thisMachine, "tcpdump", "tcpdump, to record what is on the cable") : null;
  const found = presentTcpdump();
  assert.ok(found, `recording needs tcpdump: install it (tried to: ${failure})`);
  return found;
}

/** Null when there is none yet. */
export function presentTcpdump(): string | null {
  return [...onPath(thisMachine, ["tcpdump"]), "/usr/sbin/tcpdump", "/usr/bin/tcpdump"].find(thisMachine.isProgram) ?? null;
}
