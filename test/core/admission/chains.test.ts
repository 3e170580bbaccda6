/** Chains: what came before an operation along prev[0], told without walking, against a walk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWithin, lineage, type Position } from "../../../src/core/admission/chains.ts";
import { ControlLog, type Known } from "../../../src/core/admission/control-log.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { OpId } from "../../../src/core/op/operation.ts";

interface Link {
  readonly known: Known;
  readonly before: Link | null;
}

/** One author's operations: each number says which earlier one the next follows on; the first, and those on -1, start at seq 1. */
const forks = fc.array(fc.integer({ min: -1, max: 12 }), { minLength: 1, maxLength: 14 });

function grown(log: ControlLog, follows: readonly number[], author = "phone"): Link[] {
  const links: Link[] = [];
  for (const [n, at] of follows.entries()) {
    const before = at < 0 ? null : (links[at % Math.max(1, links.length)] ?? null);
    const seq = (before?.known.seq ?? 0) + 1;
    const op = { id: `${author} ${n}` as OpId, author: author as Did, seq, lamport: n + 1 };
    links.push({ before, known: { ...op, type: "mood", chain: log.extend(op, before?.known ?? null), past: 0 } });
  }
  return links;
}

function* walk(from: Link): Iterable<Link> {
  for (let link: Link | null = from; link; link = link.before) yield link;
}

test("law: within a chain is what a walk along prev[0] meets", () => {
  fc.assert(
    fc.property(forks, (follows) => {
      const log = new ControlLog();
      const links = grown(log, follows);
      for (const end of links) {
        const before = new Set([...walk(end)].map(({ known }) => known.id));
        for (const { known } of links)
          assert.equal(isWithin(log.chains, known, end.known), before.has(known.id), `${known.id} in ${end.known.id}`);
      }
    }),
  );
});

test("law: a lineage names, nearest first, each chain on the way with the highest seq there", () => {
  fc.assert(
    fc.property(forks, (follows) => {
      const log = new ControlLog();
      for (const end of grown(log, follows)) {
        const highest = new Map<number, number>();
        for (const { known } of walk(end)) highest.set(known.chain, Math.max(highest.get(known.chain) ?? 0, known.seq));
        const parts: Position[] = [...highest].map(([chain, seq]) => ({ chain, seq }));
        assert.deepEqual(lineage(log.chains, end.known), parts);
      }
    }),
  );
});

test("law: no two operations share a place, and a chain's tip is its last operation", () => {
  fc.assert(
    fc.property(forks, (follows) => {
      const log = new ControlLog();
      const links = grown(log, follows);
      assert.equal(new Set(links.map(({ known }) => `${known.chain} ${known.seq}`)).size, links.length);
      for (const { n, tip, tipSeq, tipLamport } of log.chains.values()) {
        const own = links.filter(({ known }) => known.chain === n).map(({ known }) => known);
        const last = own.at(-1);
        assert.deepEqual([tip, tipSeq, tipLamport], [last?.id, last?.seq, last?.lamport]);
      }
    }),
  );
});

test("law: a log read back from what it told the store goes on as the first would", () => {
  fc.assert(
    fc.property(forks, forks, (first, second) => {
      const log = new ControlLog();
      grown(log, first, "phone");
      const changes = log.takeChanges();
      assert.deepEqual(log.takeChanges(), { chains: [], pasts: [], controls: [] });
      const again = new ControlLog(changes);
      grown(log, second, "laptop");
      grown(again, second, "laptop");
      assert.deepEqual(again.takeChanges(), log.takeChanges());
      assert.deepEqual(again.chains, log.chains);
    }),
    { numRuns: 50 },
  );
});

const known = (id: string, past: number, type = "mood") =>
  ({ id, author: "a", seq: 1, lamport: 1, type, chain: 1, past }) as unknown as Known;

test("operations share their predecessor's control past; a control operation among prev, or two pasts, make another", () => {
  const log = new ControlLog();
  const membersOf = (past: number) => log.members(past).sort();
  const founded = log.pastOf([known("genesis", 0, "genesis")]);
  assert.deepEqual(membersOf(founded), ["genesis"]);
  assert.equal(log.pastOf([known("x", founded)]), founded);
  assert.equal(log.pastOf([known("x", founded), known("y", founded)]), founded);
  const left = log.pastOf([known("left", founded, "device_add")]);
  const right = log.pastOf([known("right", founded, "device_add")]);
  const both = log.pastOf([known("x", left), known("y", right)]);
  assert.deepEqual(membersOf(both), ["genesis", "left", "right"]);
  assert.equal(log.pastOf([known("y", right), known("x", left)]), both);
  assert.equal(log.pastOf([]), 0);
  assert.deepEqual(log.members(99), []);
});

test("a past that holds all the others is the past: naming an older head beside it makes no new one", () => {
  const log = new ControlLog();
  const founded = log.pastOf([known("genesis", 0, "genesis")]);
  const later = log.pastOf([known("add", founded, "device_add")]);
  assert.equal(log.pastOf([known("x", later), known("y", founded)]), later);
  assert.equal(log.pastOf([known("x", later), known("genesis", 0, "genesis")]), later);
  const last = log.pastOf([known("x", later), known("remove", founded, "device_remove")]);
  assert.deepEqual(log.members(last).sort(), ["add", "genesis", "remove"]);
});

test("law: pasts are what a walk would find, and take no more room than operations have prev", () => {
  const picks = fc.array(fc.tuple(fc.boolean(), fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 4 })), { maxLength: 30 });
  fc.assert(
    fc.property(picks, (ops) => {
      const log = new ControlLog();
      const written = [known("0", 0, "genesis")];
      const controlsBefore = [new Set<string>()];
      for (const [n, [isControl, after]] of ops.entries()) {
        const prev = [...new Set(after.map((at) => at % written.length))];
        const past = log.pastOf(prev.map((at) => written[at] as Known));
        const expected = new Set(prev.flatMap((at) => [...(controlsBefore[at] ?? []), ...(written[at]?.type === "mood" ? [] : [`${at}`])]));
        assert.deepEqual(new Set<string>(log.members(past)), expected);
        controlsBefore.push(expected);
        written.push(known(`${n + 1}`, past, isControl ? "device_add" : "mood"));
      }
      const { pasts } = log.takeChanges();
      for (const { bases, added } of pasts) assert.ok(bases.length <= 4 && added.length <= 4);
      const again = new ControlLog({ chains: [], controls: [], pasts });
      for (const { n } of pasts) assert.deepEqual(again.members(n), log.members(n));
    }),
  );
});
