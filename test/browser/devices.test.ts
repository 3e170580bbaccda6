/** Two real nodes: a device is added, they sync, disagree and agree, and what one learns appears on the other's page by itself. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Device, device } from "../../demo/devices.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { addDevice, type Node, openNode, stateClaim, system } from "../../src/node/index.ts";
import { makeKey } from "../../src/node/key-file.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { fablepool } from "../e2e/command.ts";
import { qrText } from "../e2e/qr-text.ts";
import { claims, logOf, replicaOf, take } from "../node/replicas.ts";
import { fillWithSample, type InspectedHome, inspectedHome } from "./inspected-home.ts";
import { inspect, openBrowser, openWatched, type Watched } from "./inspector-page.ts";

let browser: Browser;
let phone: InspectedHome;
let laptop: Device;
let folder: string;
let watched: Watched;
let page: Page;

/** Beside the sample: two homes that exclude each other, and what an assistant would like to be believed. */
async function fill(node: Node): Promise<void> {
  await fillWithSample(node);
  await stateClaim(node, {
    subject: "self",
    predicate: "place.home",
    object: "Linnégatan 12, Göteborg",
    confidence: 1,
    rationale: "the lease",
  });
  await stateClaim(node, {
    subject: "self",
    predicate: "place.home",
    object: "Ribersborg, Malmö",
    confidence: 1,
    rationale: "the new flat",
  });
  const assistant = { ...system, ...makeKey(system.random) };
  await addDevice(node, { key: assistant.did, role: "assistant", name: "assistant" });
  const method = { name: "model:qwen3", version: "1" };
  const said = { subject: "self", confidence: 0.6, derived_from: [], method, rationale: "asked for recipes without meat three times" };
  await writeDrafts(node.replica, assistant, [{ type: "claim", payload: { ...said, predicate: "health.diet", object: "vegetarian" } }]);
  await addCopiedTablet(node);
}

/** A tablet whose key was copied: either copy went on from the same log. */
async function addCopiedTablet(node: Node): Promise<void> {
  const tablet = { ...system, ...makeKey(system.random) };
  await addDevice(node, { key: tablet.did, role: "full", name: "tablet of old" });
  const pool = (await node.replica.store.read((reader) => reader.pool())) as OpId;
  const copy = await replicaOf(pool, await logOf(node.replica));
  await writeDrafts(node.replica, tablet, claims(1, 1));
  await writeDrafts(copy, tablet, claims(1, 2));
  await take(node.replica, await logOf(copy));
}

before(async () => {
  browser = await openBrowser();
  phone = await inspectedHome(fill);
  folder = mkdtempSync(join(tmpdir(), "fablepool-laptop-"));
  laptop = device("laptop", join(folder, "home"));
  watched = await openWatched(browser, phone.inspector.address);
  page = watched.page;
});

after(async () => {
  await browser?.close();
  await phone?.close();
  rmSync(folder, { recursive: true, force: true });
});

const heading = (name: string | RegExp) => page.getByRole("heading", { name });

test("what needs a decision stands first, and one press decides it", async () => {
  await heading("2 things need your word").waitFor();
  await page.getByText("You eat vegetarian").first().waitFor();
  await inspect(page, "30-attention");
  await page.getByRole("button", { name: /^That's right: .*vegetarian/ }).click();
  await page.getByText("Confirmed.").waitFor();
  await heading("One thing needs your word").waitFor();
  await page.getByRole("button", { name: /^Not true: .*Linnégatan/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Not true" }).click();
  await heading("One thing needs your word").waitFor({ state: "detached" });
});

test("a second device is added on the page, and joins by what the page gave it", async () => {
  const key = await laptop.run("join", "--name", "laptop");
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  await page.getByRole("button", { name: "Add a device" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "By hand" }).click();
  await dialog.getByLabel("Key of the new device").fill("did:key:nonsense");
  await dialog.getByRole("button", { name: "Add it" }).click();
  await dialog.getByRole("alert").waitFor();
  await inspect(page, "31-add-device", "detail");
  await dialog.getByLabel("Key of the new device").fill(key);
  await dialog.getByLabel("What to call it").fill("laptop");
  await dialog.getByRole("button", { name: "Add it" }).click();
  const command = await dialog.getByRole("textbox", { name: "On the new device" }).inputValue();
  await inspect(page, "32-added", "detail");
  const invitation = /^fablepool join '(.+)'$/.exec(command)?.[1] ?? "";
  await laptop.run("join", invitation);
  await dialog.getByRole("button", { name: "Done" }).click();
  const card = page.locator(".device", { hasText: "laptop" });
  await card.getByText(/met .*(now|ago)/).waitFor();
  await inspect(page, "33-devices");
});

test("a key that was copied, and a restored store, are explained where devices are shown", async () => {
  const card = page.locator(".device", { hasText: "tablet of old" });
  await card.getByText("Its key was copied or a backup restored: it wrote two histories. Nothing is lost.").waitFor();
  await page.getByText(/tablet of old.*wrote 2 histories: its key was copied to another machine, or a backup of it was restored/).waitFor();
  const restored = page.getByText("This memory was restored from a copy. It writes nothing before it has met another device");
  assert.equal(await restored.count(), 0);
  await setRestored("restored or copied");
  await page.reload();
  await restored.waitFor();
  await inspect(page, "39-copied", "detail");
  await setRestored(null);
  await page.reload();
  await card.waitFor();
  await restored.waitFor({ state: "detached" });
});

async function setRestored(mark: string | null): Promise<void> {
  const node = await openNode(phone.home, async () => null);
  await node.replica.store.write((tx) => tx.setLocal("unproven", mark)).finally(() => node.close());
}

test("a third one is added by the code's picture: both show the same words, and the person's yes takes it in", async () => {
  await page.getByRole("button", { name: "Add a device" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Show a code" }).click();
  await dialog.locator(".pair-digits").waitFor();
  await page.keyboard.press("Escape"); // a code that nobody looks at any more is ended
  await page.getByRole("button", { name: "Add a device" }).click();
  await dialog.getByRole("button", { name: "Show a code" }).click();
  const digits = (await dialog.locator(".pair-digits").textContent()) ?? "";
  await inspect(page, "37-pairing", "detail");
  const link = await qrTextIn(await dialog.screenshot());
  assert.match(link, /^fablepool:pair\?code=\d{10}&node=did:key:z6Mk\w+&url=http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(link.includes(`code=${digits.replaceAll("-", "")}&`), "the picture says what the digits beside it say");
  const joining = fablepool(join(folder, "tablet"), ["join", link, "--name", "tablet"]);
  await dialog.getByText("has the code").waitFor();
  await inspect(page, "38-pairing-words", "detail");
  const shown = (await dialog.locator(".pair-words").textContent()) ?? "";
  await dialog.getByRole("button", { name: "The same words" }).click();
  const { code, stderr } = await joining;
  assert.equal(code, 0, stderr);
  assert.ok(stderr.includes(shown.replaceAll(" · ", "   ")), `${shown} in ${stderr}`);
  await dialog.getByText("It is added, and has everything.").waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.locator(".device", { hasText: /^tablet(?! of old)/ }).waitFor();
});

/** What the QR code in a picture says. The picture is unpacked in a page of no site, which no policy binds. */
async function qrTextIn(png: Buffer): Promise<string> {
  const blank = await browser.newPage();
  try {
    const { pixels, width, height } = await blank.evaluate(async (base64) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d") as OffscreenCanvasRenderingContext2D;
      canvas.drawImage(picture, 0, 0);
      const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
      return { pixels: [...data], width: picture.width, height: picture.height };
    }, png.toString("base64"));
    return qrText(new Uint8ClampedArray(pixels), width, height);
  } finally {
    await blank.close();
  }
}

test("what the other device learns comes here when they sync, and a conflict is told", async () => {
  await laptop.run("claim", "self", "person.language", "Portuguese", "--why", "lessons since March");
  await laptop.run("claim", "self", "place.work", "at sea", "--why", "the new job");
  await laptop.run("claim", "self", "place.work", "Havsvik office", "--why", "the old one");
  await laptop.run("device", "add", makeKey(system.random).did, "--name", "reader", "--role", "ingest");
  const serving = await laptop.serve();
  try {
    await page.getByLabel("Address of another device").fill(serving.url);
    await page.getByRole("button", { name: "Sync with it" }).click();
    await page
      .locator(".peer", { hasText: "laptop" })
      .getByText(/received/)
      .waitFor();
    await page.locator(".conflict", { hasText: "You work at" }).getByText("Gave way").waitFor();
    await inspect(page, "34-synced", "detail");
    await page.getByRole("navigation").getByRole("link", { name: "About me" }).click();
    await page.getByText("You speak Portuguese").waitFor();
  } finally {
    await serving.stop();
  }
});

test("live: what a command on this machine writes appears by itself, and is told to who can't see it", async () => {
  const told = page.locator("[data-news]", { hasText: /arrived/ });
  const here = device("phone", phone.home.folder);
  const [arrived] = await Promise.all([
    told.waitFor({ state: "attached" }),
    here.run("claim", "self", "person.nickname", "Maja", "--why", "since school"),
  ]);
  void arrived;
  await page.getByText("You are also called Maja").waitFor();
});

test("a device is removed after saying what happened to it, and being shown what no longer counts and what falls with it", async () => {
  await page.getByRole("navigation").getByRole("link", { name: "Devices" }).click();
  await page.getByRole("button", { name: /^Remove .*laptop/ }).click();
  const dialog = page.getByRole("dialog");
  const remove = dialog.getByRole("button", { name: "Remove", exact: true });
  assert.equal(await remove.getAttribute("aria-disabled"), "true", "nothing is done before it was shown");
  await dialog.getByLabel("It is lost").check();
  await dialog.getByText("Everything of it that is here still counts.").waitFor();
  await dialog.getByLabel("It is stolen").check();
  assert.equal(await remove.getAttribute("aria-disabled"), "true", "since when?");
  await dialog.getByLabel("Since when?").fill("2020-01-31T18:00");
  await dialog.getByText(/would no longer count/).waitFor();
  await dialog.getByText("You speak Portuguese").waitFor();
  await dialog.locator(".banner", { hasText: "reader falls with it" }).waitFor();
  await inspect(page, "35-remove-device", "detail");
  await remove.click();
  await page.locator(".device-removed", { hasText: "laptop" }).waitFor();
  await inspect(page, "36-removed", "detail");
  await page.getByRole("navigation").getByRole("link", { name: "About me" }).click();
  await heading("About me").waitFor();
  await page.getByText("You speak Portuguese").waitFor({ state: "detached" });
});

test("nothing went wrong on the way, but for the refusal that was asked for", () => {
  assert.deepEqual(
    watched.faults.filter((fault) => !/status of 400/.test(fault)),
    [],
  );
  assert.deepEqual(phone.defects, []);
});
