#!/usr/bin/env node
// The `fablepool` command: finds Node 26, then runs the built program, or the sources of a clone.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const { run } = await import(join(root, "scripts", "bootstrap.mjs"));
run(existsSync(join(root, "src", "cli", "main.ts")) ? "src/cli/main.ts" : "dist/cli/main.js", process.argv.slice(2));
