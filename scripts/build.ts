/** `npm run build`: the published package under `dist/`, checked as `npm test` checks it. */
import { rmSync } from "node:fs";
import { runSteps } from "./run-steps.ts";

rmSync("dist", { recursive: true, force: true });
rmSync(".build", { recursive: true, force: true });
await runSteps([
  { name: "tsc -b", command: ["tsc", "-b"] },
  { name: "the inspector's page (vite)", command: [process.execPath, "scripts/build-web.ts"] },
]);
