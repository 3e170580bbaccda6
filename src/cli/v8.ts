/**
 * Imported first: what V8 is told.
 *
 * Memory. Bulk work here makes short-lived garbage only, and V8 would let the young generation grow to 3 × 32 MiB and the old one to several
 * times what is alive, where memory is plenty: half of each is enough. Nothing is marked ahead, on other threads or between two steps of work:
 * what that finds has mostly changed when it is needed, and the collection that it spares takes 20 ms, of a home's 50 MiB.
 *
 * Code that did not run for a while is kept: V8 would throw it away when it collects, and compile it again for the next greeting. Ten new
 * operations after 100,000 or 1,000,000 others: 8 against 11 ms and 10 against 15, in as much memory.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--heap-growing-percent=60");
setFlagsFromString("--no-incremental-marking");
setFlagsFromString("--no-flush-bytecode");

/**
 * From here on a function is compiled to machine code, simply, when it is first called, instead of after it was interpreted for a while: for
 * work that touches much code a few times. Called once the command's own code is loaded, since of that most runs once.
 */
export function compileAtOnce(): void {
  setFlagsFromString("--always-sparkplug");
}

/** For a process whose memory grows with those it serves: collected in small steps again, so that nobody waits for all of it. */
export function collectInSteps(): void {
  setFlagsFromString("--incremental-marking");
}
