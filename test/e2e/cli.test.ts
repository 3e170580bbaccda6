/** The command line as a stranger meets it: right input, wrong input, a second run, and what the exit codes say. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fablepool, json } from "./command.ts";

let folder = "";
let home = "";
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-cli-"));
  home = join(folder, "home");
  const { code, stdout } = await fablepool(home, ["init", "--name", "phone"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Founded pool op:[0-9a-f]{64}\n/);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("before there is a pool", () => {
  test("a command says what to do, in one line, with the exit code for it", async () => {
    const { code, stdout, stderr } = await fablepool(join(folder, "nowhere"), ["status"]);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /^fablepool: no device at .*`fablepool init`.*\n$/);
  });

  test("an unknown command and a missing argument are usage errors", async () => {
    for (const args of [["frobnicate"], ["import"], ["claim", "self"], ["device", "add"]]) {
      const { code, stderr } = await fablepool(home, args);
      assert.equal(code, 2, args.join(" "));
      assert.match(stderr, /^error: /);
    }
  });

  test("a mistake of usage names the command whose help explains it, and is a value with --json", async () => {
    const missing = await fablepool(home, ["device", "add"]);
    assert.equal(missing.stderr, "error: missing required argument 'key'\n(`fablepool device add --help` shows what there is)\n");
    const { code, stdout, stderr } = await fablepool(home, ["device", "add", "--json"]);
    assert.deepEqual([code, stdout, JSON.parse(stderr)], [2, "", { error: { code: "usage", message: "missing required argument 'key'" } }]);
  });

  test("a home without a name is no home, and what is no code and no invitation makes none", async () => {
    const nameless = await fablepool(home, ["--home", "", "init"]);
    assert.deepEqual([nameless.code, nameless.stderr], [2, "fablepool: the home folder has no name: leave --home out, or name one\n"]);
    const place = join(folder, "not made");
    const short = await fablepool(place, ["join", "48-2109-375"]);
    assert.deepEqual([short.code, short.stderr], [2, "fablepool: a code has ten digits, as 48-2109-3755, and these are 9\n"]);
    assert.equal((await fablepool(place, ["join", "nonsense"])).code, 2);
    assert.equal(existsSync(place), false);
  });
});

describe("a device with a key and no pool yet", () => {
  test("is told by every empty list that joining is next", async () => {
    const place = join(folder, "on its way");
    assert.equal((await fablepool(place, ["join"])).code, 0);
    const lists = "claims evidence conflicts questions grants ledger log device_list find_tea recall_tea".split(" ");
    for (const line of [...lists, "claims_--subject_self"]) {
      const { code, stdout, stderr } = await fablepool(place, line.split("_"));
      assert.equal(code, 0, line);
      assert.match(stdout + stderr, /^this device has no pool yet: `fablepool join` is next [^\n]*\n$/, line);
    }
    assert.match((await fablepool(home, ["claims"])).stderr, /^no claims yet: `fablepool claim` states one\n$/);
  });
});

describe("a home", () => {
  test("a second init changes nothing", async () => {
    const key = readFileSync(join(home, "device.key"), "utf8");
    const { code, stderr } = await fablepool(home, ["init"]);
    assert.equal(code, 3);
    assert.match(stderr, /holds a (pool|device) already/);
    assert.equal(readFileSync(join(home, "device.key"), "utf8"), key);
  });

  test("is its owner's alone, file by file", () => {
    assert.equal(statSync(home).mode & 0o777, 0o700);
    for (const file of ["device.key", "pool.db", "settings.json"]) assert.equal(statSync(join(home, file)).mode & 0o077, 0, file);
  });

  test("a key that others can read is refused, and its words appear nowhere", async () => {
    chmodSync(join(home, "device.key"), 0o644);
    const { code, stderr } = await fablepool(home, ["status"]);
    chmodSync(join(home, "device.key"), 0o600);
    assert.equal(code, 3);
    assert.match(stderr, /chmod 600/);
    const { seed } = JSON.parse(readFileSync(join(home, "device.key"), "utf8")) as { seed: string };
    assert.ok(!stderr.includes(seed));
  });

  test("with a passphrase: the key file is locked, opened by the right one alone", async () => {
    const locked = join(folder, "locked");
    const open = { env: { FABLEPOOL_PASSPHRASE: "correct horse" } };
    assert.equal((await fablepool(locked, ["init", "--passphrase"], open)).code, 0);
    assert.match(readFileSync(join(locked, "device.key"), "utf8"), /"argon2id"[\s\S]*-----BEGIN AGE ENCRYPTED FILE-----/);
    assert.equal((await fablepool(locked, ["status"], open)).code, 0);
    const without = await fablepool(locked, ["status"]);
    assert.deepEqual([without.code, /is locked/.test(without.stderr)], [3, true]);
    const wrong = await fablepool(locked, ["status"], { env: { FABLEPOOL_PASSPHRASE: "wrong" } });
    assert.deepEqual([wrong.code, /does not open/.test(wrong.stderr)], [3, true]);
  });

  test("a copy of a home does not write before it has synced", async () => {
    const copy = join(folder, "copy");
    const { cpSync } = await import("node:fs");
    cpSync(home, copy, { recursive: true });
    await json(home, "claim", "self", "person.name", "Mara");
    const refused = await fablepool(copy, ["claim", "self", "person.name", "Copy"]);
    assert.equal(refused.code, 6);
    assert.match(refused.stderr, /copied or restored: sync/);
    assert.equal((await fablepool(copy, ["sync", "--none-newer"])).code, 0);
    assert.equal((await fablepool(copy, ["claim", "self", "person.name", "Copy"])).code, 0);
  });

  test("an older store put back in place does not write before it has synced", async () => {
    const place = join(folder, "restored");
    await fablepool(place, ["init"]);
    await json(place, "claim", "self", "work.role", "baker");
    const { copyFileSync } = await import("node:fs");
    copyFileSync(join(place, "pool.db"), join(folder, "backup.db"));
    await json(place, "claim", "self", "work.role", "pilot");
    copyFileSync(join(folder, "backup.db"), join(place, "pool.db"));
    for (const end of ["-wal", "-shm"]) rmSync(join(place, `pool.db${end}`), { force: true });
    assert.equal((await fablepool(place, ["claim", "self", "work.role", "cook"])).code, 6);
  });
});

describe("stating, seeing, judging", () => {
  test("a claim, its refutation, and the undoing of it", async () => {
    const { id } = await json<{ id: string }>(home, "claim", "self", "place.home", "Lyon", "--why", "I live there");
    assert.equal((await json<{ status: string }>(home, "show", id.slice(3, 12))).status, "active");
    const { refutation } = await json<{ refutation: string }>(home, "refute", id, "--why", "moved");
    assert.equal((await json<{ status: string }>(home, "show", id)).status, "refuted");
    const { undone } = await json<{ undone: string[] }>(home, "undo", id);
    assert.deepEqual(undone, [refutation]);
    assert.equal((await json<{ status: string }>(home, "show", id)).status, "active");
    const again = await fablepool(home, ["undo", id]);
    assert.equal(again.code, 4);
  });

  test("the same judgement again writes nothing and says so; another reason is kept", async () => {
    const { id } = await json<{ id: string }>(home, "claim", "self", "preference.likes", "rain");
    const count = async () => (await json<{ operations: number }>(home, "status")).operations;
    for (const [command, done, member] of [
      ["confirm", "confirmed", "endorsement"],
      ["refute", "refuted", "refutation"],
    ] as const) {
      const first = await json<Record<string, unknown>>(home, command, id, "--why", "wet");
      const before = await count();
      const again = await fablepool(home, [command, id, "--why", "wet"]);
      assert.deepEqual([again.code, await count()], [0, before]);
      assert.match(again.stdout, new RegExp(`^already ${done} ${id.slice(0, 15)} {2}[^\\n]*\\n$`));
      const reasoned = await json<Record<string, unknown>>(home, command, id, "--why", "cold");
      assert.deepEqual([reasoned[member], first["already"], reasoned["already"], await count()], [first[member], false, true, before + 1]);
    }
  });

  test("the object is JSON when it reads as JSON, else text; --text makes it text", async () => {
    const object = async (...args: string[]) => {
      const { id } = await json<{ id: string }>(home, "claim", "person:ada", "test.value", ...args);
      return (await json<{ payload: { object: unknown } }>(home, "show", id)).payload.object;
    };
    assert.equal(await object("42"), 42);
    assert.equal(await object("42", "--text"), "42");
    assert.deepEqual(await object('{"a":[1]}'), { a: [1] });
    assert.equal(await object("Cafe\u0301"), "Café");
  });

  test("a file that can't be written is a usage error, not a defect; a time before everything knew nothing", async () => {
    const { id } = await json<{ id: string }>(home, "claim", "self", "person.nickname", "Mo");
    const nowhere = join(folder, "no such folder", "file");
    for (const args of [
      ["why", id, "--bundle", nowhere],
      ["export", nowhere],
    ])
      assert.deepEqual([(await fablepool(home, args)).code, args[0]], [2, args[0]]);
    const { stderr } = await fablepool(home, ["claims", "--as-of", "2020-01-01"]);
    assert.match(stderr, /nothing was known at 2020-01-01T00:00:00Z/);
    assert.match((await fablepool(home, ["grants"])).stdout, /nothing is shared now/);
  });

  test("a predicate that is no dotted name is taken, as the log takes it, with a word on what one is", async () => {
    const odd = await fablepool(home, ["claim", "self", "a predicate with blanks", "x"]);
    assert.deepEqual([odd.code, /active/.test(odd.stdout)], [0, true]);
    assert.match(odd.stderr, /^"a predicate with blanks" is taken as it is, .*a dotted name, like place\.home\n$/);
    assert.equal((await fablepool(home, ["claim", "self", "garden.plant", "fig"])).stderr, "");
  });

  test("what is no claim, no id, no date is refused in one line that says why", async () => {
    const cases: [string[], number, RegExp][] = [
      [["claim", "", "place.home", "Lyon"], 2, /"subject" does not fit: a subject is `self`, or a name like person:ada\n$/],
      [["claim", "self", "", "Lyon"], 2, /"predicate" does not fit: a predicate is a dotted name, like place\.home\n$/],
      [
        ["claim", "self", "place.home", "Lyon", "--confidence", "2"],
        2,
        /"confidence" does not fit: a confidence is a number above 0, up to 1\n$/,
      ],
      [["claim", "self", "place.home", "Lyon", "--from", "2026-12-01", "--until", "2026-12-01"], 2, /end before it begins/],
      [["claim", "self", "place.home", "Lyon", "--from", "soon"], 2, /date like/],
      [["show", "xyz"], 2, /is no id/],
      [["show", "0000000000"], 4, /no operation begins with/],
      [["refute", "ffffffffff"], 4, /no operation begins with/],
      [["device", "add", "did:key:nonsense"], 2, /no did:key/],
      [["device", "remove", "nobody"], 4, /no device is called nobody/],
      [["join", "fablepool:12"], 2, /no invitation/],
      [["sync"], 2, /no device to sync with/],
      [["sync", "http://127.0.0.1:9"], 5, /./],
      [["import", join(folder, "nothing-here")], 4, /nothing-here/],
      [["import", ""], 4, /file or folder without a name/],
      [["import-log", join(folder, "nothing-here")], 4, /no such file/],
      [["import-log", folder], 2, /is a folder/],
      [["verify", import.meta.filename], 2, /cli\.test\.ts is no bundle/],
    ];
    for (const [args, expected, words] of cases) {
      const { code, stdout, stderr } = await fablepool(home, args);
      assert.equal(code, expected, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, words);
      assert.equal(stdout, "");
      assert.ok(stderr.split("\n").length <= 3, `one line, not: ${stderr}`);
    }
  });

  test("with --json an error is JSON too", async () => {
    const { code, stderr } = await fablepool(home, ["--json", "show", "0000000000"]);
    assert.equal(code, 4);
    assert.equal((JSON.parse(stderr) as { error: { code: string } }).error.code, "not_found");
  });
});

describe("import", () => {
  test("adds once, then nothing; a changed item is a new version that names the old one", async () => {
    const note = join(folder, "note.md");
    writeFileSync(note, "# Tea\n\nGreen.\n");
    const counts = async () => {
      const { added, changed, unchanged } = await json<Record<string, number>>(home, "import", note);
      return [added, changed, unchanged];
    };
    assert.deepEqual(await counts(), [1, 0, 0]);
    assert.deepEqual(await counts(), [0, 0, 1]);
    writeFileSync(note, "# Tea\n\nBlack.\n");
    assert.deepEqual(await counts(), [0, 1, 0]);
    const [newest, older] = await json<{ id: string; replaces?: string; newest: boolean }[]>(home, "evidence", "--kind", "note", "--all");
    assert.deepEqual([newest?.replaces, newest?.newest, older?.newest], [older?.id, true, false]);
  });

  test("files of no known format are named; exit code 1 when there is nothing else", async () => {
    const [photo, note] = [join(folder, "novel.xyz"), join(folder, "known.md")];
    writeFileSync(photo, "\u0000\u0001");
    writeFileSync(note, "# Known\n");
    const alone = await fablepool(home, ["import", photo]);
    assert.deepEqual([alone.code, alone.stderr], [1, `of no known format: ${photo}\n`]);
    const both = await fablepool(home, ["import", photo, note]);
    assert.equal(both.code, 0);
    assert.match(both.stderr, /of no known format: .*novel\.xyz\n/);
  });

  test("a kind that nothing has is not told as no evidence at all, and a full list says that there may be more", async () => {
    writeFileSync(join(folder, "one.md"), "# One\n");
    writeFileSync(join(folder, "two.md"), "# Two\n");
    await fablepool(home, ["import", join(folder, "one.md"), join(folder, "two.md")]);
    assert.match((await fablepool(home, ["evidence", "--kind", "email"])).stderr, /^no evidence of kind email: .*shows what there is\n$/);
    assert.match((await fablepool(home, ["evidence", "--limit", "1"])).stderr, /^the newest 1 item \(--limit shows more\)\n$/);
  });

  test("broken input: a line with file, position and reason; the rest is imported; exit code 1", async () => {
    const file = join(folder, "broken.ics");
    writeFileSync(
      file,
      "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a@x\nSUMMARY:No start that can be read\nDTSTART:soon\nEND:VEVENT\nBEGIN:VEVENT\nUID:b@x\nSUMMARY:Fine\nDTSTART:20260101T090000Z\nEND:VEVENT\nEND:VCALENDAR\n",
    );
    const { code, stdout, stderr } = await fablepool(home, ["import", file]);
    assert.equal(code, 1);
    assert.match(stderr, /broken\.ics: line \d+: .+/);
    assert.match(stdout, /1 new/);
  });

  test("Ctrl-C keeps what was done, says so, and the next run goes on", async () => {
    const place = join(folder, "interrupted");
    await fablepool(place, ["init"]);
    const many = join(folder, "many");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(many);
    for (let index = 0; index < 2_000; index++) writeFileSync(join(many, `${index}.md`), `# Note ${index}\n`);
    // An unreadable file in the middle is the sign to interrupt at.
    writeFileSync(join(many, "1500.ics"), "nonsense");
    const { code, stdout } = await fablepool(place, ["import", many], { interrupt: { after: /1500\.ics/, signal: "SIGINT" } });
    const { evidence } = await json<{ evidence: number }>(place, "status");
    if (code === 130) assert.match(stdout, /^interrupted after/);
    const rest = await json<{ added: number; unchanged: number }>(place, "import", many);
    assert.deepEqual([rest.unchanged, rest.added + evidence], [evidence, 2_000]);
    assert.equal((await fablepool(place, ["verify"])).code, 0);
  });
});

describe("the log as a file", () => {
  test("export and import-log carry a pool to another home; a damaged line is named, the rest taken", async () => {
    const file = join(folder, "log.jsonl");
    const { operations } = await json<{ operations: number }>(home, "export", file);
    assert.equal((await fablepool(home, ["export", file])).code, 2, "it does not overwrite");
    const other = join(folder, "other");
    await fablepool(other, ["join"]);
    const { accepted } = await json<{ accepted: number }>(other, "import-log", file);
    assert.equal(accepted, operations);
    const view = async (place: string) => (await json<{ view: string }>(place, "status")).view;
    assert.equal(await view(other), await view(home));
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, [...lines.slice(0, 1), "{broken", lines[2]?.replace(/"sig":"../, '"sig":"00'), ""].join("\n"));
    const third = join(folder, "third");
    await fablepool(third, ["join"]);
    const damaged = await fablepool(third, ["import-log", file]);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /line 2: parse error/);
    assert.ok(existsSync(file));
  });
});
