/** A memory of many claims: only what is near the screen exists, all of it can be reached, and the first view stays small. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { freshInspector } from "../../scripts/build-web.ts";
import type { Draft } from "../../src/core/op/create.ts";
import type { Node } from "../../src/node/index.ts";
import { firstLoadOf } from "./first-load.ts";
import { type InspectedHome, inspectedHome } from "./inspected-home.ts";
import { openBrowser, openWatched, type Watched } from "./inspector-page.ts";

const count = 1_500;
/** Topics of which one claim gave way to another: more than a page of them. */
const conflicts = 70;

let browser: Browser;
let home: InspectedHome;
let watched: Watched;
let page: Page;

function stated(predicate: string, object: string): Draft {
  const method = { name: "stated", version: "1" };
  return { type: "claim", payload: { subject: "self", predicate, object, confidence: 1, derived_from: [], method, rationale: "" } };
}

const claim = (index: number) => stated("preference.likes", `thing ${index} ${index % 7 === 0 ? "lantern" : "plum"}`);

async function fill(node: Node): Promise<void> {
  for (let done = 0; done < count; done += 500) await node.write(Array.from({ length: 500 }, (_none, index) => claim(done + index)));
  const topics = Array.from({ length: conflicts }, (_none, index) => `custom.topic${index}`);
  await node.write(["once", "now"].flatMap((object) => topics.map((topic) => stated(topic, `${object} ${topic}`))));
}

before(async () => {
  browser = await openBrowser();
  home = await inspectedHome(fill);
  watched = await openWatched(browser, home.inspector.address);
  page = watched.page;
});

after(async () => {
  await browser?.close();
  await home?.close();
});

const rows = () => page.locator(".virtual > li").count();

test("a list of any length holds few elements, and its end can be reached", async () => {
  await page.getByRole("link", { name: /^All 1,500/ }).click();
  await page.locator(".virtual > li").first().waitFor();
  assert.ok((await rows()) < 60, `${await rows()} rows`);
  const last = page.locator(".virtual > li", { hasText: "thing 0 " });
  for (let steps = 0; steps < 400 && (await last.count()) === 0; steps++) await page.mouse.wheel(0, 3_000);
  await last.waitFor();
  assert.ok((await rows()) < 60, `${await rows()} rows`);
  assert.equal(await last.getAttribute("aria-posinset"), String(count));
});

test("one comes back to where one was", async () => {
  await page.mouse.wheel(0, -20_000);
  await page.waitForFunction(() => scrollY > 0 && (history.state as { scroll?: number } | null)?.scroll === scrollY);
  const before = await page.evaluate(() => scrollY);
  await page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>("a[data-claim]")].find((link) => link.getBoundingClientRect().top > 0);
    seen?.click();
  });
  await page.getByRole("heading", { name: "Why this is believed" }).waitFor();
  await page.goBack();
  await page.locator(".virtual > li").first().waitFor();
  await page.waitForFunction((place) => Math.abs(scrollY - place) < 200, before);
});

test("search finds among all of them while one types", async () => {
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByLabel("Search what is believed").fill("lantern 707");
  await page.locator(".virtual > li", { hasText: "thing 707 lantern" }).first().waitFor();
});

test("the first view is small: under 200 kB, compressed", async () => {
  const { files, gzip } = firstLoadOf(await freshInspector(() => {}));
  assert.ok(files.some((file) => file.endsWith(".css")) && files.some((file) => file.endsWith(".js")), files.join(" "));
  assert.ok(gzip < 200_000, `${gzip} bytes: ${files.join(" ")}`);
});

test("conflicts come a page at a time, to the last", async () => {
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  const cards = page.locator("article.conflict");
  const more = page.getByRole("button", { name: "Show more" });
  await more.click();
  await page.waitForFunction((wanted) => document.querySelectorAll("article.conflict").length === wanted, conflicts);
  assert.equal(await cards.filter({ hasText: "topic0" }).count(), 1);
  await more.waitFor({ state: "detached" });
});

test("nothing went wrong on the way", () => {
  assert.deepEqual(watched.faults, []);
});
