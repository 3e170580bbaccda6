import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { strToU8, zipSync } from "fflate";
import { importFiles } from "../../src/node/index.ts";
import type { Node } from "../../src/node/open-node.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { newPool } from "../node/replicas.ts";

/** Goal: what the importers promise of versions holds when their items are written, from plain files and from an archive. */
describe("importing again", () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-versions-"));
  after(() => rmSync(folder, { recursive: true }));

  async function importer() {
    const { replica, phone } = await newPool();
    const node = { replica, write: (choose: Parameters<Node["write"]>[0]) => writeDrafts(replica, phone, choose) } as unknown as Node;
    return async (name: string, data: string | Uint8Array) => {
      const path = join(folder, name);
      writeFileSync(path, data);
      const { files, skipped, added, changed, unchanged, problems } = await importFiles(node, [path]);
      return {
        files,
        skipped,
        added,
        changed,
        unchanged,
        problems: problems.map(({ file, ...rest }) => ({ file: file.replace(folder, ""), ...rest })),
      };
    };
  }

  const card = (revised: string, title: string) => `BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Bo\nTITLE:${title}\nREV:${revised}\nEND:VCARD\n`;
  const none = { files: 1, skipped: 0, added: 0, changed: 0, unchanged: 0, problems: [] };

  it("a contact whose REV alone is new adds nothing; one that says something else is a new version", async () => {
    const read = await importer();
    assert.deepEqual(await read("a.vcf", card("20200101T000000Z", "Cook")), { ...none, added: 1 });
    assert.deepEqual(await read("a.vcf", card("20240101T000000Z", "Cook")), { ...none, unchanged: 1 });
    assert.deepEqual(await read("a.vcf", card("20240102T000000Z", "Chef")), { ...none, changed: 1 });
  });

  it("the next export's archive changes only what has changed, and names its own files in problems", async () => {
    const read = await importer();
    const mail = "From: a@b.c\nMessage-ID: <1>\n\nx\n";
    const files = (title: string) =>
      zipSync({
        "in/c.vcf": strToU8(card("20200101", title)),
        "in/a.eml": strToU8(mail),
        "in/n.md": strToU8("# N"),
        "in/x.bin": strToU8("?"),
      });
    assert.deepEqual(await read("export-2024-06-15.zip", files("Cook")), { ...none, added: 3 });
    assert.deepEqual(await read("export-2024-07-15.zip", files("Chef")), { ...none, changed: 1, unchanged: 2 });
    assert.deepEqual(await read("a.eml", mail), { ...none, unchanged: 1 });
    const broken = await read("b.zip", zipSync({ "in/c.vcf": strToU8("BEGIN:VCARD\nFN:Bo\n") }));
    assert.deepEqual(broken.problems, [{ file: "/b.zip/in/c.vcf", position: "line 1", reason: "the card has no END: left out" }]);
    assert.deepEqual(await read("c.zip", zipSync({ "x.bin": strToU8("?") })), { ...none, skipped: 1 });
  });
});
