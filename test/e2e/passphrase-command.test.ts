/** A passphrase from another program, as a keychain gives it: what is run, what never is, and what is said when it gives none. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { passphraseFrom, readCommand } from "../../src/cli/passphrase-command.ts";
import { limits } from "../../src/core/limits.ts";
import { changeLock, homeAt, initNode } from "../../src/node/index.ts";
import { fablepool } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-keychain-"));
const home = homeAt(join(folder, "home"));
const passphrase = "horse battery; $(staple)";
const keychain = join(folder, "keychain.mjs");
after(() => rmSync(folder, { recursive: true, force: true }));

/** By its first argument: what a keychain's program may do. */
const script = `
const [does, ...rest] = process.argv.slice(2);
const print = (text) => process.stdout.write(text);
if (does === "lookup") print(${JSON.stringify(passphrase)} + "\\n");
if (does === "echo") print(JSON.stringify(rest) + "\\n");
if (does === "two") print("secret line\\nanother\\n");
if (does === "much") print("x".repeat(${limits.passphraseBytes} + 1));
if (does === "fail") { print("secret line\\n"); process.exitCode = 44; }
`;
const command = (...args: string[]) => JSON.stringify([process.execPath, keychain, ...args]);

before(async () => {
  writeFileSync(keychain, script);
  const { node } = await initNode(home, { name: "phone", passphrase: null });
  await node.close();
  await changeLock(home, async () => null, { by: "passphrase", text: passphrase });
});

describe("a passphrase command", () => {
  test("opens the key by what it prints, by the option and by the environment", async () => {
    const option = await fablepool(home.folder, ["--passphrase-command", command("lookup"), "claim", "self", "place.home", "Lyon"]);
    assert.equal(option.code, 0, option.stderr);
    const environment = await fablepool(home.folder, ["claims"], { env: { FABLEPOOL_PASSPHRASE_COMMAND: command("lookup") } });
    assert.match(environment.stdout, /Lyon/);
    const wrong = await fablepool(home.folder, ["--passphrase-command", command("echo"), "claims"]);
    assert.equal(wrong.code, 3);
    assert.ok(!`${wrong.stdout}${wrong.stderr}`.includes("[]"), "what it printed is in no message");
  });

  test("goes along to an assistant's program, and stands beside no passphrase file", async () => {
    const args = ["--passphrase-command", command("lookup"), "assistant", "add", "helper", "--allow", "place.*", "--client", "stdio"];
    const { stdout, stderr } = await fablepool(home.folder, args);
    assert.ok(stdout.includes("--passphrase-command"), stderr);
    const both = await fablepool(home.folder, ["--passphrase-file", keychain, "--passphrase-command", "pass show x", "claims"]);
    assert.equal(both.code, 2);
    assert.match(both.stderr, /choose one of --passphrase-file and --passphrase-command/);
  });

  test("no shell reads it: arguments arrive as they are written", () => {
    const mark = join(folder, "touched");
    const odd = [`$(touch ${mark})`, `; touch ${mark}`, "two words", "*", '"', "", `\`touch ${mark}\``];
    assert.deepEqual(JSON.parse(passphraseFrom(command("echo", ...odd))), odd);
    assert.ok(!existsSync(mark));
    assert.deepEqual(readCommand("  secret-tool lookup  service fablepool "), ["secret-tool", "lookup", "service", "fablepool"]);
  });

  test("words that only a shell would understand, and what names no program, are refused with what to write instead", () => {
    const words = ["pass show 'my pool'", "cat ~/secret", "pass | head -1", "echo $SECRET", "a && b", "a\nb", "pass show \\x"];
    for (const text of [...words, "", "   ", "[]", "[1]", '["a",', '[""]', '["a\\u0000"]']) {
      assert.throws(
        () => readCommand(text),
        { name: "PoolError", code: "usage", message: /JSON array like \["pass", "show", "my pool"\]/ },
        text,
      );
    }
  });

  test("when it gives none it is said why, without a word of what it printed", () => {
    const failures: readonly (readonly [string, RegExp])[] = [
      [command("fail"), /it ended with 44$/],
      [command("nothing"), /it printed nothing$/],
      [command("two"), /it printed more than one line$/],
      [command("much"), /it printed more than 4096 bytes$/],
      [join(folder, "not there"), /there is no such program$/],
    ];
    for (const [text, message] of failures) {
      const asArray = text.startsWith("[") ? text : JSON.stringify([text]);
      assert.throws(
        () => passphraseFrom(asArray),
        (error: Error & { code?: string }) =>
          error.code === "passphrase" && message.test(error.message) && !error.message.includes("secret"),
        text,
      );
    }
  });

  test("a program is looked for where the person's programs are, and never where the command is run", (context) => {
    if (process.platform === "win32") return context.diagnostic("a program there is found by its extension");
    const bin = mkdtempSync(join(folder, "bin-"));
    writeFileSync(join(bin, "my-keychain"), `#!/bin/sh\necho "from PATH: $1"\n`);
    chmodSync(join(bin, "my-keychain"), 0o700);
    const [path, here] = [process.env["PATH"], process.cwd()];
    context.after(() => {
      process.env["PATH"] = path;
      process.chdir(here);
    });
    process.chdir(bin);
    assert.throws(() => passphraseFrom("my-keychain lookup"), { code: "passphrase", message: /no such program/ });
    process.env["PATH"] = `${bin}${delimiter}${path}`;
    assert.equal(passphraseFrom("my-keychain lookup"), "from PATH: lookup");
  });
});
