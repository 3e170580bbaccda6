/** Every flow of the inspector by one person, in a real browser, at a real node with the sample's data. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { readSettings } from "../../src/node/index.ts";
import { type InspectedHome, inspectedHome } from "./inspected-home.ts";
import { inspect, openBrowser, openWatched, type Watched } from "./inspector-page.ts";

let browser: Browser;
let home: InspectedHome;
let watched: Watched;
let page: Page;

before(async () => {
  browser = await openBrowser();
  home = await inspectedHome();
  watched = await openWatched(browser, home.inspector.address);
  page = watched.page;
});

after(async () => {
  await browser?.close();
  await home?.close();
});

const button = (name: string | RegExp) => page.getByRole("button", { name });
const heading = (name: string | RegExp) => page.getByRole("heading", { name });
const link = (name: string | RegExp) => page.getByRole("link", { name });

async function openView(name: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name }).click();
  await heading(name).waitFor();
}

/** The claim of this sentence, by the search that a person would use. */
async function openClaim(sentence: string): Promise<void> {
  await openView("About me");
  await page.getByLabel("Search what is believed").fill(sentence);
  await page.locator("a[data-claim]", { hasText: sentence }).first().click();
  await heading(sentence).waitFor();
  await heading("Why this is believed").waitFor();
}

test("the first run explains itself, takes the token out of the address, and offers the sample", async () => {
  await heading("A memory that is yours").waitFor();
  assert.equal(new URL(page.url()).hash.includes("token"), false);
  await inspect(page, "01-start");
  await page.getByLabel("What to call this device").fill("phone");
  await button("Begin my memory").click();
  await heading("Your 24 words").waitFor();
  await inspect(page, "01-words", "detail");
  const words = await page.getByRole("listitem").allTextContents();
  assert.equal(words.length, 24);
  await button("I have them").click();
  await page.getByText("look again").waitFor();
  for (const label of await page.locator("label").allTextContents()) {
    await page.getByLabel(label, { exact: true }).fill(words[Number(label.replace("Word ", "")) - 1] ?? "");
  }
  await button("I have them").click();
  await heading("Import").waitFor();
  assert.equal(readSettings(home.home).recovery?.confirmed, true, "what was typed back is not asked for again by `doctor`");
  await openView("About me");
  await heading("Nothing is known about you yet").waitFor();
  await inspect(page, "02-empty", "detail");
  await openView("Timeline");
  await heading("There is no time to show yet").waitFor();
});

test("import: the sample with its progress and results, and a file that can't be read", async () => {
  await openView("Import");
  await inspect(page, "03-import-empty", "detail");
  await button("Try the sample data").click();
  await link("See what it means").waitFor();
  await page.getByText(/JPEG and HEIF photos.*12/).waitFor();
  await page.locator("[data-import=files]").setInputFiles([
    {
      name: "broken.ics",
      mimeType: "text/calendar",
      buffer: Buffer.from("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261340\r\nEND:VEVENT\r\n"),
    },
    { name: "thing.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 1, 2, 3]) },
  ]);
  await page.getByText("could not be read").first().waitFor();
  await page.getByText("One file of no known kind").waitFor();
  await inspect(page, "04-import-done");
  await link("See what it means").click();
  await heading("About me").waitFor();
});

test("about me: by topic, filtered, searched; the keyboard leads through it", async () => {
  await heading("People").waitFor();
  await page.getByText("Elin Lindqvist is your sister").waitFor();
  await inspect(page, "05-about");
  await page.keyboard.press("/");
  await page.keyboard.type("choir");
  await heading("Found").waitFor();
  await page.locator("a[data-claim]", { hasText: "Choir rehearsal" }).waitFor();
  await inspect(page, "06-search", "detail");
  await page.getByLabel("Search what is believed").fill("zzzz");
  await heading("Nothing fits").waitFor();
  await inspect(page, "07-nothing", "detail");
  await page.getByLabel("Search what is believed").fill("");
  await page.getByRole("button", { name: /^Health/ }).click();
  await page.getByText("You are allergic to hazelnuts").waitFor();
  await page.locator("h1").focus();
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute("data-claim")), true);
  await page.keyboard.press("Enter");
  await heading("Why this is believed").waitFor();
  await page.keyboard.press("u");
  await heading("About me").waitFor();
  assert.match(page.url(), /topic=health/);
});

test("why: a picture that arrows lead through, the same in words, down to the quoted line", async () => {
  await openClaim("You are a runner");
  await page.locator(".box").first().waitFor();
  await inspect(page, "08-why");
  await page.locator(".box[aria-pressed=true]").focus();
  await page.keyboard.press("ArrowRight");
  const chosen = page.locator(".why-chosen");
  await chosen
    .getByText(/hobby|Long run/)
    .first()
    .waitFor();
  await page.keyboard.press("ArrowRight");
  await chosen.locator("blockquote").waitFor();
  await button("In words").click();
  await page.getByText("I love running when the town still sleeps").first().waitFor();
  await page
    .getByText(/2024-04-08\.md/)
    .first()
    .waitFor();
  await inspect(page, "09-why-words");
});

test("judge: what falls is shown before and after, and comes back with undo", async () => {
  await openClaim("You enjoy running as a hobby");
  await button("Not true").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("One other belief rests on this and falls with it.").waitFor();
  await dialog.getByText("You are a runner").waitFor();
  await inspect(page, "10-refute");
  await dialog.getByLabel("Why? (if you like)").fill("it was a phase");
  await dialog.getByRole("button", { name: "Not true" }).click();
  await page.getByRole("dialog").getByText("One belief fell with it.").waitFor();
  await inspect(page, "11-refuted", "detail");
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await page.getByText("it was a phase").waitFor();
  await inspect(page, "12-refuted-claim", "detail");
  await button("Take this back").click();
  await page.getByText(/beliefs? stands? again/).waitFor();
  await button("That's right").click();
  await page.getByText("Confirmed.").waitFor();
  await page.getByText(/You confirmed this/).waitFor();
});

test("correct: what is true instead stands, and the other gives way", async () => {
  await openClaim("You are allergic to hazelnuts");
  await button("Not quite").click();
  await page.getByRole("dialog").getByLabel("What is true").last().fill("walnuts");
  await inspect(page, "13-correct", "detail");
  await page.getByRole("button", { name: "Correct it" }).click();
  await page.getByText(/You said what is true instead/).waitFor();
  await openClaim("You are allergic to walnuts");
  await inspect(page, "14-corrected", "detail");
});

test("forget: everything that loses its words is named before, and it is gone after", async () => {
  await openClaim("You like gardening");
  await button("Forget it").click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByText(/lose[s]? (its|their) words/)
    .first()
    .waitFor();
  await inspect(page, "15-forget", "detail");
  await dialog.getByLabel("Yes, erase these words").check();
  await dialog.getByRole("button", { name: "Forget it" }).click();
  await page.getByText("Forgotten", { exact: true }).waitFor();
  assert.equal(await page.getByText("gardening").count(), 0);
  await page.locator(".toast").getByRole("button", { name: "Close" }).click();
});

test("timeline: from years to days, by source, with what lies in it", async () => {
  await openView("Timeline");
  await page.locator(".bar").first().waitFor();
  await inspect(page, "16-timeline");
  await button(/^Photos/).click();
  await page.getByText("Tram 28 in Alfama").waitFor();
  const before = await page.locator(".timeline-ticks").textContent();
  await page.locator(".bar").last().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((ticks) => document.querySelector(".timeline-ticks")?.textContent !== ticks, before);
  await inspect(page, "17-timeline-close", "detail");
  await button("All of it").click();
  await page.getByText("Tram 28 in Alfama").click();
  await heading(/Tram 28 in Alfama/).waitFor();
  await page.locator(".map svg").waitFor();
  await page.getByText("38.7139° N, 9.1334° W").waitFor();
  await inspect(page, "18-photo", "detail");
});

test("sharing: exactly what they would see before it is given, the ledger, and taking it back", async () => {
  await openView("Sharing");
  await heading("Nobody but you sees anything").waitFor();
  await inspect(page, "19-sharing-empty", "detail");
  await link("Share something").click();
  await button("Share this").click();
  await page.getByRole("alert").getByText("Choose at least one topic.").waitFor();
  await page.getByRole("checkbox", { name: /Habits and routines/ }).check();
  await page.getByText(/beliefs, and nothing else/).waitFor();
  await page.locator(".shown").getByText("Every Sunday, 08:00: Long run by the canal").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Coach");
  await page.getByLabel("Their key").fill("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
  await page.getByLabel("What for").fill("Training plan for the spring");
  await inspect(page, "20-share");
  await button("Share this").click();
  await heading("Shared").waitFor();
  await inspect(page, "21-shared", "detail");
  await link("See how it goes").click();
  await heading("Coach").waitFor();
  await page.getByText("You gave it.").waitFor();
  await inspect(page, "22-grant");
  await button("Take it back").click();
  await inspect(page, "23-revoke", "detail");
  await page.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
  await page.getByText("You took it back.").waitFor();
  await openView("Sharing");
  await heading("Over").waitFor();
  await inspect(page, "24-sharing");
});

test("help for the keyboard, the three themes, and a place that there is not", async () => {
  await page.locator("h1").focus();
  await page.keyboard.press("?");
  await heading("Keyboard shortcuts").waitFor();
  await inspect(page, "25-keys", "detail");
  await page.keyboard.press("Escape");
  await button(/^Appearance: as the system/).click();
  await button(/^Appearance: light/).click();
  await page.locator(":root[data-theme=dark]").waitFor();
  await button(/^Appearance: dark/).click();
  await page.goto(`${home.inspector.url}/#/nowhere`);
  await page.getByText("There is no such page").waitFor();
});

test("nothing went wrong on the way, in the page or in the node", () => {
  assert.deepEqual(watched.faults, []);
  assert.deepEqual(home.defects, []);
});
