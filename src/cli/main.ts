/** The `fablepool` command. */
import "./memory.ts";
import { exitCodes } from "./output.ts";
import { program } from "./program.ts";

// A reader that closes the pipe early (`fablepool log | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : exitCodes.internal));

await program.parseAsync();
