/**
 * Imported first: what V8 is told.
 *
 * Memory. Bulk work here makes short-lived garbage only, and V8 would let the old generation grow to several times what is alive, where memory
 * is plenty: half as much again is enough.
 *
 * Code that did not run for a while is kept: V8 would throw it away when it collects, and compile it again for the next greeting. Ten new
 * operations after 100,000 or 1,000,000 others: 8 against 11 ms and 10 against 15, in as much memory.
 *
 * Marking stays incremental. Without it a pull takes a tenth less of the processor, but a compiler's thread that finds the heap full then
 * waits for a collection by the main thread, which may be waiting at its exit for that thread: a command in some thousands never ended.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--heap-growing-percent=60");
setFlagsFromString("--no-flush-bytecode");

/**
 * From here on a function is compiled to machine code, simply, when it is first called, instead of after it was interpreted for a while: for
 * work that touches much code a few times. Called once the command's own code is loaded, since of that most runs once.
 */
export function compileAtOnce(): void {
  setFlagsFromString("--always-sparkplug");
}
