/**
 * A home is copied to a second machine, and both go on with one key: what the copy says before it writes, and what every place where a person
 * would look says of the two histories afterwards. In words that need no explaining.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addDevice, type Home, homeAt, initNode, type Node, newDevice, type Status, stateClaim } from "../../src/node/index.ts";
import { logOf, take } from "../node/replicas.ts";
import { fablepool } from "./command.ts";
import { withHome } from "./homes.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-copied-"));
const [phone, copy, tablet] = ["phone", "copy", "tablet"].map((name) => homeAt(join(folder, name))) as [Home, Home, Home];
after(() => rmSync(folder, { recursive: true, force: true }));

async function says(home: Home, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await fablepool(home.folder, args);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** What the house says among itself. */
const jargon = /\b(fork(ed)?|branch(es)?|chains?|seq|causal|unproven|replica)\b/i;
const assertPlain = (text: string) => assert.doesNotMatch(text, jargon);

/** The line of a table that begins with this word. */
const lineOf = (text: string, first: string) => text.split("\n").find((line) => line.startsWith(first)) ?? "";

const like = (object: string) => (node: Node) => stateClaim(node, { subject: "self", predicate: "preference.likes", object });

before(async () => {
  const { node } = await initNode(phone, { name: "phone", passphrase: null });
  await like("tea")(node);
  const other = await newDevice(tablet, { name: "tablet", passphrase: null });
  await addDevice(node, { key: other.writer.did, role: "full", name: "tablet" });
  await other.replica.store.write(async (tx) => tx.setPool((await node.replica.store.read((reader) => reader.pool())) as never));
  await other.close();
  await node.close();
  cpSync(phone.folder, copy.folder, { recursive: true });
});

describe("a copied home", () => {
  test("says that it is a copy, in `status` and when it is to write, and what to do", async () => {
    const line = lineOf(await says(copy, "status"), "restored");
    assert.match(
      line,
      /is a copy, or was restored from a backup, and may lack what this device wrote later: it writes again after the next sync/,
    );
    assertPlain(line);
    const { code, stderr } = await fablepool(copy.folder, ["claim", "self", "preference.likes", "rye"]);
    assert.equal(code, 6);
    assert.match(stderr, /sync/);
    assertPlain(stderr);
  });

  test("once both wrote, `status` and `device list` say so, what to do about it, and that nothing is lost", async () => {
    await withHome(copy, (node) => node.replica.store.write((tx) => tx.setLocal("unproven", null)));
    await withHome(copy, like("rye"));
    await withHome(phone, like("oat"));
    const theirs = await withHome(copy, (node) => logOf(node.replica));
    const log = await withHome(phone, async (node) => (await take(node.replica, theirs)) && logOf(node.replica));
    await withHome(tablet, (node) => take(node.replica, log));
    const status = await says(phone, "status");
    const list = await says(phone, "device", "list");
    for (const text of [lineOf(status, "COPIED"), list]) {
      assert.match(text, /wrote two histories: its key was copied, or a backup of it restored\. Both count, and nothing is lost\./);
      assert.match(text, /`fablepool key rotate` gives this one its own/);
      assertPlain(text);
    }
    assert.equal(lineOf(status, "restored"), "", "the one that was copied says nothing of the kind");
    assert.match(list, /\(this device\) two histories/);
  });

  test("another device is told what it can do: not to rotate a key that it does not have", async () => {
    const { forked } = JSON.parse(await says(tablet, "--json", "status")) as Status;
    assert.equal(forked.length, 1);
    const status = lineOf(await says(tablet, "status"), "COPIED");
    assert.match(status, /If that was a backup of it, all is well\. Else its key is in two places: remove it, and pair the right one anew/);
    assertPlain(status);
  });
});
