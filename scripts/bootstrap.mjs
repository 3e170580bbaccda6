// Runs a TypeScript entry under the Node 26 that npm brings along, whatever node starts this file (18 or newer).
//   node scripts/bootstrap.mjs <entry.ts> [arguments]
// Plain JavaScript on purpose: it must run before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const major = 26;

/** The platform package that carries the runtime, as package.json pins it. */
export function findNode() {
  const name = { linux: `node-linux-${process.arch}`, darwin: `node-bin-darwin-${process.arch}`, win32: `node-win-${process.arch}` }[
    process.platform
  ];
  // Beside what depends on this package, where it was installed as a package.
  for (const folder of createRequire(import.meta.url).resolve.paths("fablepool") ?? []) {
    for (const file of ["bin/node", "bin/node.exe", "node.exe"]) {
      const path = name && join(folder, name, file);
      if (path && existsSync(path)) return path;
    }
  }
  return Number(process.versions.node.split(".")[0]) >= major ? process.execPath : null;
}

/** True when node_modules was made from the package-lock.json that is here now; in a package that npm installed there is none. */
function installed() {
  if (!existsSync(join(root, "package-lock.json"))) return true;
  const made = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(made)) return false;
  const lock = join(root, "package-lock.json");
  if (statSync(made).mtimeMs >= statSync(lock).mtimeMs) return true;
  const wanted = JSON.parse(readFileSync(lock, "utf8")).packages;
  const present = JSON.parse(readFileSync(made, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => path === "" || entry.optional || present[path]?.version === entry.version);
}

function install() {
  process.stderr.write("fablepool: installing what the project needs (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const arguments_ = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const done = spawnSync(npm, arguments_, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (done.status === 0) return;
  process.stderr.write(`fablepool: \`npm ${arguments_.join(" ")}\` failed; run it in ${root} to see why.\n`);
  process.exit(1);
}

/** Runs `entry` (relative to the project) under Node 26 and ends as it ends. */
export function run(entry, arguments_) {
  if (!installed()) install();
  const node = findNode();
  if (!node) {
    process.stderr.write(
      `fablepool: needs Node ${major}; npm has no package of it for ${process.platform}-${process.arch}. Start this with a Node ${major} of your own.\n`,
    );
    process.exit(1);
  }
  const path = join(root, "node_modules", ".bin") + (process.platform === "win32" ? ";" : ":") + process.env.PATH;
  // Compiled code is kept, which halves the time of a short command; where nothing can be written, nothing is.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "compiled");
  const child = spawn(node, [join(root, entry), ...arguments_], {
    stdio: "inherit",
    env: { ...process.env, PATH: path, NODE_COMPILE_CACHE },
  });
  // The terminal sends Ctrl-C to the child too; it decides how to end, and we end as it did.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal === "SIGINT" || child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal) {
      for (const each of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(each);
      process.kill(process.pid, signal);
    } else process.exitCode = code ?? 1;
  });
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const [entry, ...rest] = process.argv.slice(2);
  if (!entry) {
    process.stderr.write("usage: node scripts/bootstrap.mjs <entry.ts> [arguments]\n");
    process.exit(2);
  }
  run(entry, rest);
}
