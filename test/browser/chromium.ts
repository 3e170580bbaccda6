/**
 * A Chromium for tests, so that `npm test` works straight after a clone: one that is here, else one that is installed now, else one
 * clear line of what to do. Tests that need a browser are never left out.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { chromium } from "playwright-core";

/** The machine as far as it matters here. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Playwright keeps the Chromium that it installs. */
  readonly playwrightPath: () => string;
  isProgram(path: string): boolean;
  /** Runs a program to its end; the last line that it printed, and whether it succeeded. */
  run(program: string, args: readonly string[]): { readonly ok: boolean; readonly said: string };
  tell(line: string): void;
}

/** The path of a Chromium; throws one line that says what to do when there is none and none can be had. */
export function findChromium(machine: Machine = thisMachine): string {
  const named = machine.env["FABLEPOOL_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (machine.isProgram(named)) return named;
    throw new Error(`FABLEPOOL_CHROMIUM names ${named}, which is no program`);
  }
  const present = presentChromium(machine);
  if (present !== null) return present;
  const failures: string[] = [];
  for (const install of [byApt, byPlaywright]) {
    const failure = install(machine);
    const now = presentChromium(machine);
    if (now !== null) return now;
    if (failure !== null) failures.push(failure);
  }
  throw new Error(
    `the browser tests need Chromium: install it, or name one in FABLEPOOL_CHROMIUM (tried to install it: ${failures.join("; ")})`,
  );
}

/** As root Chromium's own sandbox does not work; the page under test is ours. */
export function launchArguments(machine: Machine = thisMachine): string[] {
  return machine.isRoot ? ["--no-sandbox"] : [];
}

function presentChromium(machine: Machine): string | null {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const suffix = machine.platform === "win32" ? ".exe" : "";
  const folders = (machine.env["PATH"] ?? machine.env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  const paths = ["/usr/bin/chromium", ...onPath, ...(usual[machine.platform] ?? []), machine.playwrightPath()];
  return paths.find((path) => path !== "" && machine.isProgram(path)) ?? null;
}

const usual: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
};

/** What failed, in words; null when it is not this machine's way, or went well. */
function byApt(machine: Machine): string | null {
  if (machine.platform !== "linux" || !machine.isRoot || !machine.isProgram("/usr/bin/apt-get")) return null;
  machine.tell("installing Chromium for the browser tests (apt-get install chromium), once …");
  const wait = ["-o", "DPkg::Lock::Timeout=300"]; // test files that run side by side may all find none
  const install = () => machine.run("apt-get", [...wait, "install", "-y", "--no-install-recommends", "chromium"]);
  if (install().ok) return null;
  machine.run("apt-get", [...wait, "update"]);
  const again = install();
  return again.ok ? null : `apt-get: ${again.said}`;
}

function byPlaywright(machine: Machine): string | null {
  machine.tell("installing Chromium for the browser tests (playwright-core install chromium), once …");
  const program = join(dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")), "cli.js");
  const done = machine.run(process.execPath, [program, "install", "chromium"]);
  return done.ok ? null : `playwright-core: ${done.said}`;
}

const thisMachine: Machine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  env: process.env,
  playwrightPath: () => chromium.executablePath(),
  isProgram(path) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  run(program, args) {
    const done = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    const said = `${done.stdout ?? ""}\n${done.stderr ?? ""}`.trim().split("\n").at(-1) ?? "";
    return { ok: done.status === 0, said: done.error?.message ?? said };
  },
  tell: (line) => process.stderr.write(`${line}\n`),
};
