/** What the page shows when it may not, cannot or does not yet know: no token, no answer, an error, a lock, a node that went away. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page, Route } from "playwright-core";
import { fillWithSample, type InspectedHome, inspectedHome } from "./inspected-home.ts";
import { inspect, openBrowser, openWatched, type Watched } from "./inspector-page.ts";

let browser: Browser;
let home: InspectedHome;
let watched: Watched;
let page: Page;

before(async () => {
  browser = await openBrowser();
  home = await inspectedHome(fillWithSample);
  watched = await openWatched(browser, home.inspector.address);
  page = watched.page;
});

after(async () => {
  await browser?.close();
  await home?.close();
});

test("without the token, or with a wrong one, nothing is shown but how to come in", async () => {
  for (const address of [home.inspector.url, `${home.inspector.url}/#token=${"x".repeat(43)}`]) {
    const stranger = await openWatched(browser, address);
    await stranger.page.getByRole("heading", { name: "This page is for you alone" }).waitFor();
    assert.equal(await stranger.page.getByText("Göteborg").count(), 0);
    if (address === home.inspector.url) await inspect(stranger.page, "50-door", "detail");
    await stranger.context.close();
  }
});

test("while something is on its way its shape is there, and the place is kept", async () => {
  await page.getByRole("heading", { name: "Who you are" }).waitFor();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const hold = async (route: Route) => {
    await held;
    await route.continue();
  };
  await page.route("**/api/devices", hold);
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  await page.getByRole("heading", { name: "Devices", exact: true }).waitFor(); // until then its own script is what is on its way
  await page.locator(".bones").first().waitFor();
  await inspect(page, "51-loading", "detail");
  release();
  await page.locator(".device").first().waitFor();
  await page.unroute("**/api/devices", hold);
});

test("an error says what is wrong and what to do, and trying again helps", async () => {
  const body = { error: { code: "storage", message: "the disk is full", hint: "make room, then try again" } };
  await page.route("**/api/grants?all=true", (route) => route.fulfill({ status: 500, json: body }));
  await page.getByRole("navigation").getByRole("link", { name: "Sharing" }).click();
  await page.getByText("The disk did not take it.").waitFor();
  await page.getByText("make room, then try again").waitFor();
  await inspect(page, "52-error", "detail");
  await page.unroute("**/api/grants?all=true");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Nobody but you sees anything" }).waitFor();
});

test("an address of no claim and no evidence is told once, in plain words, and of nothing else", async () => {
  const address = page.url().split("#")[0];
  for (const place of ["claim/op:12ab", `claim/op:${"0".repeat(64)}`, "evidence/nonsense"]) {
    await page.goto(`${address}#/about`);
    await page.locator(".problem").waitFor({ state: "detached" });
    await page.goto(`${address}#/${place}`);
    await page.getByText("The address of this page may have been cut or mistyped when it was copied.").waitFor();
    assert.equal(await page.getByText("This is not in your memory, or not any more.").count(), 1, place);
    assert.equal(await page.locator(".problem").count(), 1, place);
    assert.equal(await page.locator(".bones").count(), 0, place);
    assert.doesNotMatch((await page.locator(".problem").textContent()) ?? "", /op:|hex|params|pattern|expected/i, place);
  }
});

test("when the node is away the page says so, keeps what it had, and comes back by itself", async () => {
  await page.getByRole("navigation").getByRole("link", { name: "About me" }).click();
  await page.getByText("Elin Lindqvist is your sister").waitFor();
  await page.route("**/api/**", (route) => route.abort());
  await page.getByRole("navigation").getByRole("link", { name: "Timeline" }).click();
  await page.getByText("FablePool is not answering.").waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "About me" }).click();
  await page.getByText("Elin Lindqvist is your sister").waitFor();
  await inspect(page, "53-away");
  await page.unroute("**/api/**");
  await page.getByRole("navigation").getByRole("link", { name: "Timeline" }).click();
  await page.locator(".bar").first().waitFor();
  await page.getByText("FablePool is not answering.").waitFor({ state: "detached" });
});

test("the page asked nothing of anyone else, and its policy was never broken", () => {
  assert.deepEqual(
    watched.faults.filter((fault) => !/Failed to load resource/.test(fault)),
    [],
  );
});
