import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { place } from "./machine.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-place-"));
const mounted: string[] = [];
after(() => {
  for (const path of mounted) spawnSync("umount", [path]);
  rmSync(folder, { recursive: true });
});

/** A file system in memory; throws where there is none to be had. */
function memory(name: string, options: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
  if (status !== 0) throw new Error(`mount: ${status}`);
  mounted.push(path);
  return path;
}

function reasonNot(): string | false {
  try {
    memory("tried", "size=1m");
    return false;
  } catch {
    return "a file system in memory needs Linux, and root that may mount";
  }
}

test("tests write in memory where there is room and programs run, else where temporary files go", { skip: reasonNot() }, () => {
  const good = memory("good", "size=5g");
  assert.equal(place(good), good);
  assert.equal(place(memory("small", "size=3g")), tmpdir(), "no room");
  assert.equal(place(memory("still", "size=5g,noexec")), tmpdir(), "no programs");
  assert.equal(place(memory("fixed", "size=5g,ro")), tmpdir(), "not to be written to");
  assert.equal(place(join(folder, "nowhere")), tmpdir(), "none");
});
