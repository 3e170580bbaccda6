/** Runs the command in this process and, as it ends, writes the most memory it ever held: `node measured.ts <arguments>`. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const path = process.env["MEASURED"];
  if (path) writeFileSync(path, String(process.resourceUsage().maxRSS)); // KiB
});
await import("../../src/cli/main.ts");
