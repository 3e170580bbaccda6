/** Commands on one home that write beside the log: its lock and settings, what is indexed, and files for people. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyFileSecret } from "../../src/cli/secrets.ts";
import { changeLock, type Home, importFiles, readSettings, search, stateClaim, writeSettings } from "../../src/node/index.ts";
import { modelsAt } from "./models.ts";
import { calendar, commandsOf, label, prepare, type Scene, type Solo, secretOf } from "./scene.ts";

const lockedBy = (scene: Scene) => join(scene.folder, "first.ics");

async function unlock(scene: Scene): Promise<void> {
  await changeLock(scene.home, async () => secretOf(scene), null);
}

let word = "";
let recipient = "";

/** A process with this number there never is. */
const leftover = (home: Home) => `${home.settings}.99999999.new`;

/** A new claim that stands. */
function stated(scene: Scene): Promise<string> {
  return prepare(scene, (node) => stateClaim(node, { subject: "self", predicate: "preference.likes", object: label(scene) }));
}

let file = "";

/** A file for people is not there, or it is whole. */
function checkFile({ home }: Scene, said: boolean): void {
  assert.ok(existsSync(file) || !said, `${file} is not there`);
  if (existsSync(file)) JSON.parse(readFileSync(file, "utf8"));
  rmSync(file, { force: true });
  assert.ok(existsSync(home.deviceKey));
}

const solos: readonly Solo[] = [
  {
    name: "key passphrase",
    weight: 2,
    locks: true,
    args: (scene) => ["key", "passphrase", "--new-key-file", lockedBy(scene)],
    check: unlock,
  },
  {
    name: "key passphrase --remove",
    weight: 2,
    locks: true,
    async args(scene) {
      await changeLock(scene.home, async () => null, keyFileSecret(lockedBy(scene)));
      return ["key", "passphrase", "--remove", "--key-file", lockedBy(scene)];
    },
    check: unlock,
  },
  {
    name: "key confirm",
    weight: 2,
    args({ home, words }) {
      const { recovery, ...rest } = readSettings(home);
      recipient = recovery?.recipient ?? recipient;
      writeSettings(home, rest);
      return ["key", "confirm", "--recovery-file", words];
    },
    check({ home }, { said }) {
      const { recovery, ...rest } = readSettings(home);
      assert.ok(recovery?.recipient === recipient || !said, "the phrase was confirmed");
      writeSettings(home, { ...rest, recovery: { recipient, confirmed: true } });
    },
  },
  {
    name: "doctor --mend",
    weight: 2,
    known: ["permissions"],
    args({ home }) {
      writeFileSync(leftover(home), "half of it");
      chmodSync(home.settings, 0o644);
      return ["doctor", "--mend"];
    },
    check({ home }, { said }) {
      assert.ok(!said || (!existsSync(leftover(home)) && (statSync(home.settings).mode & 0o077) === 0), "the doctor mended it");
      rmSync(leftover(home), { force: true });
      chmodSync(home.settings, 0o600);
    },
  },
  {
    name: "sync --none-newer",
    weight: 2,
    known: ["copy"],
    isUnproven: true,
    async args(scene) {
      await prepare(scene, (node) => node.replica.store.write((tx) => tx.setLocal("unproven", "a test")));
      return ["sync", "--none-newer"];
    },
    check: (scene, { said }) =>
      prepare(scene, (node) =>
        node.replica.store.write(async (tx) => {
          assert.ok(!said || (await tx.local("unproven")) === null, "it was taken for the newest");
          await tx.setLocal("unproven", null);
        }),
      ),
  },
  {
    name: "find",
    weight: 4,
    async args(scene) {
      const name = label(scene);
      word = `word${name}x1x`;
      await prepare(scene, (node) => importFiles(node, [calendar(scene.folder, name, 40)]));
      return ["find", word];
    },
    async check(scene) {
      const found = await prepare(scene, (node) => search(node.replica, { text: word, now: Date.now(), limit: 5 }));
      assert.ok(found.length > 0, `${word} is found`);
    },
  },
  {
    name: "recall --model",
    weight: 3,
    async args(scene) {
      await stated(scene);
      return ["recall", "--model", "m", "--endpoint", await modelsAt(), "what", "do", "I", "like"];
    },
    check: async (_scene, { random, again }) => void (random.once(3) && (await again())),
  },
  {
    name: "derive --model",
    weight: 4,
    async args(scene) {
      const path = join(scene.folder, `${label(scene)}.md`);
      writeFileSync(path, `# A day\n\nI like tea of the kind ${label(scene)}, and I like to walk.\n`);
      await prepare(scene, (node) => importFiles(node, [path]));
      return ["derive", "--model", "m", "--endpoint", await modelsAt()];
    },
    check: async (_scene, { random, again }) => void (random.once(3) && (await again())),
  },
  {
    name: "export",
    weight: 3,
    args: (scene) => ["export", join(scene.folder, "log.jsonl"), "--force"],
    check(scene, { said }) {
      const path = join(scene.folder, "log.jsonl");
      const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : null;
      assert.ok(lines !== null || !said, "the log was exported");
      if (lines === null) return;
      assert.equal(lines.pop(), "", "the file ends with a whole line");
      const ids = new Set(lines.flatMap((line) => (JSON.parse(line) as { op_id: string }).op_id));
      assert.ok(ids.size >= scene.exported, `the file held ${scene.exported} operations, and holds ${ids.size}`);
      if (said) for (const id of scene.held.ids) assert.ok(ids.has(id) || !scene.before.has(id), `${id} is not in the file`);
      scene.exported = ids.size;
    },
  },
  {
    name: "why --bundle",
    weight: 2,
    async args(scene) {
      file = join(scene.folder, "bundle.json");
      return ["why", await stated(scene), "--bundle", file];
    },
    check: (scene, { said }) => checkFile(scene, said),
  },
  {
    name: "credential issue",
    weight: 2,
    async args(scene) {
      file = join(scene.folder, "credential.json");
      return ["credential", "issue", await stated(scene), "--out", file];
    },
    check: (scene, { said }) => checkFile(scene, said),
  },
  {
    name: "verify",
    weight: 2,
    args: () => ["verify"],
    check: async (_scene, { random, again }) => void (random.once(3) && (await again())),
  },
  {
    name: "claims --as-of",
    weight: 2,
    args: () => ["claims", "--as-of", new Date().toISOString()],
    check: async (_scene, { random, again }) => void (random.once(3) && (await again())),
  },
];

export const besideCommands = commandsOf(solos);
