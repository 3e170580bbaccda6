import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { type BrowserMachine, findChromium, launchArguments } from "../chromium.ts";

/** A machine with these programs; an installation that works adds to them. */
function machine(
  programs: readonly string[],
  options: { root?: boolean; installs?: Readonly<Record<string, string>>; env?: Record<string, string> } = {},
): BrowserMachine & { readonly ran: string[] } {
  const there = new Set(programs);
  const ran: string[] = [];
  return {
    ran,
    platform: "linux",
    isRoot: options.root ?? false,
    env: { PATH: "/opt/bin:/usr/local/bin", ...options.env },
    playwrightPath: () => "/cache/chrome",
    isProgram: (path) => there.has(path),
    run(program, args) {
      const words = [program === process.execPath ? "node" : program, ...args].join(" ");
      ran.push(words);
      const made = Object.entries(options.installs ?? {}).find(([part]) => words.includes(part))?.[1];
      if (made) there.add(made);
      return made || words.endsWith("update") ? { ok: true, said: "done" } : { ok: false, said: "no network" };
    },
    tell() {},
  };
}

test("one that is here is taken: the one that is named, Debian's, one on the path, Playwright's", () => {
  const all = ["/named", "/usr/bin/chromium", "/opt/bin/google-chrome", "/cache/chrome"];
  assert.equal(findChromium(machine(all, { env: { FABLEPOOL_CHROMIUM: "/named" } })), "/named");
  assert.equal(findChromium(machine(all)), "/usr/bin/chromium");
  assert.equal(findChromium(machine(all.slice(2))), "/opt/bin/google-chrome");
  assert.equal(findChromium(machine(all.slice(3))), "/cache/chrome");
  assert.throws(() => findChromium(machine(all.slice(1), { env: { FABLEPOOL_CHROMIUM: "/named" } })), /FABLEPOOL_CHROMIUM names \/named/);
});

test("root on Debian installs Debian's, whoever else Playwright's", () => {
  const debian = machine(["/usr/bin/apt-get"], { root: true, installs: { "install -y": "/usr/bin/chromium" } });
  assert.equal(findChromium(debian), "/usr/bin/chromium");
  assert.equal(debian.ran.length, 1);
  const other = machine(["/usr/bin/apt-get"], { installs: { "install chromium": "/cache/chrome" } });
  assert.equal(findChromium(other), "/cache/chrome");
  assert.match(other.ran.join("\n"), /^node .*cli\.js install chromium$/);
});

test("where none can be had it fails with one line that says what to do, and never leaves tests out", () => {
  const bare = machine(["/usr/bin/apt-get"], { root: true });
  assert.throws(
    () => findChromium(bare),
    (error: Error) =>
      /install it, or name one in FABLEPOOL_CHROMIUM.*apt-get: no network; playwright-core: no network/.test(error.message) &&
      !error.message.includes("\n"),
  );
  assert.deepEqual(
    bare.ran.map((words) => words.split(" ")[0]),
    ["apt-get", "apt-get", "apt-get", "node"],
  );
});

test("what is found on this machine starts and shows a page", async () => {
  const browser = await chromium.launch({ executablePath: findChromium(), args: launchArguments() });
  try {
    const page = await browser.newPage();
    await page.setContent("<title>here</title>");
    assert.equal(await page.title(), "here");
  } finally {
    await browser.close();
  }
});
