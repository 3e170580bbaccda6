/** `npm run lint`: formats and mends what Biome can mend by itself, and says what it can't. */
import { runSteps } from "./run-steps.ts";

await runSteps([{ name: "biome", command: ["biome", "check", "--write"] }]);
