/** Words that were made to do harm: in claims, in files and their names, in names of devices. They stay words. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { addDevice, deriveClaims, importFiles, type Node, stateClaim, system } from "../../src/node/index.ts";
import { makeKey } from "../../src/node/key-file.ts";
import { type InspectedHome, inspectedHome } from "./inspected-home.ts";
import { inspect, openBrowser, openWatched, type Watched } from "./inspector-page.ts";

const script = `<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>`;
const address = "javascript:window.harmed=1";
const turned = "safe \u202Eexe.gnp\u202C \u2067\u2066 end";
const controls = "bell\u0007 escape\u001b[31m zero\u0000 tag\u{e0041} blank\u200b\ufeff";
const stacked = `z${"\u0335\u0321\u0347".repeat(300)}algo`;
const wide = "\uFDFD".repeat(400);
const hostile = [script, address, turned, controls, stacked, wide, "x".repeat(20_000), "word ".repeat(4_000)];

let browser: Browser;
let home: InspectedHome;
let watched: Watched;
let page: Page;
let files: string;

async function fill(node: Node): Promise<void> {
  for (const object of hostile)
    await stateClaim(node, { subject: "self", predicate: "person.nickname", object, confidence: 1, rationale: object.slice(0, 5_000) });
  await stateClaim(node, {
    subject: `person:${script}`,
    predicate: `x.${turned.replaceAll(" ", "")}`,
    object: { [script]: turned },
    confidence: 0.5,
    rationale: script,
  });
  for (const name of [script, turned, controls, "n".repeat(100)])
    await addDevice(node, { key: makeKey(system.random).did, role: "full", name: name.slice(0, 100) });
  files = mkdtempSync(join(tmpdir(), "fablepool-hostile-"));
  const folder = join(files, "\u202Esdrawkcab <b>bold<");
  mkdirSync(folder);
  writeFileSync(
    join(folder, `<img src=x onerror=window.harmed=1> ${turned}.md`),
    `# ${script}\n\nI love ${turned}. ${controls}\n\n${script}\n`,
  );
  writeFileSync(join(folder, "calendar.ics"), calendar());
  await importFiles(node, [files]);
  await deriveClaims(node, {});
}

function calendar(): string {
  const event = (summary: string, index: number) =>
    [
      "BEGIN:VEVENT",
      `UID:${index}`,
      "DTSTART:20260101T100000Z",
      `SUMMARY:${summary}`,
      `URL:${address}`,
      `LOCATION:${script}`,
      "RRULE:FREQ=WEEKLY",
      "END:VEVENT",
    ].join("\r\n");
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...[script, turned, stacked].map(event), "END:VCALENDAR", ""].join("\r\n");
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
  rmSync(files, { recursive: true, force: true });
});

/** Nothing ran, nothing was made of markup, nothing points anywhere but into the page, and no line turns round or paints over what is beside it. */
async function isHarmless(where: string): Promise<void> {
  const seen = await page.evaluate(() => {
    const root = document.querySelector("#app") ?? document.body;
    const markup = root.querySelectorAll("img, iframe, object, embed, script, b, base, form[action]").length;
    const links = [...root.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? "").filter((href) => !href.startsWith("#/"));
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const loose: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = (node.nodeValue ?? "").replace(/\u2068[^\u2068\u2069]*\u2069/g, "");
      if (/[\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}|\p{Mark}{6}/u.test(text)) loose.push(text.slice(0, 80));
    }
    return { harmed: "harmed" in window, markup, links, loose };
  });
  assert.deepEqual(seen, { harmed: false, markup: 0, links: [], loose: [] }, where);
}

test("claims: in the list, on their own page, in why and in what is asked before judging", async () => {
  await page.getByText("You are also called").first().waitFor();
  await isHarmless("about");
  await inspect(page, "40-hostile-about");
  await page.goto(`${home.inspector.url}/#/about?topic=person`);
  await page.locator("a[data-claim]", { hasText: "onerror" }).first().waitFor();
  const count = await page.locator("a[data-claim]").count();
  assert.ok(count >= hostile.length, `${count} claims`);
  for (let index = 0; index < count; index++) {
    await page.locator("a[data-claim]").nth(index).click();
    await page.getByRole("heading", { name: "Why this is believed" }).waitFor();
    await isHarmless(`claim ${index}`);
    if (index === 0) await inspect(page, "41-hostile-claim", "detail");
    await page.getByRole("button", { name: "Not true" }).click();
    await page.getByRole("dialog").getByText("Nothing else rests on this.").waitFor();
    await isHarmless(`judging claim ${index}`);
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.locator("a[data-claim]").nth(index).waitFor();
  }
});

test("files: their names, their words and their places", async () => {
  await page.goto(`${home.inspector.url}/#/timeline`);
  await page.locator(".evidence-row").first().waitFor();
  await isHarmless("timeline");
  await inspect(page, "42-hostile-timeline", "detail");
  await page.locator(".evidence-row a").first().click();
  await page.locator("blockquote").waitFor();
  await isHarmless("evidence");
  await inspect(page, "43-hostile-evidence", "detail");
});

test("devices: their names, and in the dialog that names one", async () => {
  await page.goto(`${home.inspector.url}/#/devices`);
  await page.getByText("onerror").first().waitFor();
  await isHarmless("devices");
  await inspect(page, "44-hostile-devices", "detail");
  await page
    .getByRole("button", { name: /^Remove/ })
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  await isHarmless("removing a device");
  await page.keyboard.press("Escape");
});

test("files that are dropped: what they are called is told when they can't be read", async () => {
  await page.goto(`${home.inspector.url}/#/import`);
  const name = `<img src=x onerror=window.harmed=1>\u202E.ics`;
  await page
    .locator("[data-import=files]")
    .setInputFiles({ name, mimeType: "text/calendar", buffer: Buffer.from("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n") });
  await page.getByText("could not be read").waitFor();
  await isHarmless("import");
  await inspect(page, "45-hostile-import", "detail");
});

test("addresses that are made up lead nowhere", async () => {
  for (const hash of [
    "#/claim/javascript:alert(1)",
    `#/claim/${encodeURIComponent(script)}`,
    `#/about?q=${encodeURIComponent(script)}`,
    "#/evidence/..%2f..%2fstatus",
    "#/sharing/%00",
  ]) {
    await page.goto(`${home.inspector.url}/${hash}`);
    await page.locator("[role=alert], .state, a[data-claim]").first().waitFor();
    await isHarmless(hash);
  }
});

test("nothing went wrong but what was refused", () => {
  assert.deepEqual(
    watched.faults.filter((fault) => !/status of 40[04]/.test(fault)),
    [],
  );
  assert.deepEqual(home.defects, []);
});
