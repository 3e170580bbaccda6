/** heads/1 as functions of chains: what one side has beyond the other, against walks along prev[0]. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ControlLog, type Known } from "../../../src/core/admission/control-log.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { headsMessage, locatorSeqs, partsBeyond, readHeads, tipsOf } from "../../../src/core/sync/heads.ts";

const did = (name: string) => name as Did;
const opId = (n: number) => `op:${n.toString(16).padStart(64, "0")}` as OpId;

interface Written {
  readonly known: Known;
  readonly before: Written | null;
}

/** Two authors' operations; each number says which earlier one of its author the next follows on, and so makes forks. */
const histories = fc.array(fc.tuple(fc.constantFrom("phone", "laptop"), fc.nat(9)), { minLength: 1, maxLength: 16 });

function grown(log: ControlLog, history: readonly (readonly [string, number])[]): Written[] {
  const written: Written[] = [];
  for (const [author, at] of history) {
    const own = written.filter(({ known }) => known.author === author);
    const before = own[at % (own.length + 1)] ?? own.at(-1) ?? null;
    const op = { id: opId(written.length), author: did(author), seq: (before?.known.seq ?? 0) + 1, lamport: written.length + 1 };
    written.push({ before, known: { ...op, type: "mood", chain: log.extend(op, before?.known ?? null), past: 0 } });
  }
  return written;
}

const idsOf = (ops: readonly Written[]) => ops.map(({ known }) => known.id);

test("law: beyond what the other side knows is exactly what no walk from there meets", () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(15), { maxLength: 4 }), (history, picks) => {
      const log = new ControlLog();
      const written = grown(log, history);
      for (const author of ["phone", "laptop"]) {
        const own = written.filter(({ known }) => known.author === author);
        const theirs = own.length === 0 ? [] : picks.map((pick) => own[pick % own.length] as Written);
        const met = new Set<OpId>();
        for (const from of theirs) for (let op: Written | null = from; op; op = op.before) met.add(op.known.id);
        const positions = theirs.map(({ known }) => known);
        const parts = partsBeyond(log.chains, did(author), positions);
        const inParts = ({ chain, seq }: Known) => parts.some((part) => part.chain === chain && seq > part.after && seq <= part.upTo);
        const beyond = written.filter(({ known }) => inParts(known));
        assert.deepEqual(idsOf(beyond), idsOf(own.filter(({ known }) => !met.has(known.id))));
        assert.ok(parts.every(({ after, upTo }) => after < upTo));
      }
    }),
  );
});

test("law: an author's tips are its operations that none of its own follows on; nothing is beyond them", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const log = new ControlLog();
      const written = grown(log, history);
      const followed = new Set(written.map(({ before }) => before?.known.id));
      const tips = tipsOf(log.chains.values());
      for (const author of new Set(history.map(([name]) => did(name)))) {
        const own = written.filter(({ known }) => known.author === author && !followed.has(known.id));
        const named = (tips.get(author) ?? []).map(({ id }) => id);
        assert.deepEqual(named.toSorted(), idsOf(own).sort());
        const positions = own.map(({ known }) => known);
        assert.deepEqual(partsBeyond(log.chains, author, positions), []);
        assert.deepEqual(partsBeyond(log.chains, author, []).length, named.length);
      }
    }),
  );
});

test("law: heads are read back from their message as they were", () => {
  const tip = fc.record({ seq: fc.maxSafeInteger(), id: fc.nat(99).map(opId) }, { noNullPrototype: true });
  const heads = fc.record({
    authors: fc.array(fc.tuple(fc.constantFrom("phone", "laptop", "__proto__"), fc.array(tip, { maxLength: 3 })), { maxLength: 3 }),
    lamport: fc.nat(),
    incomplete: fc.array(fc.nat(99).map(opId), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(heads, ({ authors, ...rest }) => {
      const value = { ...rest, authors: new Map(authors.map(([name, tips]) => [did(name), tips])) };
      const message = JSON.parse(JSON.stringify(headsMessage(value))) as Json;
      assert.deepEqual(readHeads(message), value);
    }),
  );
});

test("heads of another form are the peer's fault; an unknown lamport or incomplete is none", () => {
  for (const value of [undefined, null, [], {}, { authors: [] }, { authors: { phone: {} } }, { authors: { phone: [[1]] } }]) {
    assert.throws(() => readHeads(value as Json), { name: "PoolError", code: "peer" });
  }
  for (const tip of [[1, "x"], ["1", opId(1)], [0.5, opId(1)], opId(1), null]) {
    assert.throws(() => readHeads({ authors: { phone: [tip] } } as Json), { code: "peer" });
  }
  const bare = readHeads({ authors: {}, lamport: "high", incomplete: [7, opId(1)] });
  assert.deepEqual(bare, { authors: new Map(), lamport: 0, incomplete: [opId(1)] });
});

test("a locator looks at tip, −1, −2, −4 … and the first", () => {
  assert.deepEqual(locatorSeqs(1), [1]);
  assert.deepEqual(locatorSeqs(2), [2, 1]);
  assert.deepEqual(locatorSeqs(20), [20, 19, 18, 16, 12, 4, 1]);
  assert.deepEqual(locatorSeqs(0), [0]);
});

test("law: a locator is short, falls, stays on the chain, and meets what is shared at most as far again as it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), (tip, pick) => {
      const seqs = locatorSeqs(tip);
      assert.ok(seqs.length <= Math.log2(tip) + 3);
      assert.ok(seqs.every((seq, at) => seq >= 1 && (at === 0 || seq < (seqs[at - 1] as number))));
      const shared = 1 + (pick % tip); // the other side has the chain up to here
      const met = Math.max(...seqs.filter((seq) => seq <= shared));
      assert.ok(tip - met <= 2 * (tip - shared) + 1);
    }),
  );
});
