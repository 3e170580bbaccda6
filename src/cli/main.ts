/** The `fablepool` command. */
import "./v8.ts";
import { systemWords } from "../node/index.ts";
import { exitCodes } from "./output.ts";
import { program } from "./program.ts";

// A reader that closes the pipe early (`fablepool log | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`fablepool: can't write the result: ${systemWords(error)}\n`);
  process.exit(exitCodes.storage);
});

await program.parseAsync();
