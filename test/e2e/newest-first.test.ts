/** A new device on a line that breaks after the headers: it writes at once, does not import, and is filled by the next sync. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { twoHomes } from "./homes.ts";
import { running } from "./running.ts";
import { openWire } from "./wire.ts";

const items = 300;
const letters = 4_000;

test("sync --newest-first, cut after the headers", { timeout: 180_000 }, async (t) => {
  const homes = await twoHomes("newest-first");
  t.after(() => homes.dispose());
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const notes = join(homes.folder, "notes");
  mkdirSync(notes);
  for (let n = 0; n < items; n++) writeFileSync(join(notes, `${n}.md`), `# Note ${n}\n\n${"words ".repeat(letters / 6)}\n`);
  await json(phone, "import", "--no-derive", notes);
  await using wire = await openWire();
  const server = running(phone, "--json", "serve", "--port", "0", "--authority", new URL(wire.url).host);
  t.after(() => server.stop("SIGKILL"));
  wire.lead((JSON.parse(await server.says(/"url"/)) as { url: string }).url);

  // Headers are some 1,300 bytes each with their proofs; the first two hundred payloads alone are more than this.
  wire.cutAfter(items * 1_700);
  const broken = await fablepool(laptop, ["sync", wire.url, "--node", homes.phoneDid, "--newest-first"]);
  assert.equal(broken.code, 5, broken.stderr);
  type Held = { view: string; operations: number; incomplete: number };
  const [whole, part] = [await json<Held>(phone, "status"), await json<Held>(laptop, "status")];
  assert.deepEqual([part.operations, part.incomplete], [whole.operations, items + 1]); // the notes, and the name of the laptop
  assert.equal((await fablepool(laptop, ["claim", "self", "place.home", "Lyon"])).code, 0, "it writes");
  const refused = await fablepool(laptop, ["import", notes]);
  assert.deepEqual([refused.code, /everything/.test(refused.stderr)], [6, true], refused.stderr);

  wire.cutAfter(Number.POSITIVE_INFINITY);
  assert.equal((await fablepool(laptop, ["sync", wire.url, "--node", homes.phoneDid])).code, 0);
  const [ours, theirs] = [await json<Held>(laptop, "status"), await json<Held>(phone, "status")];
  assert.deepEqual([ours.view, ours.operations, ours.incomplete], [theirs.view, whole.operations + 1, 0]);
  assert.equal((await json<{ added: number }>(laptop, "import", "--no-derive", notes)).added, 0);
});
