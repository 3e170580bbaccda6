/**
 * Secrets are where they belong and nowhere else: not in what commands print, not in the arguments of processes, not in files of the
 * home but the key file itself (and not there when it is locked), not on a disk's rest of what was replaced.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { armor } from "age-encryption";
import { toHex } from "../../src/core/bytes.ts";
import { withReplicaAside, withStoreAside } from "../../src/node/aside.ts";
import { backupKeyOf, homeAt, readKeyFile, readPhrase, rootOfPhrase } from "../../src/node/index.ts";
import { fablepool, type Ran } from "./command.ts";
import { withHome } from "./homes.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-secrets-"));
const umask = process.umask(0);
after(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});
/** What this test itself wrote. */
const given = ["wrong.txt", "words.txt"].map((name) => join(folder, name));

const passphrase = "a passphrase that nobody guesses";

/** Every way in which bytes may have been written somewhere. */
function writings(seed: Uint8Array): Buffer[] {
  const bytes = Buffer.from(seed);
  return [bytes, ...(["hex", "base64", "base64url"] as const).map((kind) => Buffer.from(bytes.toString(kind).slice(0, 40)))];
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("no output, argument or file has a key, the phrase, or a passphrase", async () => {
  const [home, words, pass] = [join(folder, "home"), join(folder, "words"), join(folder, "pass")];
  writeFileSync(pass, passphrase, { mode: 0o600 });
  const runs: Ran[] = [];
  const argv: string[] = [];
  const runAt = async (place: string, ...args: string[]) => {
    argv.push(...args);
    runs.push(await fablepool(place, ["--passphrase-file", pass, ...args]));
  };
  const run = (...args: string[]) => runAt(home, ...args);
  await run("init", "--name", "phone", "--recovery-file", words);
  const phrase = readFileSync(words, "utf8").trim();
  const entropy = await readPhrase(phrase);
  const seeds = [(await readKeyFile(homeAt(home).deviceKey, async () => passphrase)).seed];
  await run("claim", "self", "place.home", "Lyon");
  await run("key", "confirm", "--recovery-file", words);
  await run("key", "rotate", "--recovery-file", words);
  seeds.push((await readKeyFile(homeAt(home).deviceKey, async () => passphrase)).seed);
  const [backups, restored, recovered] = [join(folder, "backups"), join(folder, "restored"), join(folder, "recovered")];
  mkdirSync(backups);
  const backup = join(backups, "pool.age");
  await run("backup", backup);
  await runAt(restored, "restore", backup, "--recovery-file", words);
  await runAt(recovered, "recover", "--backup", backup, "--recovery-file", words, "--passphrase", "--remove", "all");
  seeds.push((await readKeyFile(homeAt(recovered).deviceKey, async () => passphrase)).seed);
  for (const args of [["doctor"], ["--json", "status"], ["export"], ["export", join(folder, "log.jsonl")], ["verify"]]) await run(...args);
  for (const [file, text] of [
    ["wrong", "wrong"],
    ["words", phrase.replace(/\w+$/, "zoo")],
  ] as const) {
    writeFileSync(join(folder, `${file}.txt`), text);
    await run("key", "confirm", "--recovery-file", join(folder, `${file}.txt`));
  }
  runs.push(await fablepool(home, ["--passphrase-file", words, "status"])); // the wrong file: its words are no message's
  assert.ok(runs.filter(({ code }) => code === 0).length >= 11, "most of these commands do what they are for");

  const root = rootOfPhrase(entropy);
  const { identity } = await backupKeyOf(entropy);
  const texts = [passphrase, phrase.split(" ").slice(0, 3).join(" "), identity.slice(20)].map((text) => Buffer.from(text));
  const secrets = [...[...seeds, root.seed, entropy].flatMap(writings), ...texts];
  const places = new Map<string, Buffer>([home, backups, restored, recovered].flatMap(filesIn).map((file) => [file, readFileSync(file)]));
  for (const [index, { stdout, stderr }] of runs.entries()) places.set(`output ${index}`, Buffer.from(stdout + stderr));
  places.set("arguments", Buffer.from(argv.join("\0")));
  assert.ok(places.size > 15 && secrets.length > 15);
  for (const [place, bytes] of places) for (const secret of secrets) assert.ok(!bytes.includes(secret), `a secret is in ${place}`);
  const sealed = JSON.parse(readFileSync(homeAt(home).deviceKey, "utf8")) as { age: string };
  for (const secret of secrets) assert.ok(!Buffer.from(armor.decode(sealed.age)).includes(secret), "a secret is in the age file");
});

test("the search finds what is there: an unlocked key file, and a home that keeps root", async () => {
  const home = join(folder, "open");
  await fablepool(home, ["init", "--keep-root", "--recovery-file", join(folder, "open words")]);
  const { seed } = await readKeyFile(homeAt(home).rootKey, async () => null);
  const found = filesIn(home).filter((file) => writings(seed).some((secret) => readFileSync(file).includes(secret)));
  assert.deepEqual(found, [join(home, "root.key")]);
  assert.ok(readFileSync(homeAt(home).deviceKey, "utf8").length > 64 && toHex(seed).length === 64);
});

test("whatever was written above is its owner's alone, whatever the umask: homes, copies beside the store, export, backup, phrase", async (context) => {
  if (process.platform === "win32") return context.diagnostic("there are no modes here");
  const open = new Set<string>();
  const look = () => {
    for (const file of filesIn(folder)) if (!given.includes(file) && (statSync(file).mode & 0o077) !== 0) open.add(file);
  };
  await withHome(homeAt(join(folder, "open")), async (node) => {
    for (const name of ["verify", "as-of"] as const) await withReplicaAside(node.home, node.replica, name, async () => look());
    await withStoreAside(node.home, node.home.store, async () => look());
  });
  assert.deepEqual([...open], []);
  assert.ok(filesIn(folder).length > 20);
});
