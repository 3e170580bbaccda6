/** `npm run sbom`: what is installed at run time, as a CycloneDX bill of materials on standard output. */
import { spawnSync } from "node:child_process";

const { status, error } = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (error) console.error(`npm can't be run: ${error.message}`);
process.exitCode = status ?? 1;
