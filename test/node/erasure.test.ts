/**
 * Section 6, "Erasure", on real homes: once `forget` has resolved no file of the home holds any 12-byte piece of what was
 * erased, on the device that forgot at once and on the others after one sync, and nobody brings it back.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import {
  addDevice,
  answer,
  asOf,
  forget,
  homeAt,
  importFiles,
  initNode,
  type Node,
  newDevice,
  openNode,
  planForgetting,
  showOperation,
  syncWith,
  verifyReplica,
} from "../../src/node/index.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback } from "../../src/transport/index.ts";
import { piecesIn } from "./pieces.ts";
import { claim, logOf, runs, stateOf } from "./replicas.ts";

/** Where in a folder's files a 12-byte piece of one of these texts stands, some of the places: nowhere, if the erasure was one. */
function found(folder: string, texts: readonly string[]): string[] {
  return [...piecesIn(folder, texts).values()].slice(0, 5);
}

/** Two long random texts may share a piece by chance (four letters of three bytes are one): what was kept may hold it. */
function assertGone(folder: string, texts: readonly string[], when: string, kept: readonly string[] = []): void {
  const keptBytes = kept.map((text) => Buffer.from(text).toString("latin1"));
  const left = [...piecesIn(folder, texts)].filter(([piece]) => !keptBytes.some((bytes) => bytes.includes(piece)));
  assert.deepEqual(left.map(([, place]) => place).slice(0, 5), [], when);
}

/** Words that nothing else in a home looks like: short ones and long ones, in several scripts. */
function secret(random: SeededRandom, length: number): string {
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789éßøþð漢字川山水火"];
  let text = "";
  while (Buffer.byteLength(text) < length) {
    const word = Array.from({ length: 1 + random.below(random.once(5) ? 25 : 9) }, () => random.pick(letters)).join("");
    text += text === "" ? word : ` ${word}`;
  }
  return text;
}

interface Pair {
  readonly folder: string;
  readonly phone: Node;
  readonly laptop: Node;
  /** One sync in which `client` asks `server`. */
  sync(client: Node, server: Node): Promise<void>;
}

/** A phone that founded a pool, and a laptop that holds the same. */
async function withPair(use: (pair: Pair) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-erasure-"));
  const { node: phone, pool } = await initNode(homeAt(join(folder, "phone")), { name: "phone", passphrase: null });
  const laptop = await newDevice(homeAt(join(folder, "laptop")), { name: "laptop", passphrase: null });
  const sync = async (client: Node, server: Node) => {
    const did = server.writer.did;
    await syncWith(
      client.replica,
      loopback((message, key) => answer(server.replica, { did }, message, key), client.writer.did),
      { node: did },
    );
  };
  try {
    await addDevice(phone, { key: laptop.writer.did, role: "full", name: "laptop" });
    await laptop.replica.store.write((tx) => tx.setPool(pool));
    await sync(laptop, phone);
    await use({ folder, phone, laptop, sync });
  } finally {
    await Promise.all([phone.close(), laptop.close()]);
    rmSync(folder, { recursive: true });
  }
}

/** Writes a note of these words, imports it, and says what it is called for ever. */
async function importNote(node: Node, folder: string, name: string, words: string): Promise<OpId> {
  const notes = join(folder, "notes");
  mkdirSync(notes, { recursive: true });
  writeFileSync(join(notes, `${name}.md`), words);
  await importFiles(node, [notes]);
  const [newest] = (await logOf(node.replica))
    .filter((op) => op.type === "evidence" && op.payload?.["external_id"] === `${name}.md`)
    .slice(-1);
  assert.ok(newest, `${name} was imported`);
  return newest.op_id;
}

async function write(
  node: Node,
  ...drafts: Parameters<Node["write"]>[0] extends infer Choose ? Extract<Choose, readonly unknown[]> : never
) {
  const [id] = await node.write(drafts);
  return id as OpId;
}

async function forgetAll(node: Node, ...ids: readonly OpId[]): Promise<OpId[]> {
  const { items, quoting } = await planForgetting(node.replica, ids);
  return forget(node, [...items, ...quoting]);
}

test("short texts and long ones, claims that quote them, notes about those: gone from every file at once, for good, and from the other device after one sync", () =>
  withPair(async ({ folder, phone, laptop, sync }) => {
    const kept: string[] = [];
    for (let seed = 1; seed <= runs(1); seed++) {
      const random = seededRandom(seed);
      const erased: string[] = [];
      const going: OpId[] = [];
      for (const [n, length] of [12, 40, 300, 4_000, 30_000, 12, 90, 900, 9_000, 50_000].entries()) {
        const [words, name] = [secret(random, length), secret(random, 14).replaceAll(/\s/g, "-")];
        const id = await importNote(phone, folder, name, words);
        const quote = words.slice(0, 400);
        const object = { quote, told: [quote, { again: quote }] };
        const first = await write(phone, claim("self", `habit.${name}`, object, { derived_from: [id], rationale: `it says ${quote}` }));
        const second = await write(laptop, claim("self", "trait.activity", quote, { derived_from: [first] }));
        await write(phone, { type: "note", payload: { target: first, text: quote } });
        await write(phone, { type: "note", payload: { target: second, name: quote } });
        const goes = n % 2 === 0;
        (goes ? erased : kept).push(words, name);
        if (goes) going.push(id);
        await sync(laptop, phone);
      }
      for (const home of ["phone", "laptop"])
        assert.ok(found(join(folder, home), erased).length > 0, "the scanner looks in the wrong place");
      rmSync(join(folder, "notes"), { recursive: true });
      await forgetAll(phone, ...going);
      assertGone(join(folder, "phone"), erased, "once forget has resolved", kept);
      await sync(laptop, phone);
      assertGone(join(folder, "laptop"), erased, "after one sync", kept);
      for (const node of [phone, laptop]) {
        assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
        await asOf(node.home, node.replica, Number.MAX_SAFE_INTEGER, async (past) =>
          assert.deepEqual(await stateOf(past), await stateOf(node.replica)),
        );
        assertGone(node.home.folder, erased, "after verify and as-of", kept);
        for (const words of kept) assert.notDeepEqual(found(node.home.folder, [words]), [], "what was not forgotten is there");
      }
    }
  }));

test("nothing comes back when the home is closed and opened again", () =>
  withPair(async ({ folder, phone }) => {
    const words = secret(seededRandom(2), 5_000);
    const id = await importNote(phone, folder, "closing", words);
    rmSync(join(folder, "notes"), { recursive: true });
    await forgetAll(phone, id);
    await phone.close();
    assertGone(join(folder, "phone"), [words], "closed");
    const again = await openNode(phone.home, async () => null);
    assertGone(join(folder, "phone"), [words], "open again");
    assert.equal((await showOperation(again.replica, id)).status, "redacted");
    await again.close();
  }));

test("every version of an item goes, and what was derived from any of them", () =>
  withPair(async ({ folder, phone }) => {
    const random = seededRandom(3);
    const [old, middle, now] = [secret(random, 200), secret(random, 200), secret(random, 200)];
    const first = await importNote(phone, folder, "diary", old);
    const hanging = await write(phone, claim("self", "trait.activity", old.slice(0, 60), { derived_from: [first] }));
    await importNote(phone, folder, "diary", middle);
    const last = await importNote(phone, folder, "diary", now);
    rmSync(join(folder, "notes"), { recursive: true });
    const { items, quoting } = await planForgetting(phone.replica, [last]);
    assert.deepEqual([items.length, quoting.map(({ op_id }) => op_id)], [3, [hanging]]);
    await forget(phone, [...items, ...quoting]);
    assertGone(join(folder, "phone"), [old, middle, now], "all three");
  }));

test("an old peer that still has the words can't bring them back, whoever begins the sync and whatever it sends", () =>
  withPair(async ({ folder, phone, laptop, sync }) => {
    const random = seededRandom(4);
    const words = [secret(random, 60), secret(random, 6_000)];
    const ids = [await importNote(phone, folder, "a", words[0] ?? ""), await importNote(phone, folder, "b", words[1] ?? "")];
    const quoting = await write(phone, claim("self", "trait.activity", words[0] ?? "", { derived_from: [ids[0] as OpId] }));
    rmSync(join(folder, "notes"), { recursive: true });
    await sync(laptop, phone);
    const old = await logOf(laptop.replica);
    await forgetAll(phone, ...ids);
    // As an old version or a hostile one would: every envelope again, whole, in every order.
    for (const ops of [old, old.toReversed(), ...old.map((op) => [op])]) {
      const { attached } = await ingestOps(phone.replica, structuredClone(ops) as unknown as Json[]);
      assert.deepEqual(attached, []);
      assertGone(join(folder, "phone"), words, "whatever is sent");
    }
    await sync(phone, laptop); // the one that forgot asks the one that still has it, and tells it
    assertGone(join(folder, "phone"), words, "asking an old peer");
    assertGone(join(folder, "laptop"), words, "the old peer has been told");
    await ingestOps(laptop.replica, structuredClone(old) as unknown as Json[]);
    assertGone(join(folder, "laptop"), words, "the old peer is offered it again");
    for (const id of [...ids, quoting]) assert.equal((await showOperation(laptop.replica, id)).status, "redacted");
  }));

test("a device that hears of the redaction before its target never has the words in a file", () =>
  withPair(async ({ folder, phone, laptop, sync }) => {
    const words = secret(seededRandom(5), 3_000);
    const id = await importNote(phone, folder, "late", words);
    rmSync(join(folder, "notes"), { recursive: true });
    const old = await logOf(phone.replica);
    await forgetAll(phone, id);
    const now = await logOf(phone.replica);
    await ingestOps(laptop.replica, now as unknown as Json[]);
    await ingestOps(laptop.replica, structuredClone(old) as unknown as Json[]);
    assertGone(join(folder, "laptop"), [words], "known only without its words");
    // In one batch, whole, with what takes it away.
    const third = await openSqliteStore(join(folder, "third.db"));
    await third.close();
    const whole = [...old, ...now.slice(old.length)];
    const joined = await newDevice(homeAt(join(folder, "tablet")), { name: "tablet", passphrase: null });
    await joined.replica.store.write(async (tx) => tx.setPool((await phone.replica.store.read((reader) => reader.pool())) as OpId));
    await ingestOps(joined.replica, structuredClone(whole) as unknown as Json[]);
    assertGone(join(folder, "tablet"), [words], "in one batch");
    await sync(laptop, phone);
    assert.deepEqual(await stateOf(joined.replica), await stateOf(laptop.replica));
    await joined.close();
  }));

test("what a crash left of a view that was built aside holds nothing either", () =>
  withPair(async ({ folder, phone }) => {
    const words = secret(seededRandom(6), 2_000);
    const id = await importNote(phone, folder, "crash", words);
    rmSync(join(folder, "notes"), { recursive: true });
    // As if the process had been killed in the middle of `verify` and of `claims --as-of`.
    for (const end of [".verify", ".as-of"]) {
      const store = await openSqliteStore(`${phone.home.store}${end}`, { scratch: true });
      await store.write(async (tx) => tx.setLocal("words", words));
      await store.close();
      writeFileSync(`${phone.home.store}${end}-wal`, words);
    }
    await forgetAll(phone, id);
    assertGone(join(folder, "phone"), [words], "leftovers of a crash");
  }));

test("predicates and subjects are words too: of hundreds of claims each erased one takes its own along, also where the others moved to", () =>
  withPair(async ({ folder, phone }) => {
    const random = seededRandom(7);
    const gone: string[] = [];
    const kept = new Map<OpId, string>();
    for (let round = 0; round < 8; round++) {
      const words = Array.from({ length: 60 }, () => secret(random, 30 + random.below(40)).replaceAll(/\s/g, ""));
      const drafts = words.map((word) => claim(`person:${word}`, `x.${word}`, word, { valid_from: random.below(1_000) }));
      const ids = await phone.write(drafts);
      for (const [n, id] of ids.entries()) kept.set(id, words[n] as string);
      const targets = (count: number) => random.some([...kept.keys()], count).map((id) => ({ payload: { targets: [id] } }));
      await phone.write([
        ...targets(20).map((draft) => ({ type: "endorsement", ...draft })),
        ...targets(20).map((draft) => ({ type: "refutation", ...draft })),
      ]);
      const going = random.some([...kept], 50);
      await forgetAll(phone, ...going.map(([id]) => id));
      gone.push(...going.map(([, word]) => word));
      for (const [id] of going) kept.delete(id);
      assertGone(join(folder, "phone"), gone, `round ${round}`);
    }
    assert.ok([...kept.values()].every((word) => found(join(folder, "phone"), [word]).length > 0));
  }));

test("the source is not taken in again, on any device, and the report says how many items were left out; unless the user asks for them", () =>
  withPair(async ({ folder, phone, laptop, sync }) => {
    const random = seededRandom(8);
    const [words, kept] = [secret(random, 300), secret(random, 300)];
    const id = await importNote(phone, folder, "forgotten", words);
    await importNote(phone, folder, "kept", kept);
    await forgetAll(phone, id);
    await sync(laptop, phone);
    for (const node of [phone, laptop]) {
      const { added, changed, unchanged, forgotten, problems } = await importFiles(node, [join(folder, "notes")]);
      assert.deepEqual(
        { added, changed, unchanged, forgotten, problems },
        { added: 0, changed: 0, unchanged: 1, forgotten: 1, problems: [] },
      );
      assertGone(node.home.folder, [words], "after the import");
      assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    }
    const again = await importFiles(phone, [join(folder, "notes")], { again: true });
    assert.deepEqual([again.added, again.unchanged, again.forgotten], [1, 1, 0]);
    assert.notDeepEqual(found(join(folder, "phone"), [words]), []);
  }));
