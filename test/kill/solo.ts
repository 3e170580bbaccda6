/** Commands that write into the log of one home. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { OpId } from "../../src/core/op/operation.ts";
import { addAssistant, addDevice, checkBackup, findRecord, grant, importFiles, refute } from "../../src/node/index.ts";
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";
import { anyOf, calendar, commandsOf, label, on, prepare, type Scene, type Solo, strangerOf, withNode } from "./scene.ts";
import { assertForgotten } from "./whole.ts";

const day = 86_400_000;

let removing = "";
let forgetting = { id: "", word: "" };

async function refuted(scene: Scene, random: SeededRandom): Promise<OpId> {
  return prepare(scene, (node) => refute(node, [random.pick(scene.held.claims) as OpId]));
}

/** A grant that is not over. */
async function granted(scene: Scene): Promise<OpId> {
  const terms = { selector: { predicates: ["test.*"] }, purpose: "to plan", expiresAt: Date.now() + day };
  return prepare(scene, (node) => grant(node, { grantee: strangerOf(scene), ...terms }));
}

const solos: readonly Solo[] = [
  {
    name: "import",
    weight: 12,
    args: (scene, random) => ["import", calendar(scene.folder, label(scene), random.once(8) ? 560 : 20 + random.below(40))],
  },
  {
    name: "derive",
    weight: 5,
    async args(scene) {
      await prepare(scene, (node) => importFiles(node, [calendar(scene.folder, label(scene), 20)]));
      return ["derive"];
    },
  },
  { name: "claim", weight: 4, args: (scene) => ["claim", "self", "preference.likes", `tea ${label(scene)}`] },
  { name: "refute", weight: 4, args: on("claims", (id) => ["refute", id, "--why", "it is not so"]) },
  { name: "correct", weight: 4, args: on("claims", (id, scene) => ["correct", id, `another ${label(scene)}`, "--why", "I know"]) },
  { name: "confirm", weight: 3, args: on("claims", (id) => ["confirm", id, "--why", "it is so"]) },
  {
    name: "undo",
    weight: 3,
    args: async (scene, random) => ["undo", anyOf(scene.held.refutations, random) ?? (await refuted(scene, random))],
  },
  {
    name: "forget",
    weight: 8,
    async args(scene, random) {
      const id = anyOf(scene.held.evidence, random);
      if (id === null) return null;
      const [op] = await withNode(scene, (node) => node.replica.store.read((reader) => reader.envelopes([id as OpId])));
      const word = /word\w+x\d+x/.exec(JSON.stringify(op?.payload))?.[0];
      if (!word) return null; // something that was said, of which no word is nobody else's
      forgetting = { id, word };
      return ["forget", id, "--yes"];
    },
    check({ home, held }, { said }) {
      const isGone = !held.evidence.includes(forgetting.id);
      assert.ok(isGone || !said, `${forgetting.id} was forgotten and has its words`);
      if (isGone) assertForgotten(home, forgetting.word);
    },
  },
  {
    name: "grant",
    weight: 3,
    args: (scene) => [
      "grant",
      "give",
      strangerOf(scene),
      "--predicate",
      "test.*",
      "--purpose",
      "to plan",
      "--for",
      "90d",
      "--name",
      "doctor",
    ],
  },
  { name: "revoke", weight: 3, args: async (scene) => ["revoke", await granted(scene), "--why", "it is over"] },
  {
    name: "device add",
    weight: 3,
    args: (scene) => ["device", "add", strangerOf(scene), "--name", "tablet"],
  },
  {
    name: "device remove",
    weight: 4,
    async args(scene) {
      const key = strangerOf(scene);
      await prepare(scene, (node) => addDevice(node, { key, role: "full", name: "tablet" }));
      return ["device", "remove", key, "--reason", "lost", "--yes"];
    },
  },
  { name: "key rotate", weight: 5, args: () => ["key", "rotate"] },
  {
    name: "backup",
    weight: 9,
    args: (scene) => ["backup", join(scene.folder, "pool.age")],
    async check(scene, { said }) {
      if (!said && scene.backedUp === 0) return;
      const { operations, leftOut } = await checkBackup(join(scene.folder, "pool.age"), scene.opener);
      assert.ok(operations >= scene.backedUp, `the backup held ${scene.backedUp} operations, and holds ${operations}`);
      if (said) assert.deepEqual(leftOut, []);
      if (said) scene.backedUp = operations;
    },
  },
  {
    name: "assistant add",
    weight: 2,
    args: (scene) => ["assistant", "add", `helper-${scene.made++}`, "--allow", "test.*"],
  },
  {
    name: "assistant remove",
    weight: 2,
    async args(scene) {
      removing = `helper-${scene.made++}`;
      await prepare(scene, (node) => {
        const terms = { selector: { predicates: ["test.*"] }, purpose: "to help", expiresAt: Date.now() + day, evidence: false, quota: 9 };
        return addAssistant(node, { name: removing, ...terms }, async () => null);
      });
      return ["assistant", "remove", removing];
    },
    async check({ home }, { random, said, again }) {
      const isThere = () => findRecord(home, removing)?.removedAt === null;
      assert.ok(!(said && isThere()), "it said that the assistant is removed");
      if (isThere() && random.once(2)) await again();
      assert.ok(isThere() || !existsSync(join(home.assistants, `${removing}.key`)), "the key of a removed assistant is on the disk");
    },
  },
];

export const soloCommands = commandsOf(solos);
