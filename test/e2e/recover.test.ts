/** Coming back, as a person does it: from another device, a backup, a log, an old home; and what each wrong word or copy is told. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { homeAt, listClaims, listDevices, type Node, type SeenDevice, stateClaim, verifyReplica } from "../../src/node/index.ts";
import { fablepool, json } from "./command.ts";
import { withHome } from "./homes.ts";
import { running } from "./running.ts";
import { atTerminal, noTerminal } from "./terminal.ts";

let folder = "";
let phone = "";
let words = "";
const at = (name: string) => join(folder, name);

interface Recovered {
  readonly device: string;
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-recover-"));
  [phone, words] = [at("phone"), at("words")];
  await fablepool(phone, ["init", "--name", "phone", "--recovery-file", words]);
  await json(phone, "claim", "self", "place.home", "Lyon");
  await json(phone, "export", at("log.jsonl"));
  await json(phone, "backup", at("pool.age"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a recovered home is: a device that reads, writes and verifies, with the others as they were left. */
async function assertRecovered(home: string): Promise<readonly SeenDevice[]> {
  assert.deepEqual(
    readdirSync(home).filter((name) => /next|source|new$/.test(name)),
    [],
  );
  return withHome(homeAt(home), async (node) => {
    assert.equal((await listClaims(node.replica, { predicate: "place.home", limit: 5 })).length, 1);
    await stateClaim(node, { subject: "self", predicate: "preference.likes", object: home });
    assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    return listDevices(node.replica);
  });
}

describe("recover", () => {
  test("from each copy at rest: a new device by root's word, and `all` removes the others", async () => {
    cpSync(phone, at("old"), { recursive: true });
    for (const [name, ...copy] of [
      ["a", "--backup", at("pool.age")],
      ["b", "--log", at("log.jsonl")],
      ["c", "--store", at("old")],
      ["d", "--store", join(at("old"), "pool.db")],
    ] as [string, ...string[]][]) {
      const home = at(name);
      const { device, removed, kept } = await json<Recovered>(
        home,
        "recover",
        ...copy,
        "--recovery-file",
        words,
        "--remove",
        "all",
        "--name",
        name,
      );
      const devices = await assertRecovered(home);
      assert.deepEqual([removed.length, kept], [1, []]);
      assert.deepEqual(
        devices.map((each) => [each.role, each.removed, each.name]),
        [
          ["root", false, ""],
          ["full", true, "phone"],
          ["full", false, name],
        ],
        copy.join(" "),
      );
      assert.equal(devices[2]?.key, device);
    }
  });

  test("from a device that is served: its log is fetched, and it knows the new one at once", async () => {
    const serving = running(phone, "serve", "--port", "0");
    const url = (await serving.says(/at http/)).replace(/^.*at /, "");
    const home = at("peer");
    const { device, kept } = await json<Recovered>(home, "recover", "--peer", url, "--recovery-file", words, "--name", "tablet");
    assert.equal(kept.length, 1);
    await assertRecovered(home);
    assert.equal((await fablepool(home, ["sync"])).code, 0);
    const foreign = at("foreign words");
    await fablepool(at("foreign"), ["init", "--recovery-file", foreign]);
    const refused = await fablepool(at("stranger"), ["recover", "--peer", url, "--recovery-file", foreign]);
    assert.deepEqual([refused.code, existsSync(join(at("stranger"), "device.key"))], [2, false]);
    assert.match(refused.stderr, /does not know these words/);
    await serving.stop();
    assert.ok((await withHome(homeAt(phone), (node) => listDevices(node.replica))).some(({ key, removed }) => key === device && !removed));
  });

  test("a home whose passphrase was forgotten gets a new key, from the store that is there", async () => {
    const home = at("forgotten");
    cpSync(phone, home, { recursive: true });
    await fablepool(home, ["key", "passphrase"], { env: { FABLEPOOL_NEW_PASSPHRASE: "gone" } });
    const careful = await fablepool(home, ["recover", "--recovery-file", words]);
    assert.deepEqual([careful.code, /there is a device at .*--replace-key/.test(careful.stderr)], [3, true]);
    const { removed } = await json<Recovered>(
      home,
      "recover",
      "--replace-key",
      "--recovery-file",
      words,
      "--remove",
      "phone",
      "--name",
      "phone 2",
    );
    assert.equal(removed.length, 1);
    await assertRecovered(home);
  });

  test("what is wrong is said in one line, and leaves no device", async () => {
    const home = at("wrong");
    const [typo, other] = [at("typo"), at("other words")];
    writeFileSync(typo, readFileSync(words, "utf8").replace(/^\w+/, "fable"));
    await fablepool(at("other"), ["init", "--recovery-file", other]);
    const cases: [string[], number, RegExp][] = [
      [["--backup", at("pool.age")], 2, /the recovery phrase is needed: --recovery-file FILE/],
      [["--backup", at("pool.age"), "--recovery-file", typo], 2, /word 1, "fable", is not in the list/],
      [["--backup", at("pool.age"), "--recovery-file", other], 3, /these words, or that key, do not open/],
      [["--log", at("log.jsonl"), "--recovery-file", other], 2, /these words are another pool's/],
      [["--store", at("nowhere"), "--recovery-file", words], 4, /no store at/],
      [["--log", at("log.jsonl"), "--recovery-file", words, "--remove", "nobody"], 4, /nobody is no device of this pool: phone/],
      [["--peer", "http://127.0.0.1:9", "--recovery-file", words], 5, /./],
    ];
    for (const [args, expected, pattern] of cases) {
      rmSync(home, { recursive: true, force: true });
      const { code, stdout, stderr } = await fablepool(home, ["recover", ...args]);
      assert.deepEqual([code, stdout], [expected, ""], `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, pattern);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.ok(!existsSync(join(home, "device.key")));
    }
  });

  test("at a terminal what is lost is chosen", { skip: noTerminal }, async () => {
    const home = at("chosen");
    const args = ["recover", "--log", at("log.jsonl"), "--name", "desk", "--recovery-file", words];
    const { code, screen } = await atTerminal(home, args, (shown) => (shown.includes("space chooses") ? " \r" : null));
    assert.equal(code, 0, screen);
    assert.match(screen, /removed +phone/);
    await assertRecovered(home);
  });
});

describe("backup and restore", () => {
  test("a bare machine becomes the device again, and writes once somebody vouches that nothing newer is about", async () => {
    const home = at("restored");
    const { into, device } = await json<{ into: string; device: string }>(home, "restore", at("pool.age"), "--recovery-file", words);
    const say = (node: Node) => stateClaim(node, { subject: "self", predicate: "preference.likes", object: "tea" });
    const waits = (node: Node) => assert.rejects(say(node), { code: "stale", message: /copied or restored/ });
    const was = await withHome(homeAt(phone), async ({ writer }) => writer.did);
    assert.deepEqual([into, device], ["bare", was]);
    await withHome(homeAt(home), waits);
    assert.equal((await fablepool(home, ["sync", "--none-newer"])).code, 0);
    await withHome(homeAt(home), say);
    const again = await json<{ into: string; accepted: number }>(home, "restore", at("pool.age"), "--recovery-file", words);
    assert.deepEqual([again.into, again.accepted], ["present", 0]);
  });

  test("what can't be is said in one line", async () => {
    const other = at("other pool");
    await fablepool(other, ["init"]);
    const cases: [string, string[], number, RegExp][] = [
      [other, ["restore", at("pool.age"), "--recovery-file", words], 2, /holds another pool/],
      [at("bare"), ["restore", words, "--recovery-file", words], 1, /is no backup of fablepool: it is no age file/],
      [at("bare"), ["restore", at("pool.age"), "--identity", words], 2, /holds no age identity/],
      [phone, ["backup", at("x.age"), "--passphrase"], 3, /the backup's passphrase is needed/],
    ];
    for (const [home, args, expected, pattern] of cases) {
      const { code, stdout, stderr } = await fablepool(home, args);
      assert.deepEqual([code, stdout], [expected, ""], `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, pattern);
    }
    assert.ok(!existsSync(at("bare")) && !existsSync(at("x.age")));
  });

  test("one that is planned is made while the device serves, and forgetting says which backups hold the words", async () => {
    const home = at("planned");
    await fablepool(home, ["init"]);
    const file = at("planned.age");
    await json(home, "backup", file, "--every", "1h");
    const { id } = await json<{ id: string }>(home, "claim", "self", "preference.likes", "a word to forget");
    const forgot = await fablepool(home, ["forget", "--yes", id]);
    assert.match(forgot.stderr, /the backup .*planned\.age holds these words until it is written anew/);
    const serving = running(home, "serve", "--port", "0");
    await serving.says(/all of it, since words may have been taken away/);
    assert.equal(await serving.stop(), 0);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("planned.age")),
      ["planned.age"],
    );
    await json(home, "backup", "--every", "off");
    assert.match((await fablepool(home, ["backup"])).stderr, /name the file to back up into/);
  });
});
