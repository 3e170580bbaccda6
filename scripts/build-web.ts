/**
 * The inspector's page, built by Vite into `dist/inspector`: as part of `npm run build`, and by whatever serves it from a clone whose
 * sources are newer than what was built. `node scripts/build-web.ts` builds it always.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const built = join(root, "dist", "inspector");
const hasSources = existsSync(join(root, "web", "vite.config.ts"));

/** Where the page is; builds it first when a source of it is newer. `tell` says so. Rejects with what Vite said when it fails. */
export async function freshInspector(tell: (line: string) => void): Promise<string> {
  if (isFresh() || !hasSources) return built;
  tell("building the inspector's page, which takes some seconds …");
  await buildInspector();
  return built;
}

/** Builds beside what is there and puts it in its place whole: another process may be serving it, or building it too. */
export async function buildInspector(): Promise<void> {
  const beside = join(root, "dist", `inspector.${process.pid}`);
  const before = `${beside}.before`;
  mkdirSync(join(root, "dist"), { recursive: true });
  try {
    await run([viteOf(), "build", join(root, "web"), "--config", join(root, "web", "vite.config.ts"), "--outDir", beside, "--emptyOutDir"]);
    try {
      renameSync(built, before);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    renameSync(beside, built);
  } catch (error) {
    // Another process has put its own there meanwhile: it was made of the same sources.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  } finally {
    for (const folder of [beside, before]) rmSync(folder, { recursive: true, force: true });
  }
}

function isFresh(): boolean {
  const page = statSync(join(built, "index.html"), { throwIfNoEntry: false });
  if (page === undefined) return false;
  const sources = globSync(["web/**/*", "src/core/**/*.ts", "package-lock.json"], { cwd: root, exclude: ["web/node_modules/**"] });
  return sources.every((file) => statSync(join(root, file)).mtimeMs <= page.mtimeMs);
}

function viteOf(): string {
  const manifest = createRequire(join(root, "web", "package.json")).resolve("vite/package.json");
  return join(manifest, "..", "bin", "vite.js");
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: join(root, "web"), stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the inspector's page can't be built:\n${said.trim()}`))));
  });
}

if (process.argv[1] === import.meta.filename && hasSources) await buildInspector();
