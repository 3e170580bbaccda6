/** `credential issue` and `credential verify`, as two people meet them: one has a pool, the other has none. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fablepool, json } from "./command.ts";

let folder = "";
let home = "";
const verifierHome = () => join(folder, "nothing-here");
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-credential-"));
  home = join(folder, "home");
  await fablepool(home, ["init", "--name", "phone"]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function claimed(object: string): Promise<string> {
  const { id } = await json<{ id: string }>(home, "claim", "self", "preference.hobby", object);
  return id;
}

test("what one issues, another checks without a pool; altered, it is refused by a code", async () => {
  const file = join(folder, "swims.json");
  const issued = await fablepool(home, ["credential", "issue", await claimed("swimming"), "--until", "2126-01-01", "--out", file]);
  assert.equal(issued.code, 0, issued.stderr);
  assert.match(issued.stderr, /can't be taken back/);
  const { code, stdout } = await fablepool(verifierHome(), ["credential", "verify", file]);
  assert.equal(code, 0);
  const { device } = await json<{ device: string }>(home, "status");
  assert.ok(stdout.includes("self enjoys swimming as a hobby") && stdout.includes(device), stdout);
  writeFileSync(file, readFileSync(file, "utf8").replace("swimming", "sailing"));
  assert.deepEqual((await fablepool(verifierHome(), ["credential", "verify", file])).code, 1);
  const verdict = await json<{ holds: boolean; code: string }>(verifierHome(), "credential", "verify", file);
  assert.deepEqual([verdict.holds, verdict.code], [false, "signature"]);
});

test("nobody vouches for what is refuted, for what is no claim, or for no time at all; no file is replaced", async () => {
  const id = await claimed("chess");
  const file = join(folder, "there.json");
  writeFileSync(file, "mine");
  const codeOf = async (...args: string[]) => (await fablepool(home, ["credential", "issue", ...args])).code;
  assert.equal(await codeOf(id, "--out", file), 2);
  assert.equal(readFileSync(file, "utf8"), "mine");
  assert.equal(await codeOf(id, "--until", "2020-01-01"), 2);
  const { refutation } = await json<{ refutation: string }>(home, "refute", id);
  assert.equal(await codeOf(id), 2);
  assert.equal(await codeOf(refutation), 4);
  assert.equal((await fablepool(home, ["credential", "verify", join(folder, "missing.json")])).code, 4);
});
