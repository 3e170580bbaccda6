/** A sync whose connection breaks: what came stays, and the next one fetches the rest and no more, by operations and by bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { twoHomes, withHome, writeNotes } from "./homes.ts";
import { running } from "./running.ts";
import { openWire } from "./wire.ts";

const items = 3_000;

test("a first sync that is cut in the middle goes on where it was", { timeout: 240_000 }, async (t) => {
  const homes = await twoHomes("resume");
  t.after(() => homes.dispose());
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  await json(phone, "import", "--no-derive", writeNotes(homes.folder, "notes", items));
  const held = async (home: typeof homes.phone) =>
    withHome(home, (node) => node.replica.store.read(async (reader) => (await reader.counts()).operations));
  const total = await held(homes.phone);
  await using wire = await openWire();
  const server = running(phone, "--json", "serve", "--port", "0", "--authority", new URL(wire.url).host);
  t.after(() => server.stop("SIGKILL"));
  wire.lead((JSON.parse(await server.says(/"url"/)) as { url: string }).url);

  // About a quarter of it, twice: an operation of these is some 500 bytes in its run.
  let before = await held(homes.laptop);
  for (let cut = 0; cut < 2; cut++) {
    wire.cutAfter(items * 190);
    const broken = await fablepool(laptop, ["--json", "sync", wire.url, "--node", homes.phoneDid]);
    assert.deepEqual([broken.code, /no answer/.test(broken.stderr)], [5, true], broken.stderr);
    const now = await held(homes.laptop);
    assert.ok(now > before, "what came before the cut stays");
    assert.ok(now < total);
    before = now;
  }
  const left = total - before;
  wire.cutAfter(Number.POSITIVE_INFINITY);
  const bytes = wire.bytes();
  const report = await json<{ pulled: number; pushed: number; deferred: string[] }>(laptop, "sync", wire.url, "--node", homes.phoneDid);
  assert.deepEqual([report.pulled, report.pushed, report.deferred], [left, 0, []]);
  const each = (wire.bytes() - bytes) / left;
  t.diagnostic(`${total} operations: ${left} left after two cuts, fetched at ${Math.round(each)} bytes each`);
  assert.ok(each < 900, `${each} bytes for each operation that was left`);
  assert.equal(await held(homes.laptop), total);
  assert.equal((await fablepool(laptop, ["verify"])).code, 0);
});
