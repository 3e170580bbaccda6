import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import { readSource } from "../../src/importers/read-source.ts";
import { type FoundFile, walk } from "../../src/importers/walk.ts";

let root = "";

before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "fablepool-walk-")));
});

after(async () => {
  await rm(root, { recursive: true });
});

/** A folder of its own with the files named; a name that ends with / is an empty folder. */
async function folderWith(...names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(root, "case-"));
  for (const name of names) {
    const path = join(folder, name);
    await mkdir(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) await writeFile(path, `text of ${name}`);
  }
  return folder;
}

async function found(paths: readonly string[], signal?: AbortSignal): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for await (const file of walk(paths, signal === undefined ? {} : { signal })) files.push(file);
  return files;
}

/** `collection: name` of everything found; `#` stands for the folder's own name. */
async function names(folder: string, ...paths: readonly string[]): Promise<string[]> {
  const files = await found(paths.length === 0 ? [folder] : paths.map((path) => join(folder, path)));
  const own = folder.split("/").at(-1) ?? "";
  return files.map(({ collection, name }) => `${collection.replace(own, "#")}: ${name}`);
}

function codeOf(code: string) {
  return (error: unknown) => error instanceof PoolError && error.code === code;
}

describe("walk", () => {
  it("gives the files of a folder in the order of their names, folders among them", async () => {
    const folder = await folderWith("b.md", "a/2.md", "a/10.md", "c.md", "a.md", "Z.md");
    assert.deepEqual(await names(folder), ["#: Z.md", "#: a/10.md", "#: a/2.md", "#: a.md", "#: b.md", "#: c.md"]);
  });

  it("looks for a vault no higher than it may", async () => {
    const folder = await folderWith(".git/config", "sent/Notes/a.md", "sent/b.md", "sent/Vault/.obsidian/app.json", "sent/Vault/deep/c.md");
    const within = join(folder, "sent");
    const files: FoundFile[] = [];
    for await (const file of walk([join(within, "Notes"), join(within, "b.md"), join(within, "Vault/deep")], { within })) files.push(file);
    assert.deepEqual(
      files.map(({ collection, name }) => `${collection}: ${name}`),
      ["Notes: a.md", "sent: b.md", "Vault: deep/c.md"],
    );
    assert.deepEqual(await names(folder, "sent/b.md"), ["#: sent/b.md"]);
  });

  it("tells path and size", async () => {
    const folder = await folderWith("a.md");
    assert.deepEqual(await found([join(folder, "a.md")]), [
      { path: join(folder, "a.md"), collection: folder.split("/").at(-1), name: "a.md", size: 12 },
    ]);
  });

  it("skips what is hidden, node_modules, and Logseq's backups", async () => {
    const folder = await folderWith(
      ".git/x",
      ".obsidian/app.json",
      ".hidden.md",
      "node_modules/p/README.md",
      "logseq/bak/old.md",
      "logseq/config.edn",
      "bak/kept.md",
    );
    assert.deepEqual(await names(folder), ["#: bak/kept.md", "#: logseq/config.edn"]);
  });

  it("reads a hidden file or folder that was named", async () => {
    const folder = await folderWith(".hidden.md", ".folder/a.md");
    assert.deepEqual(await names(folder, ".hidden.md"), ["#: .hidden.md"]);
    assert.deepEqual(await names(folder, ".folder"), [".folder: a.md"]);
  });

  it("names the collection after the nearest vault", async () => {
    const folder = await folderWith(
      "vault/.obsidian/",
      "vault/deep/a.md",
      "graph/logseq/config.edn",
      "graph/pages/b.md",
      "repo/.git/",
      "repo/vault/.obsidian/",
      "repo/vault/c.md",
      "repo/d.md",
      "e.md",
    );
    assert.deepEqual(await names(folder), [
      "#: e.md",
      "graph: logseq/config.edn",
      "graph: pages/b.md",
      "repo: d.md",
      "vault: c.md",
      "vault: deep/a.md",
    ]);
    assert.deepEqual(await names(folder, "vault/deep"), ["vault: deep/a.md"], "also when only a part of it is given");
    assert.deepEqual(await names(folder, "vault/deep/a.md"), ["vault: deep/a.md"], "or one file of it");
  });

  it("doesn't take a folder that happens to be called logseq for a mark", async () => {
    const folder = await folderWith("logseq/pages/a.md");
    assert.deepEqual(await names(folder), ["#: logseq/pages/a.md"]);
  });

  it("names a lone file's collection after its folder", async () => {
    const folder = await folderWith("cal/work.ics");
    assert.deepEqual(await names(folder, "cal/work.ics"), ["cal: work.ics"]);
  });

  it("gives nothing twice, whatever the paths", async () => {
    const folder = await folderWith("a.md", "b/c.md");
    assert.deepEqual(await names(folder, "b/c.md", ".", "b", "a.md"), ["b: c.md", "#: a.md"]);
    assert.deepEqual(await names(folder, "a.md", "a.md"), ["#: a.md"]);
  });

  it("follows links, but no loop", async () => {
    const folder = await folderWith("real/a.md", "top/");
    await symlink(join(folder, "top"), join(folder, "real", "up"));
    await symlink(join(folder, "real"), join(folder, "top", "down"));
    await symlink(join(folder, "real", "a.md"), join(folder, "z.md"));
    await symlink(join(folder, "nowhere"), join(folder, "y.md"));
    assert.deepEqual(await names(folder), ["#: real/a.md", "#: y.md", "#: z.md"]);
  });

  it("gives names in one normal form, and finds the file all the same", async () => {
    const folder = await folderWith("cafe\u0301/n\u0303.md", "cafz.md");
    const files = await found([folder]);
    assert.deepEqual(
      files.map((file) => file.name),
      ["cafz.md", "café/ñ.md"],
    );
    assert.equal((await readSource(files[1] as FoundFile)).bytes.length, "text of cafe\u0301/n\u0303.md".length + 2);
  });

  it("refuses a path that isn't there before it gives any file", async () => {
    const folder = await folderWith("a.md");
    await assert.rejects(found([folder, join(folder, "missing")]), codeOf("not_found"));
    await assert.rejects(found(["/dev/null"]), codeOf("not_found"));
  });

  it("stops when asked to", async () => {
    const folder = await folderWith("a.md", "b.md", "c.md");
    await assert.rejects(found([folder], AbortSignal.abort()), codeOf("interrupted"));
    const controller = new AbortController();
    const seen: string[] = [];
    await assert.rejects(async () => {
      for await (const file of walk([folder], { signal: controller.signal })) {
        seen.push(file.name);
        controller.abort();
      }
    }, codeOf("interrupted"));
    assert.deepEqual(seen, ["a.md"]);
  });

  it("of nothing, or an empty folder, is nothing", async () => {
    assert.deepEqual(await found([]), []);
    assert.deepEqual(await names(await folderWith()), []);
  });
});

describe("readSource", () => {
  it("gives the bytes and their hash", async () => {
    const folder = await folderWith("a.md");
    const [file] = await found([folder]);
    const source = await readSource(file as FoundFile);
    assert.deepEqual(
      { ...source, bytes: Buffer.from(source.bytes).toString() },
      {
        path: join(folder, "a.md"),
        collection: folder.split("/").at(-1),
        name: "a.md",
        bytes: "text of a.md",
        sha256: hash("sha256", "text of a.md"),
      },
    );
  });

  it("refuses a file above the limit, by its size now", async () => {
    const folder = await folderWith("big.ics");
    const [file] = await found([folder]);
    await truncate(join(folder, "big.ics"), limits.importFileBytes + 1);
    await assert.rejects(readSource(file as FoundFile), codeOf("too_large"));
  });

  it("says why a file can't be read", async () => {
    const folder = await folderWith("a.md", "sub/");
    const [file] = await found([folder]);
    await rm(join(folder, "a.md"));
    await assert.rejects(
      readSource(file as FoundFile),
      (error) => codeOf("not_found")(error) && /a\.md can't be read: ENOENT/.test(String(error)),
    );
    await assert.rejects(readSource({ ...(file as FoundFile), path: join(folder, "sub") }), codeOf("not_found"));
  });
});
