/**
 * The program in one file. What a kill costs is nearly all the start of a process that loads some hundred small files (0.28 s of
 * processor time as sources or as built, 0.10 s as one file with its compiled code kept), and kills are wanted by the thousand.
 */
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..", "..");

/** Makes it in `folder`, from the sources as they are now; returns the file to start. */
export async function programIn(folder: string): Promise<string> {
  const at = join(folder, "program");
  const outDir = join(at, "dist", "src", "cli"); // as deep as it is installed: it finds its own files from there
  rmSync(at, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  mkdirSync(join(at, "dist", "inspector"));
  writeFileSync(join(at, "dist", "inspector", "index.html"), "<!doctype html><title>x</title>");
  copyFileSync(join(root, "package.json"), join(at, "package.json"));
  symlinkSync(join(root, "node_modules"), join(outDir, "node_modules")); // for what is loaded by name at run time
  await build({
    root,
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      minify: false,
      target: "esnext",
      rollupOptions: { input: { main: join(root, "src", "cli", "main.ts") }, output: { entryFileNames: "[name].mjs" } },
    },
  });
  return join(outDir, "main.mjs");
}
