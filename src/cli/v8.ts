/**
 * Imported first: what V8 is told while a program loads. `afterLoading` tells the rest.
 *
 * Until then the heap may grow to three times what is alive: it is small, and the next collection of it would fall into a command's first work,
 * when the other processor is busy with compiling. A new device takes in its first 10,000 operations in nine tenths of the time.
 *
 * Code that did not run for a while is kept: V8 would throw it away when it collects, and compile it again for the next greeting. Ten new
 * operations after 100,000 others: 8 against 11 ms, in as much memory.
 *
 * Marking stays incremental. Without it a pull takes a tenth less of the processor, but a compiler's thread that finds the heap full then
 * waits for a collection by the main thread, which may be waiting at its exit for that thread: a command in some thousands never ended.
 */
import "node:perf_hooks"; // which Node loads late, behind `performance`
import { setFlagsFromString } from "node:v8";

const plain = ["--heap-growing-percent=0", "--flush-bytecode", "--no-always-sparkplug"];
const loading = ["--heap-growing-percent=200", "--no-flush-bytecode", "--no-always-sparkplug"];
const working = ["--heap-growing-percent=60", "--no-flush-bytecode", "--always-sparkplug"];

let now: readonly string[] = loading;
tell(now);

/**
 * What `load` loads, after `own`, the modules of Node's that it needs: V8 takes a module from a code cache only under the flags that it was compiled
 * under, and Node's were compiled without ours. HTTP's take 45 ms otherwise.
 */
export async function loaded<Loaded>(load: () => Promise<Loaded>, own: readonly string[]): Promise<Loaded> {
  try {
    tell(plain);
    await Promise.all(own.map((name) => import(`node:${name}`)));
    tell(loading); // the same for every command: ours are in a cache, too
    return await load();
  } finally {
    tell(now);
  }
}

/**
 * To be called once a command's own code is loaded, of which most runs once. From here on a function is compiled to machine code, simply, when
 * it is first called, instead of after it was interpreted for a while: for work that touches much code a few times.
 * And after the next collection memory grows less: bulk work here makes short-lived garbage only, and V8 would let the old generation grow to
 * several times what is alive, where memory is plenty. Six tenths of it are enough.
 */
export function afterLoading(): void {
  now = working;
  tell(now);
}

function tell(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
