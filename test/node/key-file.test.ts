/** Key files: whom they open for, that a file of version 0.1 is locked anew, and that a lock changes whole or not at all. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { armor, Encrypter } from "age-encryption";
import { toHex } from "../../src/core/bytes.ts";
import { homeAt } from "../../src/node/home.ts";
import { type AskPassphrase, lockOf, makeKey, readKeyFile, replaceKeyFile, writeKeyFile } from "../../src/node/key-file.ts";
import { system } from "../../src/node/open-node.ts";
import { changeLock } from "../../src/node/rotate-key.ts";
import { inFolder } from "../store/folders.ts";

const giving =
  (secret: string): AskPassphrase =>
  async () =>
    secret;
const nobody: AskPassphrase = async () => null;

test("a key is what was written, in the clear and locked, and a locked file holds no digit of it", () =>
  inFolder(async (folder) => {
    const key = makeKey(system.random);
    for (const secret of [null, "pässphrase", { by: "key-file", text: "of a file" } as const]) {
      const path = join(folder, `key ${typeof secret}${secret === null}`);
      await writeKeyFile(path, key, secret);
      const opened = await readKeyFile(path, giving(typeof secret === "string" ? secret.normalize("NFD") : (secret?.text ?? "")));
      assert.deepEqual(opened, key);
      assert.equal(readFileSync(path, "latin1").includes(toHex(key.seed)), secret === null);
      await assert.rejects(writeKeyFile(path, key, null), { code: "home", message: /there is a key/ });
    }
  }));

test("a locked file is opened by its own secret alone, and says in one line what is missing", () =>
  inFolder(async (folder) => {
    const path = join(folder, "device.key");
    await writeKeyFile(path, makeKey(system.random), "right");
    await assert.rejects(readKeyFile(path, giving("wrong")), { code: "passphrase", message: `that passphrase does not open ${path}` });
    await assert.rejects(readKeyFile(path, nobody), {
      code: "passphrase",
      message: /is locked: give --passphrase-file or FABLEPOOL_PASSPHRASE/,
    });
    await replaceKeyFile(path, makeKey(system.random), { by: "key-file", text: "x" });
    await assert.rejects(readKeyFile(path, nobody), { code: "passphrase", message: /is locked: give the key file that opens it/ });
  }));

test("what is no key file, or was tampered with, is refused; so is one that asks for gigabytes", () =>
  inFolder(async (folder) => {
    const path = join(folder, "device.key");
    const [key, other] = [makeKey(system.random), makeKey(system.random)];
    await writeKeyFile(path, key, "right");
    const sealed = JSON.parse(readFileSync(path, "utf8"));
    const clear = { format: "fablepool-key/1", did: key.did, seed: toHex(key.seed) };
    const files: unknown[] = [
      "",
      "{}",
      { ...clear, seed: toHex(other.seed) },
      { ...clear, seed: `${toHex(key.seed).slice(2)}zz` },
      { ...clear, seed: toHex(key.seed).slice(2) },
      { ...clear, format: "other/1" },
      { ...sealed, kdf: { ...sealed.kdf, memory_kib: 2 ** 31 } },
      { ...sealed, kdf: { ...sealed.kdf, passes: 1e9 } },
      { ...sealed, kdf: { ...sealed.kdf, name: "none" } },
      { ...sealed, unlock: "nothing" },
    ];
    for (const file of files) {
      writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file), { mode: 0o600 });
      await assert.rejects(readKeyFile(path, giving("right")), { code: "home", message: /is not a key file of fablepool, or is damaged/ });
    }
    writeFileSync(path, JSON.stringify({ ...sealed, age: sealed.age.replace(/.{9}\n-----END/, "AAAAAAAAA\n-----END") }));
    await assert.rejects(readKeyFile(path, giving("right")), { code: "passphrase" });
  }));

test("an age file of version 0.1 opens, and is locked anew; one that can't be written stays as it is", () =>
  inFolder(async (folder) => {
    const [old, key] = [join(folder, "old"), makeKey(system.random)];
    const encrypter = new Encrypter();
    encrypter.setPassphrase("right");
    encrypter.setScryptWorkFactor(4);
    const plain = JSON.stringify({ format: "fablepool-key/1", did: key.did, seed: toHex(key.seed) });
    const text = armor.encode(await encrypter.encrypt(plain));
    writeFileSync(old, text, { mode: 0o600 });
    await assert.rejects(readKeyFile(old, giving("wrong")), { code: "passphrase" });
    assert.equal(readFileSync(old, "utf8"), text);
    assert.deepEqual(await readKeyFile(old, giving("right")), key);
    assert.equal(lockOf(old)?.did, key.did);
    assert.deepEqual(await readKeyFile(old, giving("right")), key);
    if (process.getuid?.() === 0) return; // root writes everywhere
    const closed = join(folder, "closed");
    mkdirSync(closed);
    writeFileSync(join(closed, "key"), text, { mode: 0o600 });
    chmodSync(closed, 0o500);
    assert.deepEqual(await readKeyFile(join(closed, "key"), giving("right")), key);
    assert.equal(readFileSync(join(closed, "key"), "utf8"), text);
  }));

test("a lock changes on every key of the home, and again where it was interrupted between two", () =>
  inFolder(async (folder) => {
    const home = homeAt(folder);
    const [device, root] = [makeKey(system.random), makeKey(system.random)];
    await writeKeyFile(home.deviceKey, device, "first");
    await writeKeyFile(home.rootKey, root, "second"); // as it is left when it was changed, and the device's was not yet
    assert.deepEqual(await changeLock(home, giving("first"), { by: "passphrase", text: "second" }), [home.rootKey, home.deviceKey]);
    for (const [path, key] of [
      [home.deviceKey, device],
      [home.rootKey, root],
    ] as const)
      assert.deepEqual(await readKeyFile(path, giving("second")), key);
    await assert.rejects(changeLock(home, giving("wrong"), null), { code: "passphrase" });
    await changeLock(home, giving("second"), null);
    assert.deepEqual(await readKeyFile(home.deviceKey, nobody), device);
    assert.deepEqual(readdirSync(folder).sort(), ["device.key", "root.key"]);
  }));
