/**
 * A Chromium for tests, so that `npm test` works straight after a clone: one that is here, else one that is installed now, else one
 * clear line of what to do. Tests that need a browser are never left out.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { installByApt, type Machine, onPath, thisMachine } from "./machine.ts";

export interface BrowserMachine extends Machine {
  /** Where Playwright keeps the Chromium that it installs. */
  readonly playwrightPath: () => string;
}

/** The path of a Chromium; throws one line that says what to do when there is none and none can be had. */
export function findChromium(machine: BrowserMachine = browserMachine): string {
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

/** Null when there is none yet. */
export function presentChromium(machine: BrowserMachine = browserMachine): string | null {
  const named = machine.env["FABLEPOOL_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (machine.isProgram(named)) return named;
    throw new Error(`FABLEPOOL_CHROMIUM names ${named}, which is no program`);
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const paths = ["/usr/bin/chromium", ...onPath(machine, names), ...(usual[machine.platform] ?? []), machine.playwrightPath()];
  return paths.find((path) => path !== "" && machine.isProgram(path)) ?? null;
}

const usual: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
};

function byApt(machine: Machine): string | null {
  return installByApt(machine, "chromium", "Chromium for the browser tests");
}

function byPlaywright(machine: Machine): string | null {
  machine.tell("installing Chromium for the browser tests (playwright-core install chromium), once …");
  const program = join(dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")), "cli.js");
  const done = machine.run(process.execPath, [program, "install", "chromium"]);
  return done.ok ? null : `playwright-core: ${done.said}`;
}

const browserMachine: BrowserMachine = { ...thisMachine, playwrightPath: () => chromium.executablePath() };
