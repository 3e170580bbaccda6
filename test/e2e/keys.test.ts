/** Keys as a person meets them: the words that init shows, who opens a key, and that no secret is where it does not belong. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { readPhrase, rootOfPhrase } from "../../src/node/index.ts";
import { fablepool, json } from "./command.ts";
import { atTerminal, noTerminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-keys-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  readonly root: string;
  readonly root_key: string | null;
  readonly recovery_phrase?: string;
}

/** The words that stand on a screen, by their numbers. */
function wordsOn(screen: string): Map<string, string> {
  return new Map(
    [...stripVTControlCharacters(screen).matchAll(/(?<=\s)(\d{1,2}) ([a-z]{3,8})(?=\s)/g)].map(([, number = "", word = ""]) => [
      number,
      word,
    ]),
  );
}

/** Answers what is asked last. */
function confirming(screen: string): string | null {
  const plain = stripVTControlCharacters(screen);
  const number = [...plain.matchAll(/word (\d+)\?/g)].at(-1)?.[1];
  return number === undefined ? null : `${wordsOn(screen).get(number)}\r`;
}

describe("init", () => {
  test("without a terminal prints the phrase once: it is root, and no file of the home has it", async () => {
    const home = join(folder, "printed");
    const made = await json<Made>(home, "init", "--name", "phone");
    const { did } = rootOfPhrase(await readPhrase(made.recovery_phrase ?? ""));
    assert.deepEqual([made.root, made.root_key, existsSync(join(home, "root.key"))], [did, null, false]);
    const again = await fablepool(home, ["init"]);
    assert.deepEqual([again.code, again.stdout], [3, ""]);
    assert.match(again.stderr, /holds a pool already/);
  });

  test("with --recovery-file writes it there and nowhere else, and never over a file", async () => {
    const [home, file] = [join(folder, "filed"), join(folder, "words")];
    const { stdout, stderr, code } = await fablepool(home, ["init", "--recovery-file", file]);
    const phrase = readFileSync(file, "utf8").trim();
    assert.deepEqual([code, statSync(file).mode & 0o777], [0, 0o600]);
    assert.ok(!(stdout + stderr).includes(phrase.split(" ").slice(0, 3).join(" ")));
    const other = await fablepool(join(folder, "other"), ["init", "--recovery-file", file]);
    assert.deepEqual([other.code, existsSync(join(folder, "other"))], [2, false]);
    assert.match(other.stderr, /is there already: name a new file/);
    const right = await fablepool(home, ["key", "confirm", "--recovery-file", file]);
    assert.equal(right.code, 0, right.stderr);
    writeFileSync(file, phrase.replace(/^\w+ /, "fable "));
    const wrong = await fablepool(home, ["key", "confirm", "--recovery-file", file]);
    assert.deepEqual([wrong.code, wrong.stderr], [2, 'fablepool: word 1, "fable", is not in the list of words\n']);
  });

  test("--keep-root keeps it here too, and it acts as root; the words do as well, others do not", async () => {
    const [home, file] = [join(folder, "kept"), join(folder, "kept words")];
    assert.equal((await fablepool(home, ["init", "--keep-root", "--recovery-file", file])).code, 0);
    for (const [name, option] of [
      ["--root-key", join(home, "root.key")],
      ["--recovery-file", file],
    ] as const) {
      const { code, stderr } = await fablepool(home, ["key", "rotate", name, option]);
      assert.equal(code, 0, stderr);
    }
    const strange = await fablepool(home, ["key", "rotate", "--root-key", join(home, "device.key")]);
    assert.deepEqual([strange.code, /that is not this pool's root/.test(strange.stderr)], [2, true]);
  });

  test("at a terminal shows the words and has some typed back before anything is made", { skip: noTerminal }, async () => {
    const home = join(folder, "typed");
    const stopped = await atTerminal(home, ["init"], (screen) => (/word \d+\?/.test(screen) ? "\x03" : null));
    assert.deepEqual([stopped.code, existsSync(home)], [130, false]);
    const { code, screen } = await atTerminal(home, ["init", "--name", "phone"], confirming);
    assert.equal(code, 0, screen);
    const words = wordsOn(screen);
    const phrase = Array.from({ length: 24 }, (_, index) => words.get(String(index + 1))).join(" ");
    const typed = await atTerminal(home, ["key", "confirm"], (shown) => (shown.includes("24 words") ? `${phrase}\r` : null));
    assert.equal(typed.code, 0, typed.screen);
    assert.match(typed.screen, /these words are right/);
  });
});

describe("a locked key", () => {
  test("set, changed, by a key file, taken away: each opens by its own alone, and a locked device says so in one line", async () => {
    const home = join(folder, "locked");
    await fablepool(home, ["init"]);
    const code = async (args: string[], env: Record<string, string> = {}) => (await fablepool(home, args, { env })).code;
    const [first, second] = [{ FABLEPOOL_PASSPHRASE: "first" }, { FABLEPOOL_PASSPHRASE: "second" }];
    assert.equal(await code(["key", "passphrase"], { FABLEPOOL_NEW_PASSPHRASE: "first" }), 0);
    for (const args of [["claims"], ["serve"], ["init"]]) {
      const { code: ended, stdout, stderr } = await fablepool(home, args);
      assert.deepEqual([ended, stdout], [3, ""], args.join(" "));
      assert.match(stderr, /^fablepool: .*device\.key is locked: give .*\n$/, args.join(" "));
    }
    assert.equal(await code(["key", "passphrase"], { ...first, FABLEPOOL_NEW_PASSPHRASE: "second" }), 0);
    assert.deepEqual([await code(["status"], first), await code(["status"], second)], [3, 0]);
    const file = join(folder, "stick");
    writeFileSync(file, "any bytes that nobody else has");
    assert.equal(await code(["key", "passphrase", "--new-key-file", file], second), 0);
    assert.equal(await code(["status"], second), 3);
    assert.equal(await code(["--key-file", file, "key", "rotate"]), 0);
    assert.equal(await code(["key", "passphrase", "--remove"], { FABLEPOOL_KEY_FILE: file }), 0);
    for (const [args, words] of [
      [[], /no terminal to ask at/],
      [["--remove", "--new-key-file", "x"], /choose one/],
      [["--new-key-file", join(folder, "none")], /there is no file .*none: any will do that nobody else has/],
      [["--new-passphrase-file", "/dev/null"], /an empty passphrase protects nothing/],
    ] as const) {
      const { stderr } = await fablepool(home, ["key", "passphrase", ...args]); // which opens without any by now
      assert.match(stderr, words);
      assert.equal(stderr.split("\n").length, 2);
    }
  });

  test("what a key said before it was rotated is told to be no proof for others, and is none; what it says now is", async () => {
    const home = join(folder, "proofs");
    await fablepool(home, ["init", "--name", "phone"]);
    for (const [before, proves] of [
      [["claims"], true],
      [["key", "rotate"], false],
    ] as const) {
      const { stdout } = await fablepool(home, ["--json", "claim", "self", "place.home", `Lyon ${proves}`]);
      await fablepool(home, [...before]);
      const proof = join(folder, `proof ${proves}.json`);
      const made = await fablepool(home, ["why", (JSON.parse(stdout) as { id: string }).id, "--bundle", proof]);
      assert.equal(made.code, 0);
      assert.equal(/others will not be able to prove it: .*its author was removed/.test(made.stderr), !proves, made.stderr);
      assert.equal((await fablepool(home, ["verify", proof])).code, proves ? 0 : 1);
    }
  });
});
