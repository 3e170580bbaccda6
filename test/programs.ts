/**
 * The programs that tests need beside Node and that may have to be installed first. Run by itself it installs what is missing: `npm test` has
 * that done while other tests run.
 */
import { findChromium, presentChromium } from "./chromium.ts";
import { findTcpdump, presentTcpdump } from "./e2e/tcpdump.ts";
import { findNatsServer, presentNatsServer } from "./hub/nats-server.ts";
import { thisMachine } from "./machine.ts";

export interface Program {
  /** The test files that need it. */
  readonly files: RegExp;
  isHere(): boolean;
  /** Installs it where it is not here; throws one line that says what to do when it can't. */
  find(): string;
}

export const programs: readonly Program[] = [
  { files: /^test\/browser\//, isHere: () => presentChromium() !== null, find: findChromium },
  { files: /^test\/hub\//, isHere: () => presentNatsServer() !== null, find: findNatsServer },
  // Without root there are no network namespaces, and nothing to record.
  { files: /^test\/e2e\/two-machines\./, isHere: () => !thisMachine.isRoot || presentTcpdump() !== null, find: findTcpdump },
];

if (import.meta.main) {
  for (const program of programs.filter((each) => !each.isHere())) {
    try {
      program.find();
    } catch (error) {
      thisMachine.tell(error instanceof Error ? error.message : String(error)); // the tests that need it try once more, and fail
    }
  }
}
