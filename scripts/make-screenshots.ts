/** `node scripts/make-screenshots.ts`: the pictures of the inspector in docs/images, as the browser tests see it. Walks it, then takes the chosen ones. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The name in the pages' folder, and what the tests call it. */
const chosen = {
  "about-me": "30-attention-1280-light",
  why: "08-why-1280-light",
  judge: "10-refute-1280-light",
  timeline: "16-timeline-1280-light",
  "phone-about-me": "30-attention-390-dark",
} as const;

/** A page with pictures should open at once, and a repository with them stay small. */
const bytesMax = 150_000;

const tests = ["test/browser/walk.test.ts", "test/browser/devices.test.ts"];
const { status } = spawnSync(process.execPath, ["--test", ...tests], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exitCode = 1;
else {
  mkdirSync(join(root, "docs", "images"), { recursive: true });
  for (const [name, shot] of Object.entries(chosen)) {
    const picture = join(root, ".build", "screenshots", `${shot}.png`);
    const bytes = statSync(picture).size;
    if (bytes > bytesMax) console.error(`${shot} has ${bytes} bytes: choose another`);
    else copyFileSync(picture, join(root, "docs", "images", `${name}.png`));
  }
}
