/** The `fablepool` command. */
import { loaded } from "./v8.ts";

const own =
  "buffer child_process crypto fs fs/promises os path perf_hooks process readline sqlite stream timers/promises url util zlib".split(" ");
const modules = () => Promise.all([import("../node/index.ts"), import("./output.ts"), import("./program.ts")]);
const [{ systemWords }, { exitCodes }, { program }] = await loaded(modules, own);

// A reader that closes the pipe early (`fablepool log | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`fablepool: can't write the result: ${systemWords(error)}\n`);
  process.exit(exitCodes.storage);
});

await program.parseAsync();
