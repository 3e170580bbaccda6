/** Backups: whole and in parts, read back, restored; nothing half, nothing believed that was damaged, and no word that was taken away. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Decrypter } from "age-encryption";
import type { OpId } from "../../src/core/op/operation.ts";
import { backUpIfDue } from "../../src/node/backup-plan.ts";
import {
  answer,
  backupKeyOf,
  checkBackup,
  forget,
  homeAt,
  initNode,
  makeBackup,
  type Node,
  openNode,
  planForgetting,
  restoreBackup,
  stateClaim,
  syncWith,
  system,
  writeSettings,
} from "../../src/node/index.ts";
import { readSealed, writeSealed } from "../../src/node/sealed-file.ts";
import { manualClock } from "../../src/testkit/manual-clock.ts";
import { loopback } from "../../src/transport/index.ts";
import { inFolder } from "../store/folders.ts";
import { piecesIn } from "./pieces.ts";
import { assertSound, stateOf } from "./replicas.ts";

interface Place {
  readonly folder: string;
  readonly node: Node;
  readonly file: string;
  readonly seal: { readonly recipient: string };
  readonly opener: { readonly identity: string };
}

/** A home with a claim, and a folder for its backups. */
function withHome(work: (place: Place) => Promise<void>, clock = manualClock()): Promise<void> {
  return inFolder(async (folder) => {
    const { node, entropy } = await initNode(
      homeAt(join(folder, "home")),
      { name: "phone", passphrase: null },
      { ...system, clock: clock.now },
    );
    const { recipient, identity } = await backupKeyOf(entropy);
    mkdirSync(join(folder, "backups"));
    try {
      await say(node, "Lyon");
      await work({ folder, node, file: join(folder, "backups", "pool.age"), seal: { recipient }, opener: { identity } });
    } finally {
      await node.close();
    }
  });
}

const say = (node: Node, object: string): Promise<OpId> => stateClaim(node, { subject: "self", predicate: "place.visited", object });
const beside = ({ file }: Place) => readdirSync(join(file, "..")).sort();
const unlocked = async () => null;

async function restored({ folder, file, opener }: Pick<Place, "folder" | "file" | "opener">, name: string): Promise<Node> {
  const home = homeAt(join(folder, name));
  const backup = await checkBackup(file, opener);
  assert.deepEqual(backup.leftOut, []);
  const { into, taken } = await restoreBackup(home, backup, opener);
  assert.deepEqual([into, taken.rejected, taken.deferred], ["bare", [], 0]);
  return openNode(home, unlocked);
}

test("what was backed up comes back: the file, then what is new beside it, and the same device, which waits for a sync", () =>
  withHome(async (place) => {
    const { node, file, seal } = place;
    assert.deepEqual(await makeBackup(node, file, { seal }), { file, part: 0, operations: 3, whole: null });
    assert.equal((await makeBackup(node, file, { seal })).operations, 0);
    await say(node, "Oslo");
    assert.deepEqual(await makeBackup(node, file, { seal }), { file: `${file}.1`, part: 1, operations: 1, whole: null });
    await say(node, "Rome");
    await makeBackup(node, file, { seal });
    assert.deepEqual(beside(place), ["pool.age", "pool.age.1", "pool.age.2"]);
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o077, 0);
    const again = await restored(place, "again");
    assert.equal(again.writer.did, node.writer.did);
    assert.deepEqual(await stateOf(again.replica), await stateOf(node.replica));
    await assertSound(again.replica);
    await assert.rejects(say(again, "Paris"), { code: "stale" });
    const did = node.writer.did;
    await say(node, "Bonn"); // what the backup does not know: going on without it would fork the key
    await syncWith(
      again.replica,
      loopback((message, key) => answer(node.replica, { did }, message, key), did),
    );
    await say(again, "Paris");
    const chains = await again.replica.store.read((reader) => reader.chains());
    assert.equal(chains.filter(({ author }) => author === did).length, 1);
    await again.close();
  }));

test("age and gunzip alone open one: the log's lines, between what it is and its end", () =>
  withHome(async ({ node, file, opener, seal }) => {
    await makeBackup(node, file, { seal });
    const decrypter = new Decrypter();
    decrypter.addIdentity(opener.identity);
    const lines = gunzipSync(await decrypter.decrypt(readFileSync(file)))
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(lines[0].format, "fablepool-backup/1");
    assert.deepEqual(lines.at(-1), { end: true, operations: 3 });
    assert.deepEqual(
      lines.slice(1, -1).map(({ type }) => type),
      ["genesis", "device_add", "claim"],
    );
  }));

test("it is written whole again when the file is another, a part is gone, or it is sealed for somebody else", () =>
  withHome(async (place) => {
    const { node, file, seal } = place;
    const { recipient: other } = await backupKeyOf(system.random(32));
    const whole = async (change: () => void, of = seal) => {
      await say(node, `place ${Math.random()}`);
      await makeBackup(node, file, { seal: of });
      change();
      await say(node, `place ${Math.random()}`);
      return (await makeBackup(node, file, { seal })).whole;
    };
    await makeBackup(node, file, { seal });
    assert.equal(await whole(() => undefined), null);
    assert.match((await whole(() => rmSync(`${file}.1`))) ?? "", /a part of it is missing/);
    assert.match((await whole(() => rmSync(file))) ?? "", /not there any more/);
    assert.match((await whole(() => writeFileSync(file, "other"))) ?? "", /not the one that was written last/);
    assert.match((await whole(() => undefined, { recipient: other })) ?? "", /sealed for somebody else/);
    assert.deepEqual(beside(place), ["pool.age"]);
  }));

test("what this store did not write is not replaced unasked: another file, a folder, another device's backup and its parts", () =>
  withHome(async ({ node, folder, file, seal }) => {
    writeFileSync(file, "a diary");
    await assert.rejects(makeBackup(node, file, { seal }), {
      code: "usage",
      message: /pool\.age is there already, .* name another file, or say --replace/,
    });
    assert.equal(readFileSync(file, "utf8"), "a diary");
    await makeBackup(node, file, { seal, replace: true });
    await say(node, "Oslo");
    assert.equal((await makeBackup(node, file, { seal })).part, 1, "its own it knows");
    const [other, inParts] = [join(folder, "other.age"), join(folder, "letters")];
    await assert.rejects(makeBackup(node, folder, { seal, replace: true }), { code: "usage", message: /is no file/ });
    writeFileSync(`${inParts}.1`, "a letter");
    await assert.rejects(makeBackup(node, inParts, { seal }), { code: "usage", message: /letters\.1 is there already/ });
    assert.equal(readFileSync(`${inParts}.1`, "utf8"), "a letter");
    writeFileSync(other, ""); // `mktemp` makes such a one
    assert.equal((await makeBackup(node, other, { seal })).part, 0);
  }));

test("a first backup that was killed before it was noted is made anew", () =>
  withHome(async ({ node, file, seal }) => {
    await makeBackup(node, file, { seal });
    await node.replica.store.write((tx) => tx.setLocal("backups", "{}"));
    assert.equal((await makeBackup(node, file, { seal })).whole, null);
  }));

test("no backup keeps what was forgotten, and an older one does not bring it back, into this home or the pool", () =>
  withHome(async (place) => {
    const { node, folder, file, seal, opener } = place;
    const words = "xylophone lessons with Ottilie on Quarry Street";
    const id = await say(node, words);
    await makeBackup(node, file, { seal });
    await say(node, "Oslo");
    await makeBackup(node, file, { seal });
    const old = join(folder, "old.age");
    copyFileSync(file, old);
    await forget(node, [...(await planForgetting(node.replica, [id])).items]);
    assert.match((await makeBackup(node, file, { seal })).whole ?? "", /taken away/);
    assert.deepEqual(beside(place), ["pool.age"]);
    for await (const line of readSealed(file, opener)) assert.ok(!line.includes("Ottilie"));
    assert.equal((await makeBackup(node, file, { seal })).whole, null);

    const backup = await checkBackup(old, opener);
    const { into, taken } = await restoreBackup(node.home, backup, opener);
    assert.deepEqual([into, taken.accepted], ["present", 0]);
    assert.deepEqual([...piecesIn(node.home.folder, [words])], []);

    const again = await restored({ folder, file: old, opener }, "again");
    assert.ok(piecesIn(again.home.folder, [words]).size > 0, "the old one held it");
    const did = node.writer.did;
    await syncWith(
      again.replica,
      loopback((message, key) => answer(node.replica, { did }, message, key), did),
    );
    assert.deepEqual(await stateOf(again.replica), await stateOf(node.replica));
    assert.deepEqual([...piecesIn(again.home.folder, [words])], []);
    await again.close();
  }));

test("cut off anywhere, or with a byte changed, it is refused in one line and nothing is made", () =>
  withHome(async ({ folder, node, file, seal, opener }) => {
    await makeBackup(node, file, { seal });
    const bytes = readFileSync(file);
    const bad = join(folder, "bad.age");
    const cuts = [0, 10, 60, 300, bytes.length - 20, bytes.length - 1].map((length) => bytes.subarray(0, length));
    const flips = [30, 200, 420, bytes.length - 40].map((at) => Buffer.from(bytes.with(at, (bytes[at] as number) ^ 1)));
    for (const damaged of [...cuts, ...flips]) {
      writeFileSync(bad, damaged);
      await assert.rejects(checkBackup(bad, opener), (error: { code: string; message: string }) => {
        assert.ok(["parse", "passphrase"].includes(error.code), error.message);
        assert.match(error.message, /^[^\n]*bad\.age[^\n]*$/);
        return true;
      });
    }
    const { identity } = await backupKeyOf(system.random(32));
    await assert.rejects(checkBackup(file, { identity }), { code: "passphrase", message: /do not open/ });
    await assert.rejects(checkBackup(join(folder, "none"), opener), { code: "not_found", message: /there is no such file/ });
    assert.deepEqual(readdirSync(folder).sort(), ["backups", "bad.age", "home"]);
  }));

test("a sealed file that is whole but no whole backup is refused; a part of another one is left out by name", () =>
  withHome(async (place) => {
    const { folder, node, file, seal, opener } = place;
    const lines = async function* (...values: unknown[]) {
      for (const value of values) yield `${JSON.stringify(value)}\n`;
    };
    await makeBackup(node, file, { seal });
    const content: unknown[] = [];
    for await (const line of readSealed(file, opener)) content.push(JSON.parse(line));
    const odd = join(folder, "odd.age");
    for (const values of [[], [{ format: "other" }], content.slice(0, -1), [content[0], ...content.slice(2)]]) {
      await writeSealed(odd, lines(...values), seal);
      await assert.rejects(checkBackup(odd, opener), { code: "parse", message: /odd\.age is no/ });
    }
    await say(node, "Oslo");
    await makeBackup(node, file, { seal });
    renameSync(`${file}.1`, `${file}.2`);
    writeFileSync(`${file}.3`, "nothing");
    const { leftOut, operations } = await checkBackup(file, opener);
    assert.deepEqual([leftOut.map(({ file: name }) => name), operations], [[`${file}.2`, `${file}.3`], 3]);
    renameSync(`${file}.2`, join(folder, "part.age"));
    await assert.rejects(checkBackup(join(folder, "part.age"), opener), { code: "usage", message: /is a part of a backup/ });
  }));

test("interrupted, or without room, what was there is as it was and nothing lies beside it", () =>
  withHome(async (place) => {
    const { folder, node, file, seal } = place;
    await makeBackup(node, file, { seal });
    const before = readFileSync(file);
    const stop = new AbortController();
    const endless = async function* () {
      for (let count = 0; ; count++) {
        if (count === 1_000) stop.abort();
        yield `${"line".repeat(100)} ${Math.random()}\n`;
      }
    };
    await assert.rejects(writeSealed(file, endless(), seal, stop.signal), { code: "interrupted" });
    assert.deepEqual([readFileSync(file), beside(place)], [before, ["pool.age"]]);
    await assert.rejects(makeBackup(node, join(folder, "nowhere", "x"), { seal }), { code: "usage", message: /there is no such folder/ });
    await assert.rejects(makeBackup(node, file, { seal: { recipient: "nobody" } }), { code: "usage", message: /no age recipient/ });
    assert.deepEqual([readFileSync(file), beside(place)], [before, ["pool.age"]]);
    if (process.platform === "win32") return;
    const script = join(folder, "fill.mjs");
    const module = join(import.meta.dirname, "..", "..", "src", "node", "sealed-file.ts");
    writeFileSync(
      script,
      `import { randomBytes } from "node:crypto";
       const { writeSealed } = await import(${JSON.stringify(module)});
       const lines = async function* () { for (let count = 0; count < 500; count++) yield randomBytes(300).toString("hex") + "\\n"; };
       await writeSealed(${JSON.stringify(file)}, lines(), ${JSON.stringify(seal)}).catch(({ code, message }) => console.log(code, message));`,
    );
    // A process that may write no large files fails where a full disk does, at the same call.
    const said = execFileSync("bash", ["-c", `ulimit -f 16; exec "${process.execPath}" "${script}"`]).toString();
    assert.match(said, /^storage can't write .*pool\.age: the disk takes no file so large\n$/);
    assert.deepEqual([readFileSync(file), beside(place)], [before, ["pool.age"]]);
  }));

test("a disk that does not keep what was written is noticed before the old backup is gone", () =>
  withHome(async (place) => {
    const { node, file, seal } = place;
    await makeBackup(node, file, { seal });
    const before = readFileSync(file);
    const beingWritten = `${file}.${process.pid}.new`;
    let isSpoilt = false;
    const lines = async function* () {
      for (let count = 0; count < 20_000; count++) {
        yield `${"line".repeat(100)} ${Math.random()}\n`;
        if (isSpoilt || !existsSync(beingWritten) || statSync(beingWritten).size < 1_000) continue;
        const spoilt = openSync(beingWritten, "r+");
        writeSync(spoilt, Buffer.from("spoilt"), 0, 6, 900);
        closeSync(spoilt);
        isSpoilt = true;
      }
    };
    const failed = await writeSealed(file, lines(), seal).catch((error: Error) => error);
    assert.ok(isSpoilt, "there was something to spoil");
    assert.match(String(failed), /pool\.age does not read as it was written/);
    assert.deepEqual([readFileSync(file), beside(place)], [before, ["pool.age"]]);
  }));

test("by a passphrase: another one does not open it", () =>
  withHome(async ({ node, file }) => {
    await makeBackup(node, file, { seal: { passphrase: "pässphrase" } }); // read back by itself
    await assert.rejects(checkBackup(file, { passphrase: "wrong" }), { code: "passphrase", message: /that passphrase does not open/ });
  }));

test("a planned one is made when it is due, when the clock was set back, and at once when words were taken away", () => {
  const clock = manualClock();
  return withHome(async ({ node, file, seal }) => {
    assert.equal(await backUpIfDue(node), null);
    writeSettings(node.home, { name: "phone", peers: [], backup: { file, everyMs: 1_000, ...seal } });
    assert.equal((await backUpIfDue(node))?.operations, 3);
    const id = await say(node, "Oslo");
    assert.equal(await backUpIfDue(node), null);
    clock.advance(1_000);
    assert.equal((await backUpIfDue(node))?.part, 1);
    clock.advance(-5_000);
    assert.equal((await backUpIfDue(node))?.operations, 0);
    await say(node, "Rome");
    assert.equal((await backUpIfDue(node))?.part, 2);
    clock.advance(1_000_000);
    await backUpIfDue(node);
    await say(node, "Bonn");
    clock.advance(1_000_000);
    await backUpIfDue(node);
    assert.equal(await backUpIfDue(node), null);
    await forget(node, [...(await planForgetting(node.replica, [id])).items]);
    assert.match((await backUpIfDue(node))?.whole ?? "", /taken away/);
    assert.ok(existsSync(file));
  }, clock);
});
