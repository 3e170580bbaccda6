/**
 * Imported first: what V8 is told. V8 lets the young generation grow to 3 × 32 MiB, and the old one to several times what is alive, where memory
 * is plenty; bulk work here makes short-lived garbage only. Measured: 50,000 events imported, 295 against 190 MiB in the same
 * time; 60,000 operations pulled, 270 against 198 MiB, at most a tenth slower.
 *
 * Code that did not run for a while is kept: V8 would throw it away when it collects, and compile it again for the next greeting. Ten new
 * operations after 100,000 or 1,000,000 others: 8 against 11 ms and 10 against 15, in as much memory.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--max-semi-space-size=8");
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=60");
setFlagsFromString("--no-flush-bytecode");
