/** The inspector in a real browser: opened at a real node, watched for everything that a page must not do. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium, launchArguments } from "../chromium.ts";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(import.meta.dirname, "..", "..", ".build", "screenshots");

export type Theme = "light" | "dark";

/** How the page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

const desktop = { width: 1_280, height: 860 } as const;
const phone = { width: 390, height: 844 } as const;

const allLooks: readonly Look[] = [desktop, phone].flatMap((size) => (["light", "dark"] as const).map((theme) => ({ ...size, theme })));
const [desktopLight, desktopDark, phoneLight, phoneDark] = allLooks as [Look, Look, Look, Look];
const isLong = Number(process.env["FABLEPOOL_RUNS"] ?? 1) > 1;

/**
 * `view`: both widths and both themes; `detail`, as a dialog over a view that was looked at: one of the four, each in its turn.
 * In the long proof (`npm run prove -- inspector`) everything in all four.
 */
export type Closeness = "view" | "detail";

let turn = 0;

function looksOf(closeness: Closeness): readonly Look[] {
  if (isLong) return allLooks;
  if (closeness === "view") return [desktopLight, phoneDark];
  return [[desktopDark, phoneLight, desktopLight, phoneDark][turn++ % 4] ?? desktopLight];
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: launchArguments() });
}

export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page did that it must not: errors, breaches of its policy, requests to elsewhere. */
  readonly faults: string[];
}

/** A page with nothing of an earlier one, that faults are noted of. Nothing is bypassed: the node's own policy is in force. */
export async function openWatched(browser: Browser, address: string, look: Look = { ...desktop, theme: "light" }): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Stockholm",
  });
  const faults: string[] = [];
  const origin = address === "about:blank" ? "http://127.0.0.1" : new URL(address).origin;
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI} ${sourceFile}`),
    );
  });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env["WAITMS"] ?? 30000));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.stack ?? error.message));
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) faults.push(`asked elsewhere: ${url}`);
  });
  await page.goto(address);
  return { page, context, faults };
}

/** Axe finds nothing, nothing sticks out sideways, in every look; each is kept as a picture. */
export async function inspect(page: Page, name: string, closeness: Closeness = "view"): Promise<void> {
  const before = page.viewportSize();
  for (const look of looksOf(closeness)) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.theme, reducedMotion: "reduce" });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await findNothing(page, `${name} at ${look.width} ${look.theme}`);
    await shoot(page, `${name}-${look.width}-${look.theme}`);
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

async function findNothing(page: Page, where: string): Promise<void> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(found, [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${where}: ${wide} px stick out sideways`);
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.evaluate(() => document.querySelector("dialog[open]") === null && scrollTo(0, 0));
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: await isLow(page) });
}

/** A dialog covers what is seen, not the whole page; and nobody looks at pictures of many screens. */
async function isLow(page: Page): Promise<boolean> {
  return page.evaluate(() => document.querySelector("dialog[open]") === null && document.documentElement.scrollHeight < 2.5 * innerHeight);
}
