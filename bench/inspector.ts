/**
 * How does the inspector feel over a memory of 100,000 claims? Measured in a real browser, from the key or the wheel to what is seen:
 * the first useful paint, search while one types, scrolling, opening a claim. `CLAIMS=10000` takes a smaller memory;
 * `FABLEPOOL_BIG_HOME` a home that `scripts/make-big-home.ts` made before.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { freshInspector } from "../scripts/build-web.ts";
import { homeAt } from "../src/node/index.ts";
import { startInspector } from "../src/server/api/index.ts";
import { firstLoadOf } from "../test/browser/first-load.ts";
import { openBrowser, openWatched } from "../test/browser/inspector-page.ts";
import { makeBigHome } from "./kit/big-home.ts";
import { machine, stamp } from "./kit/machine.ts";
import { figure, table } from "./kit/table.ts";

const claims = Number(process.env["CLAIMS"] ?? 100_000);
const made = process.env["FABLEPOOL_BIG_HOME"];
const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-inspector-"));
const home = homeAt(made ?? join(folder, "home"));
const rows: (readonly string[])[] = [];
const asked = [
  "harbour",
  "lantern",
  "choir",
  "dentist with Elin",
  "island",
  "silver",
  "when was the concert",
  "garden",
  "bread",
  "night ferry",
];

try {
  if (made === undefined) await makeBigHome(home, { claims });
  const page = await freshInspector(() => {});
  const inspector = await startInspector({
    home,
    version: "bench",
    ask: async () => null,
    port: 0,
    pageFolder: page,
    sampleFolder: null,
    onDefect: (defect) => console.error(defect),
  });
  const browser = await openBrowser();
  try {
    add("first view, all its files compressed", "kB", [firstLoadOf(page).gzip / 1_000], 200);
    await measure(browser, inspector.address);
  } finally {
    await browser.close();
    await inspector.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  `${stamp(machine())}\n${claims.toLocaleString("en")} claims\n\n${table(["what", "unit", "median", "90 % within", "target"], rows)}`,
);

function add(what: string, unit: string, values: readonly number[], target: number): void {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  rows.push([what, unit, figure(at(0.5), 1), figure(at(0.9), 1), figure(target)]);
}

async function measure(browser: Browser, address: string): Promise<void> {
  const paints: number[] = [];
  for (let times = 0; times < 7; times++) paints.push(await firstPaint(browser, address));
  // The first one reads what the node keeps from then on: it is told by itself.
  add("first useful paint, the node's first", "ms", paints.slice(0, 1), 1_500);
  add("first useful paint", "ms", paints.slice(1), 1_500);
  const { page, context } = await openWatched(browser, address);
  await page.locator("a[data-claim]").first().waitFor();
  add("search, from the key to the first row", "ms", await searches(page), 100);
  const { gaps, steps } = await scrolling(page);
  add("scrolling, from the wheel to the rows", "ms", steps, 100);
  add("scrolling, between frames", "ms", gaps, 100);
  add("a claim's page, from the press to its reasons", "ms", await openings(page), 100);
  await context.close();
}

/** From the beginning of the navigation until the first claim is there to read, in a browser that knows nothing yet. */
async function firstPaint(browser: Browser, address: string): Promise<number> {
  const { page, context } = await openWatched(browser, "about:blank");
  await page.addInitScript(() => {
    const see = () => {
      if (document.querySelector("a[data-claim]") === null) return requestAnimationFrame(see);
      return requestAnimationFrame(() => document.documentElement.setAttribute("data-paint", String(performance.now())));
    };
    addEventListener("DOMContentLoaded", () => requestAnimationFrame(see));
  });
  await page.goto(address);
  await page.waitForSelector("html[data-paint]", { state: "attached" });
  const paint = Number(await page.locator("html").getAttribute("data-paint"));
  await context.close();
  return paint;
}

/** The last letter of each is what is timed: the answers to those before it are thrown away by the page. */
async function searches(page: Page): Promise<number[]> {
  const found: number[] = [];
  for (const words of asked) {
    const field = page.getByLabel("Search what is believed");
    await field.fill(words.slice(0, -1));
    await page.locator(".virtual > li, .state").first().waitFor();
    found.push(
      await field.evaluate(async (input: HTMLInputElement, text) => {
        const list = () => document.querySelector(".list-card, .state");
        const before = list();
        const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
        const began = performance.now();
        write?.call(input, text);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        for (let left = false; ; ) {
          await new Promise(requestAnimationFrame);
          const now = list();
          left ||= now !== before;
          if (left && now !== null && location.hash.includes("q=")) return performance.now() - began;
          if (performance.now() - began > 10_000) return Number.NaN;
        }
      }, words),
    );
  }
  await page.getByLabel("Search what is believed").fill("");
  await page.locator(".topic").first().waitFor();
  return found;
}

async function scrolling(page: Page): Promise<{ gaps: number[]; steps: number[] }> {
  await page.locator(".topic-all").first().click();
  await page.locator(".virtual > li").first().waitFor();
  return page.evaluate(async () => {
    const [gaps, steps] = [[] as number[], [] as number[]];
    const frame = () => new Promise<number>(requestAnimationFrame);
    let last = await frame();
    for (let step = 0; step < 120; step++) {
      const began = performance.now();
      scrollBy(0, 700);
      for (let isCovered = false; !isCovered; ) {
        const now = await frame();
        gaps.push(now - last);
        last = now;
        const ends = [...document.querySelectorAll(".virtual > li")].map((row) => row.getBoundingClientRect().bottom);
        const isEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1 && document.querySelector(".list-more") === null;
        isCovered = isEnd || Math.max(0, ...ends) >= innerHeight || performance.now() - began > 5_000;
      }
      steps.push(performance.now() - began);
    }
    return { gaps, steps };
  });
}

async function openings(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < 10; at++) {
    times.push(
      await page.evaluate(async (index) => {
        const links = [...document.querySelectorAll<HTMLElement>("a[data-claim]")];
        const began = performance.now();
        links[index % links.length]?.click();
        while (document.querySelector(".graph, .tree") === null && performance.now() - began < 10_000)
          await new Promise(requestAnimationFrame);
        return performance.now() - began;
      }, at),
    );
    await page.goBack();
    await page.locator(".virtual > li").first().waitFor();
  }
  return times;
}
