/** The doctor: each ailment of a home is found, by its own check, said with what to do; and mending loses nothing. */
import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  addDevice,
  backupKeyOf,
  changeLock,
  examineHome,
  type Finding,
  forget,
  type Home,
  homeAt,
  initNode,
  makeBackup,
  mendHome,
  type Node,
  newDevice,
  noteContact,
  openNode,
  planForgetting,
  readSettings,
  removeDevice,
  rootOfPhrase,
  stateClaim,
  system,
  verifyReplica,
  type Writer,
  writeSettings,
} from "../../src/node/index.ts";
import { openSqliteStore, storeVersion } from "../../src/store/index.ts";
import { inFolder } from "../store/folders.ts";

const unlocked = async () => null;
const day = 86_400_000;

/** What is found, but for what is fine, as `level check`. */
async function found(home: Home, now = Date.now()): Promise<string[]> {
  const findings = await examineHome(home, () => now);
  for (const { says, todo, level } of findings) {
    assert.ok(level === "fine" || (todo !== undefined && todo !== ""), `${says}: says what to do`);
    assert.doesNotMatch(says + (todo ?? ""), /\n|\.$/);
  }
  return findings.filter(({ level }) => level !== "fine").map(({ level, check }) => `${level} ${check}`);
}

/** A home without fault: locked, its phrase confirmed, backed up. */
async function withHealthy(work: (place: { home: Home; folder: string; root: Uint8Array }) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const home = homeAt(join(folder, "home"));
    const { node, entropy } = await initNode(home, { name: "phone", passphrase: null });
    const { recipient } = await backupKeyOf(entropy);
    await stateClaim(node, { subject: "self", predicate: "place.home", object: "Lyon" });
    await makeBackup(node, join(folder, "pool.age"), { seal: { recipient } });
    await node.close();
    await changeLock(home, unlocked, { by: "key-file", text: "x" });
    writeSettings(home, { ...readSettings(home), recovery: { recipient, confirmed: true } });
    assert.deepEqual(await found(home), []);
    await work({ home, folder, root: entropy });
  });
}

async function within(home: Home, work: (node: Node) => Promise<unknown>): Promise<void> {
  const node = await openNode(home, async () => "x");
  await work(node).finally(() => node.close());
}

test(
  "who can read the home, odd files and leftovers: mended at a word, and nothing else is touched",
  { skip: process.platform === "win32" ? "modes are of POSIX" : false },
  () =>
    withHealthy(async ({ home }) => {
      chmodSync(home.folder, 0o755);
      chmodSync(home.deviceKey, 0o640);
      writeFileSync(join(home.folder, "diary.txt"), "mine", { mode: 0o600 });
      for (const folder of [home.assistants, home.uploads]) mkdirSync(folder, { mode: 0o700 }); // these are ours
      writeFileSync(`${home.settings}.999999999.new`, "half", { mode: 0o600 });
      writeFileSync(`${home.settings}.${process.ppid}.new`, "being written", { mode: 0o600 });
      writeFileSync(`${home.store}.verify-wal`, "left", { mode: 0o600 });
      assert.deepEqual(await found(home), ["wrong permissions", "wrong permissions", "advice leftovers", "advice files"]);
      const { mended, failed } = mendHome(await examineHome(home, Date.now));
      assert.deepEqual([mended.length, failed], [3, []]);
      assert.deepEqual(await found(home), ["advice files"]);
      assert.match((await examineHome(home, Date.now)).find(({ check }) => check === "files")?.says ?? "", /^diary\.txt is not/);
      assert.deepEqual([statSync(home.folder).mode & 0o777, statSync(home.deviceKey).mode & 0o777], [0o700, 0o600]);
      assert.ok(existsSync(join(home.folder, "diary.txt")) && existsSync(`${home.settings}.${process.ppid}.new`));
      await within(home, async (node) => assert.deepEqual((await verifyReplica(home, node.replica)).faults, []));
    }),
);

test("keys: missing, damaged, unlocked, half changed; root kept here; a phrase that nobody has shown", () =>
  withHealthy(async ({ home, folder }) => {
    const key = readFileSync(home.deviceKey, "utf8");
    writeFileSync(home.deviceKey, "{}");
    assert.deepEqual(await found(home), ["wrong key"]);
    rmSync(home.deviceKey);
    assert.deepEqual(await found(home), ["wrong key"]);
    writeFileSync(home.deviceKey, key, { mode: 0o600 });
    copyFileSync(home.deviceKey, home.nextKey);
    copyFileSync(home.deviceKey, home.rootKey);
    const { recovery: _recovery, ...settings } = readSettings(home);
    writeSettings(home, settings);
    assert.deepEqual(await found(home), ["advice next-key", "advice root-key", "advice recovery-phrase"]);
    for (const path of [home.nextKey, home.rootKey]) rmSync(path);
    await changeLock(home, async () => "x", null);
    assert.deepEqual(await found(home), ["advice key", "advice recovery-phrase"]);
    const empty = homeAt(join(folder, "empty"));
    mkdirSync(empty.folder, { mode: 0o700 });
    assert.deepEqual(await found(empty), ["wrong key", "advice recovery-phrase"]);
    await assert.rejects(examineHome(homeAt(join(folder, "none")), Date.now), { code: "home", message: /there is no home at/ });
  }));

test("the store: another program's, cut off, of a newer version; settings that are no JSON", () =>
  withHealthy(async ({ home, folder }) => {
    const whole = join(folder, "whole.db");
    copyFileSync(home.store, whole);
    const broken = async (change: () => void) => {
      change();
      const said = await found(home);
      for (const end of ["", "-wal", "-shm"]) rmSync(home.store + end, { force: true });
      copyFileSync(whole, home.store);
      return said;
    };
    assert.deepEqual(await broken(() => writeFileSync(home.store, "no database at all, but some text of this length")), ["wrong store"]);
    assert.deepEqual(await broken(() => truncateSync(home.store, 40_000)), ["wrong store"]);
    const newer = await openSqliteStore(home.store, { migrations: Array.from({ length: storeVersion + 1 }, () => "") });
    await newer.close();
    const findings = await examineHome(home, Date.now);
    assert.match(
      findings.find(({ level }) => level === "wrong")?.says ?? "",
      new RegExp(`written by a newer version of fablepool \\(${storeVersion + 1},`),
    );
    writeFileSync(home.settings, "{");
    copyFileSync(whole, home.store);
    assert.ok((await found(home)).includes("wrong settings"));
  }));

test("the log: a copy, a fork, a removal, no pool yet, a clock that jumped", () =>
  withHealthy(async ({ home, folder, root }) => {
    const copy = homeAt(join(folder, "copy"));
    mkdirSync(copy.folder, { mode: 0o700 });
    for (const [from, to] of [
      [home.deviceKey, copy.deviceKey],
      [home.store, copy.store],
      [home.settings, copy.settings],
      [home.tip, copy.tip],
    ] as const)
      copyFileSync(from, to);
    assert.deepEqual(await found(copy), ["wrong copy"]);
    assert.deepEqual(await found(home, Date.now() - day), ["wrong clock"]);
    await within(home, async (node) => {
      const other = await newDevice(homeAt(join(folder, "other")), { name: "other", passphrase: null });
      await addDevice(node, { key: other.writer.did, role: "full", name: "other" });
      await other.close();
      await removeDevice(node, { key: node.writer.did, last: "newest" }, { ...system, ...rootOfPhrase(root) });
    });
    assert.deepEqual(await found(home), ["wrong device"]);
    assert.deepEqual(await found(homeAt(join(folder, "other"))), ["advice key", "advice recovery-phrase", "advice pool", "advice backup"]);
  }));

test("a fork is told with whose it is", () =>
  withHealthy(async ({ home, folder }) => {
    copyFileSync(home.store, join(folder, "before.db"));
    await within(home, (node) => stateClaim(node, { subject: "self", predicate: "preference.likes", object: "tea" }));
    const lines: string[] = [];
    await within(home, async ({ replica }) => {
      for (const op of await replica.store.read((reader) => reader.latest(1))) lines.push(JSON.stringify(op));
    });
    for (const end of ["", "-wal", "-shm"]) rmSync(home.store + end, { force: true });
    renameSync(join(folder, "before.db"), home.store);
    await within(home, async (node) => {
      await node.replica.store.write((tx) => tx.setLocal("unproven", null));
      await stateClaim(node, { subject: "self", predicate: "preference.likes", object: "ink" });
      const { ingestOps } = await import("../../src/node/index.ts");
      await ingestOps(
        node.replica,
        lines.map((line) => JSON.parse(line)),
      );
    });
    const fork = (await examineHome(home, Date.now)).find(({ check }) => check === "fork") as Finding;
    assert.match(fork.says, /this device's key wrote two histories/);
  }));

test("others: a peer that was not reached for long, backups that are late, gone, or hold what was forgotten", () =>
  withHealthy(async ({ home, folder }) => {
    const file = join(folder, "pool.age");
    const settings = readSettings(home);
    const peers = ["new", "lost", "near"].map((name) => ({ url: `http://${name}`, node: name }));
    await within(home, async ({ replica }) => {
      const reached = (node: string, at: number) => noteContact({ replica, writer: { clock: () => at } as Writer }, node);
      await reached("lost", Date.now() - 30 * day);
      await reached("near", Date.now() - day);
    });
    writeSettings(home, { ...settings, peers, backup: { file, everyMs: day, recipient: "age1" } });
    assert.deepEqual(await found(home), ["advice peer", "advice peer"]);
    assert.deepEqual(await found(home, Date.now() + 3 * day), ["advice peer", "advice peer", "wrong backup"]);
    writeSettings(home, settings);
    await within(home, async (node) => {
      const ids = (await node.replica.store.read((reader) => reader.newest({ type: "claim", limit: 1 }))).map(({ op_id }) => op_id);
      await forget(node, [...(await planForgetting(node.replica, ids)).items]);
    });
    assert.deepEqual(await found(home), ["advice backup"]);
    rmSync(file);
    assert.deepEqual(await found(home), ["advice backup"]);
  }));
