/** What an operator may get wrong before a hub runs: each is one clear line with what to do, and an exit code of its own. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeHubSecret } from "../../src/hub/hub-secret.ts";
import { random } from "../hub/hub-of-test.ts";
import { testDatabase } from "../store/test-database.ts";
import { fablepool } from "./command.ts";

test("mistakes before a hub runs are told in one line each", { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-hub-mistakes-"));
  try {
    const { url: database } = await testDatabase();
    const secret = join(folder, "secret");
    const hub = async (...args: string[]) => {
      const { code, stderr, stdout } = await fablepool(folder, ["hub", ...args], { env: { FABLEPOOL_HUB_LOG: "silent" } });
      return { code, stdout, said: stderr.trim() };
    };
    const refused = async (args: readonly string[], code: number, said: RegExp) => {
      const ran = await hub(...args);
      assert.equal(ran.code, code, ran.said);
      assert.match(ran.said, said);
      assert.ok(!ran.said.includes("\n"), ran.said);
    };
    const serve = ["serve", "--database", database, "--secret", secret];
    await refused(["serve"], 2, /^fablepool: --database \(FABLEPOOL_HUB_DATABASE\): it is needed/);
    await refused(serve, 3, /^fablepool: there is no hub secret at .*`fablepool hub init`/);
    makeHubSecret(secret, random);
    await refused(serve, 7, /^fablepool: the hub's tables at .* are not migrated: `fablepool hub migrate`/);
    const { stdout } = await hub("--json", "init", "--database", database, "--secret", secret);
    assert.deepEqual([JSON.parse(stdout).secret, JSON.parse(stdout).made], [secret, false], "init keeps a secret that is there");
    await refused([...serve, "--listen", "192.0.2.1:7420"], 2, /^fablepool: 192\.0\.2\.1 is reached over a network: .*over TLS/);
    chmodSync(secret, 0o644);
    await refused(serve, 3, /^fablepool: others may read or change .*chmod 600/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
