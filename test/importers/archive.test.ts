import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { filesIn, isArchive, type UnreadEntry } from "../../src/importers/archive/archive.ts";
import type { SourceFile } from "../../src/importers/importer.ts";
import { readSources } from "../../src/importers/read-source.ts";
import { walk } from "../../src/importers/walk.ts";
import { sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

/** A zip file with these entries; text is deflated, bytes are stored. */
function zip(entries: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const packed = Object.entries(entries).map(([name, data]) =>
    typeof data === "string" ? ([name, strToU8(data)] as const) : ([name, [data, { level: 0 }]] as const),
  );
  return zipSync(Object.fromEntries(packed) as Parameters<typeof zipSync>[0]);
}

function open(bytes: Uint8Array, name = "export.zip") {
  const items = withinSeconds(name, () => [...filesIn(sourceOf(name, bytes))]);
  const files = items.filter((item): item is SourceFile => "bytes" in item);
  const unread = items.filter((item): item is UnreadEntry => "reason" in item);
  for (const file of files) {
    assert.ok(file.name !== "" && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(file.name), file.name);
    assert.ok(file.path.startsWith("/somewhere/"));
    assert.match(file.sha256, /^[0-9a-f]{64}$/);
  }
  for (const { reason } of unread) assert.match(reason, /^[^\r\n]+$/);
  return { files, unread: unread.map(({ path, reason }) => `${path.replace("/somewhere/", "")}: ${reason}`) };
}

const textOf = (file: SourceFile | undefined) => Buffer.from(file?.bytes ?? []).toString();

/** The archive with the bytes at each of these places (from the mark on) changed. */
function patched(bytes: Uint8Array, mark: string, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(mark, 0, "latin1"); at !== -1; at = copy.indexOf(mark, at + 1, "latin1")) {
    for (const [offset, value] of Object.entries(changes)) copy[at + Number(offset)] = value;
  }
  return copy;
}

const [localMark, entryMark, endMark] = ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06"];

describe("an archive", () => {
  it("gives each of its files, with its path inside and the collection that the archive's name tells", () => {
    const { files, unread } = open(
      zip({ "Takeout/a.md": "# A", "Takeout/photo.jpg": Uint8Array.of(1, 2, 3), "Takeout/sub/": "", "č.txt": "x" }),
      "takeout-20240615T120000Z-001.zip",
    );
    assert.deepEqual(unread, []);
    assert.deepEqual(
      files.map(({ path, collection, name }) => [path, collection, name]),
      [
        ["/somewhere/takeout-20240615T120000Z-001.zip/Takeout/a.md", "takeout", "Takeout/a.md"],
        ["/somewhere/takeout-20240615T120000Z-001.zip/Takeout/photo.jpg", "takeout", "Takeout/photo.jpg"],
        ["/somewhere/takeout-20240615T120000Z-001.zip/č.txt", "takeout", "č.txt"],
      ],
    );
    assert.equal(textOf(files[0]), "# A");
    assert.equal(files[0]?.sha256, sourceOf("", "# A").sha256);
  });

  it("is of the same collection whenever it was made", () => {
    const collectionOf = (name: string) => open(zip({ a: "x" }), name).files[0]?.collection;
    const cases = {
      "takeout-20240615T120000Z-001.zip": "takeout",
      "apple_health_export 2024-06-15.zip": "apple_health_export",
      "facebook-ann-15_06_2024.zip": "facebook-ann",
      "export (2).zip": "export",
      "notes_2024.06.15 (1).zip": "notes",
      "2024-06-15.zip": "2024-06-15",
      "photos 2024.zip": "photos 2024",
      "sub/archive.zip": "archive",
    };
    for (const [name, collection] of Object.entries(cases)) assert.equal(collectionOf(name), collection, name);
  });

  it("leads nowhere else: names are normalised; hidden files and a Mac's own are left out", () => {
    const { files } = open(
      zip({
        "../../etc/a": "1",
        "/b": "2",
        "C:\\d\\e": "3",
        "./f//g": "4",
        "__MACOSX/._a": "5",
        ".git/h": "6",
        "x/.DS_Store": "7",
        "..": "8",
      }),
    );
    assert.deepEqual(
      files.map(({ name }) => name),
      ["etc/a", "b", "d/e", "f/g"],
    );
  });

  it("inside an archive is opened, one inside that isn't", () => {
    const inner = zip({ "b.md": "# B", "deep.zip": zip({ "c.md": "# C" }) });
    const { files, unread } = open(zip({ "a.md": "# A", "sub/inner-2024-01-01.zip": inner }));
    assert.deepEqual(
      files.map(({ path, collection, name }) => [path, collection, name]),
      [
        ["/somewhere/export.zip/a.md", "export", "a.md"],
        ["/somewhere/export.zip/sub/inner-2024-01-01.zip/b.md", "inner", "b.md"],
      ],
    );
    assert.deepEqual(unread, ["export.zip/sub/inner-2024-01-01.zip/deep.zip: an archive in an archive in an archive: left out"]);
  });

  it("may have something before it, and a comment after it", () => {
    const plain = zip({ a: "x", b: "y" });
    const commented = Buffer.concat([patched(plain, endMark, { 20: 5 }), Buffer.from("hello")]);
    assert.equal(open(commented).files.length, 2);
    assert.deepEqual(open(Buffer.concat([Buffer.from("#!/bin/sh\n"), plain])).files.map(textOf), ["x", "y"]);
  });

  it("is known by what it holds: a document of a program is none", () => {
    assert.ok(isArchive(zip({ a: "x" })));
    assert.ok(isArchive(zip({})));
    for (const mark of ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"])
      assert.ok(!isArchive(zip({ [mark]: "x", "word/media/image1.jpg": "y" })), mark);
    assert.ok(!isArchive(strToU8("PK\x03 but no archive, whatever else stands here")));
    assert.ok(!isArchive(new Uint8Array()));
  });
});

describe("an archive that can't be read whole", () => {
  const two = zip({ "a.txt": "first text, first text, first text", "b.txt": "second" });

  it("says in one line how many entries are encrypted", () => {
    const encrypted = patched(two, entryMark, { 8: 1 });
    assert.deepEqual(open(encrypted), { files: [], unread: ["export.zip: 2 entries are encrypted: left out"] });
  });

  it("says which entry is damaged, or packed in a way that isn't read", () => {
    const text = Buffer.from(two);
    text[40] = (text[40] ?? 0) ^ 0xff;
    const damaged = open(text);
    assert.deepEqual(damaged.unread, ["export.zip/a.txt: it is damaged: left out"]);
    assert.deepEqual(damaged.files.map(textOf), ["second"]);
    assert.deepEqual(open(patched(two, entryMark, { 10: 9 })).unread, [
      "export.zip/a.txt: it is packed by a method that is not read (9): left out",
      "export.zip/b.txt: it is packed by a method that is not read (9): left out",
    ]);
  });

  it("says that it was cut short", () => {
    assert.deepEqual(open(two.subarray(0, two.length - 30)).unread, ["export.zip: the archive has no directory: it may be cut short"]);
    assert.deepEqual(open(patched(two, localMark, { 0: 0 })).unread, ["export.zip: the archive's directory is damaged: entries may lack"]);
  });

  it("is not unpacked when it would grow without end", () => {
    const bomb = zip({ "bomb.txt": "0".repeat(5_000_000), "b.txt": "second" });
    assert.deepEqual(open(bomb).unread, ["export.zip/bomb.txt: it grows more than 250-fold when it is unpacked: left out"]);
    assert.deepEqual(open(bomb).files.map(textOf), ["second"]);
    // An entry that says to be small, and isn't.
    const lying = patched(zip({ "a.txt": "0".repeat(100_000) }), entryMark, { 24: 10, 25: 0, 26: 0 });
    assert.deepEqual(open(lying).unread, ["export.zip/a.txt: it is damaged: left out"]);
    // One that says to be larger than any file that is read.
    assert.deepEqual(open(patched(two, entryMark, { 27: 0x7f })).unread.length, 2);
  });

  it("is not read when its entries lie on one another", () => {
    const bytes = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 7_919) % 256);
    const copies = Buffer.from(zip({ "a.bin": bytes, "b.bin": bytes, "c.bin": bytes }));
    // Every directory entry points at the first, and the others' bytes are gone.
    const first = copies.indexOf(localMark, 0, "latin1");
    const second = copies.indexOf(localMark, first + 1, "latin1");
    const directory = copies.indexOf(entryMark, 0, "latin1");
    const head = copies.subarray(0, second);
    const tail = Buffer.from(copies.subarray(directory));
    for (let at = tail.indexOf(entryMark, 0, "latin1"); at !== -1; at = tail.indexOf(entryMark, at + 1, "latin1"))
      tail.writeUInt32LE(0, at + 42);
    tail.writeUInt32LE(head.length, tail.indexOf(endMark, 0, "latin1") + 16);
    assert.deepEqual(open(Buffer.concat([head, tail])), {
      files: [],
      unread: ["export.zip: entries of the archive lie on one another: it is not read"],
    });
  });

  it("with very many entries is read so far", () => {
    const many = zip(Object.fromEntries(Array.from({ length: 50_001 }, (_, index) => [`${index}`, Uint8Array.of()])));
    const { files, unread } = open(many);
    assert.equal(files.length, 50_000);
    assert.deepEqual(unread, ["export.zip: the archive holds more than 50000 entries: the rest left out"]);
  });

  it("never breaks the contract, whatever the damage", () => {
    const original = zip({ "a.md": "# A", "sub/b.jpg": Uint8Array.of(1, 2, 3), "inner.zip": zip({ "c.md": "# C" }) });
    fc.assert(
      fc.property(mutationsOf(original), (bytes) => {
        isArchive(bytes);
        open(bytes);
      }),
      { seed: 66, numRuns: 300 },
    );
  });
});

it("an archive in a folder is read as the files inside it, any other file as itself", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-archive-"));
  try {
    writeFileSync(join(folder, "a.md"), "# A");
    writeFileSync(join(folder, "b-2024-06-15.zip"), zip({ "c.md": "# C", "d.md": "# D" }));
    const read = [];
    for await (const entry of walk([folder]))
      for await (const file of readSources(entry)) read.push("name" in file ? file.name : file.reason);
    assert.deepEqual(read, ["a.md", "c.md", "d.md"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
