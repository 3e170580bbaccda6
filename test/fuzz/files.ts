/** What lies in files: backups, locked keys, what a home keeps of itself, and every format that is imported. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../src/core/limits.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { importerFor, importers } from "../../src/importers/index.ts";
import { listRecords } from "../../src/node/assistants/record.ts";
import { homeAt, readSettings } from "../../src/node/home.ts";
import { makeKey, readKeyFile } from "../../src/node/key-file.ts";
import { importLog, splitLines } from "../../src/node/log-file.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { backupKeyOf } from "../../src/node/recovery-phrase.ts";
import { checkBackup, linesOfBackup } from "../../src/node/restore.ts";
import { writeSealed } from "../../src/node/sealed-file.ts";
import { openAge, parseSealed, sealKey } from "../../src/node/sealed-key.ts";
import { inOrder, oneOf, type Rule } from "../../src/testkit/grammar.ts";
import { scriptedPool } from "../../src/testkit/scripted-pool.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { assertRules } from "../importers/draft-rules.ts";
import { importAllInTime, sourceOf } from "../importers/import-all.ts";
import { madeSamples } from "../importers/made-samples.ts";
import { withoutPointer } from "../importers/messages-checks.ts";
import { replicaOf } from "../vectors/runner.ts";
import type { FuzzedParser } from "./fuzzed-parser.ts";
import { anyOf, hex, json, mostly, number, rearranged, string, url } from "./rules.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const random = seededRandom(1);

const pool = scriptedPool(nativeCrypto);
for (let at = 0; at < 6; at++) pool.write("phone", "note", { target: pool.id, text: `é ${at}` });
const logLines = pool.ops.map((op) => `${JSON.stringify(op)}\n`);
const key = makeKey((length) => random.bytes(length));
const keyText = JSON.stringify({ format: "fablepool-key/1", did: key.did, seed: "07".repeat(32) });
const head = {
  format: "fablepool-backup/1",
  id: "0123456789abcdef",
  part: 0,
  pool: pool.id,
  device: key.did,
  made_at: 1_790_000_000_000,
  key: keyText,
  settings: { name: "phone", peers: [] },
};
const backupLines = [`${JSON.stringify(head)}\n`, ...logLines, `${JSON.stringify({ end: true, operations: logLines.length })}\n`];

const { recipient, identity } = await backupKeyOf(new Uint8Array(32).fill(3));
const backupPath = join(folder, "pool.age");
const sealedLines = async (lines: readonly string[]) => {
  await writeSealed(
    backupPath,
    (async function* () {
      yield* lines;
    })(),
    { recipient },
  );
  return readFileSync(backupPath);
};
const sealedBackup = (await sealedLines(backupLines)).toString("latin1");

/** A backup of which a byte was changed is refused, whole: all that can be had of it is what was written. */
async function readBackup(input: string): Promise<unknown> {
  writeFileSync(backupPath, Buffer.from(input, "latin1"));
  const checked = await checkBackup(backupPath, { identity });
  assert.equal(checked.operations, logLines.length);
  return checked;
}

/** Who has the public half can seal what they like: it is verified like anything from elsewhere. */
async function readOthersBackup(input: string): Promise<unknown> {
  await sealedLines([input.toWellFormed()]);
  const checked = await checkBackup(backupPath, { identity });
  const { name = "", peers = [] } = checked.head.settings;
  assert.ok(typeof name === "string" && Array.isArray(peers), "settings have their form");
  const replica = await replicaOf(checked.head.pool);
  const taken = await importLog(replica, linesOfBackup(checked, { identity }));
  await assertOnlyWritten(taken.accepted, () => replica.store.read((reader) => reader.idsAfter(null, 1_000)));
  return checked;
}

async function readLog(input: string): Promise<unknown> {
  const replica = await replicaOf(null);
  const taken = await importLog(
    replica,
    splitLines(
      (async function* () {
        yield input;
      })(),
    ),
  );
  await assertOnlyWritten(taken.accepted, () => replica.store.read((reader) => reader.idsAfter(null, 1_000)));
  return taken;
}

const written = new Set<string>(pool.ops.map(({ op_id }) => op_id));

async function assertOnlyWritten(count: number, ids: () => Promise<readonly OpId[]>): Promise<void> {
  const held = await ids();
  assert.equal(held.length, count);
  for (const id of held) assert.ok(written.has(id), `${id} was written by nobody`);
}

const locked = await sealKey(Buffer.from(keyText), key.did, { by: "passphrase", text: "swordfish" }, "0f".repeat(16));
const lockedAge = parseSealed(locked)?.age ?? "";
const madeLocked = inOrder(
  ...['{"format":"fablepool-sealed-key/1","did":"', key.did, '","unlock":', oneOf('"passphrase"', '"key-file"', json)],
  ...[
    ',"kdf":{"name":"argon2id","salt":"',
    hex(32),
    '","memory_kib":',
    number,
    ',"passes":',
    number,
    ',"lanes":',
    number,
    '},"age":',
    string,
    "}",
  ],
);

/** What is taken asks for no more memory and time than a machine has. */
function readLocked(input: string): unknown {
  const sealed = parseSealed(input);
  if (sealed === null) return null;
  const { memoryKib, passes, lanes } = sealed;
  assert.ok(memoryKib <= limits.argonMemoryKib && passes <= limits.argonPasses && lanes <= limits.argonLanes);
  assert.ok(memoryKib >= 8 * lanes && passes >= 1);
  return sealed;
}

const keyPath = join(folder, "device.key");

async function readKey(input: string): Promise<unknown> {
  writeFileSync(keyPath, input, { mode: 0o600 });
  if (parseSealed(input) !== null) return null; // argon2id takes its time: `locked key` and `armored file` are its parts
  const read = await readKeyFile(keyPath, async () => "swordfish");
  assert.match(read.did, /^did:key:z6Mk/);
  return read;
}

const home = homeAt(join(folder, "home"));
mkdirSync(home.assistants, { recursive: true });
const settings = inOrder(
  ...['{"name":', mostly(string, json), ',"peers":', mostly(inOrder('[{"url":"', url, '","node":', mostly("null", string), "}]"), json)],
  ...[
    ',"address":',
    mostly(inOrder('"', url, '"'), json),
    ',"localAddress":',
    mostly(inOrder('"', url, '"'), json),
    ',"recovery":',
    mostly(inOrder('{"recipient":', string, ',"confirmed":true}'), json),
  ],
  ...[
    ',"backup":',
    mostly(inOrder('{"file":', string, ',"everyMs":', mostly("86400000", number), ',"recipient":', string, "}"), json),
    "}",
  ],
);

/** Settings are of their form, or are told to be none. */
function readHomeSettings(input: string): unknown {
  writeFileSync(home.settings, input);
  const { name, peers, address = "", localAddress = "", recovery, backup } = readSettings(home);
  assert.ok(typeof name === "string" && typeof address === "string" && typeof localAddress === "string");
  for (const peer of peers) assert.ok(typeof peer.url === "string" && (peer.node === null || typeof peer.node === "string"));
  if (recovery !== undefined) assert.ok(typeof recovery.recipient === "string" && typeof recovery.confirmed === "boolean");
  if (backup !== undefined) assert.ok(typeof backup.file === "string" && typeof backup.recipient === "string" && backup.everyMs > 0);
  return peers;
}

const record = inOrder(
  ...['{"name":"claude","did":', mostly(`"${key.did}"`, json), ',"grant":', mostly(inOrder('"op:', hex(64), '"'), json)],
  ...[',"addedAt":', mostly("1790000000000", number), ',"evidence":', mostly("true", json), ',"quota":', mostly("100", number, json)],
  ...[',"tokenHash":', mostly(inOrder('"', hex(64), '"'), json), ',"removedAt":', mostly(oneOf("null", "1790000000000"), json), "}"],
);

function readRecord(input: string): unknown {
  writeFileSync(join(home.assistants, "claude.json"), input);
  for (const { name, did, grant, addedAt, evidence, quota, tokenHash, removedAt } of listRecords(home)) {
    for (const each of [name, did, grant, tokenHash]) assert.equal(typeof each, "string");
    assert.ok(Number.isFinite(addedAt) && Number.isFinite(quota) && typeof evidence === "boolean");
    assert.ok(removedAt === null || new Date(removedAt).toISOString() !== "");
  }
  return input;
}

/** Each made sample of a format, in pieces that its grammar could have put in another order. */
const formats = importers.map(({ name }): FuzzedParser => {
  const samples = madeSamples.filter(({ importer }) => importer === name);
  const texts = samples.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));
  const grammar: Rule = oneOf(...texts.flatMap((text) => [text, rearranged(text.split(/(?<=[\n>,{}[\]])/))]));
  return {
    name: `import of ${name}`,
    oneIn: 10,
    grammar,
    async read(input) {
      const importer = importers.find((each) => each.name === name);
      assert.ok(importer);
      const source = sourceOf(samples[0]?.name ?? "", Buffer.from(input, "latin1"));
      importerFor(source);
      const { drafts, problems } = await importAllInTime(importer, source);
      assertRules({ problems, drafts: drafts.map((draft) => ({ ...draft, source: withoutPointer(draft.source) })) });
      return drafts;
    },
  };
});

export const fileParsers: readonly FuzzedParser[] = [
  { name: "backup", oneIn: 10, grammar: anyOf([sealedBackup]), read: readBackup },
  { name: "backup that somebody else sealed", oneIn: 50, grammar: rearranged(backupLines), read: readOthersBackup },
  { name: "exported log", oneIn: 20, grammar: oneOf(logLines.join(""), rearranged(logLines)), read: readLog },
  { name: "locked key", grammar: oneOf(locked, madeLocked), read: readLocked },
  { name: "armored file", oneIn: 10, grammar: anyOf([lockedAge]), read: (input) => openAge(input, "swordfish") },
  { name: "key file", oneIn: 10, grammar: oneOf(keyText, locked, lockedAge), read: readKey },
  { name: "settings", oneIn: 5, grammar: settings, read: readHomeSettings },
  { name: "record of an assistant", oneIn: 5, grammar: record, read: readRecord },
  ...formats,
];
