/**
 * What V8 is told while a program's code is loaded, and while it works.
 *
 * Loading: every function is compiled, and goes into the compile cache (`scripts/bootstrap.mjs` names its folder) with all others: the next process
 * compiles nothing when it calls a function first, which is most of what a new device's first second costs. Without a cache nothing would be gained.
 * And the heap may grow to three times what is alive: it is small, and the next collection of it would fall into a command's first work, when the
 * other processor is busy with compiling.
 *
 * Working: code that did not run for a while is kept, which V8 would throw away when it collects, and compile again for the next greeting. What is
 * not compiled yet is compiled to machine code, simply, when it is first called, instead of after it was interpreted for a while. And after the
 * next collection memory grows less: bulk work here makes short-lived garbage only, and V8 would let the old generation grow to several times
 * what is alive, where memory is plenty. Six tenths of it are enough.
 *
 * Marking stays incremental. Without it a pull takes a tenth less of the processor, but a compiler's thread that finds the heap full then
 * waits for a collection by the main thread, which may be waiting at its exit for that thread: a command in some thousands never ended.
 */
import { getCompileCacheDir } from "node:module";
import { setFlagsFromString } from "node:v8";

const plain = ["--heap-growing-percent=0", "--lazy", "--flush-bytecode", "--no-always-sparkplug"];
const working = ["--heap-growing-percent=60", "--no-flush-bytecode", "--always-sparkplug"];

let now: readonly string[] = plain;

/** What `load` loads. `own`: the modules of Node's that it needs, which V8 has compiled already, but takes so under its plain flags only. */
export async function loaded<Loaded>(load: () => Promise<Loaded>, own: readonly string[]): Promise<Loaded> {
  tell(plain);
  try {
    await Promise.all(own.map((name) => import(`node:${name}`)));
    tell(getCompileCacheDir() === undefined ? ["--heap-growing-percent=200"] : ["--heap-growing-percent=200", "--no-lazy"]);
    return await load();
  } finally {
    tell(plain);
    tell(now);
  }
}

/** To be called once a command's own code is loaded, of which most runs once. */
export function afterLoading(): void {
  now = working;
  tell(now);
}

function tell(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
