/** Homes in hard places: on a path with odd characters, on a disk that may only be read, under a clock that jumps. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import {
  backupKeyOf,
  examineHome,
  homeAt,
  indexArrivals,
  initNode,
  listClaims,
  openNode,
  readPhrase,
  readSettings,
  type Status,
  stateClaim,
  statusOf,
  system,
  verifyReplica,
  writeSettings,
} from "../../src/node/index.ts";
import { fablepool, program } from "./command.ts";
import { withHome } from "./homes.ts";
import { running } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-hard-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function done(home: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await fablepool(home, args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
}

/** What a home holds; proved from scratch. */
function seen(home: string): Promise<Status> {
  return withHome(homeAt(home), async (node) => {
    assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    return statusOf(node);
  });
}

describe("a home on a path with odd characters", () => {
  const odd = process.platform === "win32" ? "-a b's é☎ %00 #1" : '-a b\'s "é☎" ?x=%00&y #1;$HOME `x` \\ *\nfile:';
  const [home, other] = [join(folder, odd, "home"), join(folder, odd, "another home")];

  test("is founded, filled, backed up, restored, served and synced like another", async () => {
    mkdirSync(join(folder, odd), { recursive: true });
    const [words, notes, backup] = [join(folder, odd, "words"), join(folder, odd, "my notes"), join(folder, odd, "pool.age")];
    mkdirSync(notes);
    writeFileSync(join(notes, "a day.md"), "# A day\n\nBy the sea. #rest\n");
    await done(home, "init", "--name", "phone", "--recovery-file", words);
    await done(home, "import", notes);
    const { recipient } = await backupKeyOf(await readPhrase(readFileSync(words, "utf8")));
    writeSettings(homeAt(home), { ...readSettings(homeAt(home)), recovery: { recipient, confirmed: true } });
    await done(home, "backup", backup);
    await done(other, "restore", backup, "--recovery-file", words);
    const serving = running(home, "--json", "serve", "--port", "0");
    try {
      const { url } = JSON.parse(await serving.says(/"url"/)) as { url: string };
      await done(other, "sync", url);
    } finally {
      await serving.stop();
    }
    const [here, there] = [await seen(home), await seen(other)];
    assert.deepEqual([there.view, there.evidence], [here.view, 1]);
    const wrong = (await examineHome(homeAt(home), system.clock)).filter(({ level }) => level === "wrong");
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      readdirSync(join(folder, odd)).sort(),
      ["another home", "home", "my notes", "pool.age", "words"],
      "and nothing beside",
    );
  });
});

/** Runs a command with the home on a disk that may only be read; root is kept from writing by nothing less. */
function readOnly(home: string, ...args: string[]) {
  if (process.platform === "linux" && process.getuid?.() === 0) {
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const command = ["--mount", "sh", "-c", script, home, process.execPath, program, "--home", home, ...args];
    return spawnSync("unshare", command, { encoding: "utf8" });
  }
  chmodSync(home, 0o500);
  try {
    return spawnSync(process.execPath, [program, "--home", home, ...args], { encoding: "utf8" });
  } finally {
    chmodSync(home, 0o700);
  }
}

describe("a home that may only be read", () => {
  test("what looks is answered, what writes says so in one line, nothing is changed; the doctor explains it", async () => {
    const home = join(folder, "read only");
    const { node } = await initNode(homeAt(home), { name: "phone", passphrase: null });
    await stateClaim(node, { subject: "self", predicate: "place.home", object: "Lyon" });
    await node.close();
    const before = await seen(home);
    const unindexed = readOnly(home, "find", "Lyon");
    assert.equal(unindexed.status, 7);
    assert.match(unindexed.stderr, /not made findable yet, and this home can only be read/);
    await withHome(homeAt(home), ({ replica }) => indexArrivals(replica));
    for (const [args, expected] of [
      [["claims"], /Lyon/],
      [["find", "Lyon"], /Lyon/],
      [["recall", "where do I live?"], /Lyon/],
      [["device", "list"], /this device/],
      [["status"], /1 claim/],
      [["log"], /claim/],
      [["verify"], /./],
    ] as const) {
      const { status, stdout, stderr } = readOnly(home, ...args);
      assert.equal(status, 0, `${args.join(" ")}: ${stderr}`);
      assert.match(stdout, expected);
    }
    for (const args of [
      ["claim", "self", "place.home", "Malmö"],
      ["import", join(import.meta.dirname, "../../README.md")],
      ["serve", "--port", "0"],
    ]) {
      const { status, stderr } = readOnly(home, ...args);
      assert.ok(status !== null && [3, 7].includes(status), `${args.join(" ")} ended with ${status}: ${stderr}`);
      assert.match(stderr, /^fablepool: .*(read-only|EROFS|EACCES|permission|can't)/);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    }
    const { status, stdout, stderr } = readOnly(home, "doctor");
    assert.equal(status, 1, stderr);
    assert.match(stdout, /this home can't be written to/);
    assert.deepEqual(await seen(home), before);
  });
});

describe("a store that may only be read", () => {
  test("is refused in one line when words are missing from its file, or an older version wrote it", async () => {
    const home = homeAt(join(folder, "left open"));
    const { node } = await initNode(home, { name: "phone", passphrase: null });
    await node.close();
    const refused = (why: RegExp) => {
      const { status, stderr } = readOnly(home.folder, "claims");
      assert.equal(status, 7, stderr);
      assert.match(stderr, why);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    };
    writeFileSync(`${home.store}-wal`, "changes that were not copied into the file");
    refused(/open elsewhere or was not closed, .*copy its whole folder/);
    rmSync(`${home.store}-wal`);
    const older = new DatabaseSync(home.store);
    older.exec("PRAGMA user_version = 5");
    older.close();
    refused(/an older version of fablepool wrote it, .*open the copy/);
  });
});

describe("a clock that jumps", () => {
  test("by years, forward and back, between two writes: order, view and forks are untouched", async () => {
    const home = homeAt(join(folder, "clock"));
    const { node } = await initNode(home, { name: "phone", passphrase: null });
    await node.close();
    const year = 365 * 86_400_000;
    for (const [at, offset] of [0, 60 * year, -40 * year, 5 * year, 0].entries()) {
      const jumped = await openNode(home, async () => null, { ...system, clock: () => Math.max(0, Date.now() + offset) });
      await stateClaim(jumped, { subject: "self", predicate: "place.home", object: `Town ${at}` });
      await jumped.close();
    }
    const { forked, unproven } = await seen(home.folder);
    assert.deepEqual([forked, unproven], [[], false]);
    const standing = await withHome(home, ({ replica }) =>
      listClaims(replica, { statuses: ["active"], predicate: "place.home", limit: 9 }),
    );
    assert.deepEqual(
      standing.map(({ op }) => op.payload?.["object"]),
      ["Town 4"],
      "the latest word stands, whatever the clocks said",
    );
  });
});

describe("files that are none, and a disk that takes nothing", () => {
  const home = join(folder, "files");
  const told = async (code: number, words: RegExp, ...args: string[]) => {
    const ran = await fablepool(home, args);
    assert.equal(ran.code, code, `${args.join(" ")}: ${ran.stderr}`);
    assert.match(ran.stderr, words);
    assert.equal(ran.stderr.trim().split("\n").length, 1, ran.stderr);
  };

  test("are told in one line, in words, by the name that was given", async () => {
    const [words, there, other] = [join(folder, "words of files"), join(folder, "there.json"), ["--home", join(folder, "other")]];
    await done(home, "init", "--recovery-file", words);
    writeFileSync(there, "no JSON");
    await told(2, /: .*words of files is there already: name a new file$/m, ...other, "init", "--recovery-file", words);
    const recover = [...other, "recover", "--recovery-file", words, "--store", folder];
    await told(4, /there is no store at .*: name an old home folder, or its pool\.db$/m, ...recover);
    await told(3, /can't read the recovery file .*: it is a folder$/m, "key", "confirm", "--recovery-file", folder);
    await told(3, /can't read the recovery file .*: there is no such file or folder$/m, "key", "confirm", "--recovery-file", "/nowhere");
    await told(4, /can't open \/nowhere: there is no such file or folder$/m, "import-log", "/nowhere");
    await told(1, /there\.json is no credential: /, "credential", "verify", there);
    await told(4, /can't read \/nowhere: there is no such file or folder$/m, "credential", "verify", "/nowhere");
    await told(2, /can't write \/nowhere\/x: there is no such folder$/m, "export", "/nowhere/x");
    await told(2, /0\.0\.0\.0 is reached over a network.*: add --tls/, "serve", "--host", "0.0.0.0");
  });

  const noFullDevice = process.platform !== "linux" && "only Linux has /dev/full";
  test("a full disk is storage, not a defect, for a file and for what is printed", { skip: noFullDevice }, async () => {
    await told(7, /^fablepool: can't write \/dev\/full: the disk is full$/m, "export", "--force", "/dev/full");
    const command = ["-c", 'exec "$@" > /dev/full', "sh", process.execPath, program, "--home", home, "status"];
    const { status, stderr } = spawnSync("sh", command, { encoding: "utf8" });
    assert.deepEqual([status, stderr], [7, "fablepool: can't write the result: the disk is full\n"]);
  });
});
