/** The rows that the view is read from: references, claims, evidence, grantees, and what erasing takes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { claimStatuses } from "../core/claim/status.ts";
import type { OpId } from "../core/op/operation.ts";
import type { ClaimRow, Ref, RefKind } from "../store/index.ts";
import type { OnStore } from "./store-contract.ts";
import { didOf, SampleLog, sha256Hex } from "./store-contract-samples.ts";
import { idsIn, sorted } from "./store-contract-state.ts";

const wordless = { statement: "", topic: "", predicate: "", underived: false, from: null, until: null, corrects: null, object: "" };

/** A log of claims, with their rows: two topics, three statements, every status. */
function claimsOf(log: SampleLog, count: number): ClaimRow[] {
  return Array.from({ length: count }, (_, index) => {
    const { id, lamport } = log.write("ann", { type: "claim", payload: { index } });
    const [statement, topic] = [sha256Hex(`statement ${index % 3}`), sha256Hex(`topic ${index % 2}`)];
    const status = claimStatuses[index % claimStatuses.length] as ClaimRow["status"];
    const from = index % 2 === 0 ? null : index;
    const until = index % 3 === 0 ? null : -index;
    const correction = index % 4 === 0 ? { corrects: log.pool, object: sha256Hex(`object ${index}`) } : { corrects: null, object: "" };
    const words = { statement, topic, predicate: `p${index}`, underived: index % 2 === 0, from, until, ...correction };
    return { id, lamport, author: didOf("ann"), ...words, status };
  });
}

export function viewTests(onStore: OnStore): void {
  test(
    "claims are found by id, statement, topic and status, and paged by id",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const rows = claimsOf(log, 21);
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.putClaims(rows));
      const byId = rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
      await store.read(async (reader) => {
        assert.equal((await reader.counts()).claims, rows.length);
        assert.deepEqual(await reader.claims([log.pool, ...idsIn(rows)]), rows);
        const [zero, one] = [rows[0]?.statement as string, rows[1]?.statement as string];
        const ofStatements = await reader.claimsOfStatements([zero, one, sha256Hex("none")]);
        assert.deepEqual(sorted(ofStatements), sorted(rows.filter(({ statement }) => statement === zero || statement === one)));
        assert.deepEqual(await reader.claimsOfStatements([]), []);
        const topic = rows[1]?.topic as string;
        assert.deepEqual(sorted(await reader.claimsOfTopics([topic])), sorted(rows.filter((row) => row.topic === topic)));
        assert.deepEqual(await reader.claimsOfTopics([sha256Hex("none")]), []);
        assert.deepEqual(await reader.claimPage({ limit: 5 }), byId.slice(0, 5));
        assert.deepEqual(await reader.claimPage({ after: byId[4]?.id, limit: 99 }), byId.slice(5));
      });
    }),
  );

  test(
    "claims are found by predicate and status; predicates by their beginning, whatever characters they have",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const names = ["a", "a.b", "a.b", "a.c", "ab", "b", "a\u{10ffff}z", "%", "é"];
      const rows = claimsOf(log, names.length).map((row, index) => ({
        ...row,
        predicate: names[index] as string,
        status: "active" as const,
      }));
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.putClaims([...rows.slice(0, -1), { ...(rows.at(-1) as ClaimRow), status: "refuted" }]));
      await store.read(async (reader) => {
        assert.deepEqual((await reader.predicates("")).sort(), [...new Set(names)].sort());
        assert.deepEqual((await reader.predicates("a.")).sort(), ["a.b", "a.c"]);
        assert.deepEqual((await reader.predicates("a")).sort(), ["a", "a.b", "a.c", "ab", "a\u{10ffff}z"].sort());
        assert.deepEqual(await reader.predicates("c"), []);
        const ofB = rows.filter(({ predicate }) => predicate === "a.b");
        assert.deepEqual(sorted(await reader.claimsOfPredicates(["a.b"], "active", 9)), sorted(ofB));
        assert.equal((await reader.claimsOfPredicates(["a.b", "a"], "active", 2)).length, 2);
        assert.deepEqual(await reader.claimsOfPredicates(["é", "none"], "active", 9), []);
        assert.equal((await reader.claimsOfPredicates(["é"], "refuted", 9)).length, 1);
      });
      await store.write((tx) => tx.erase([rows[0]?.id as OpId]));
      assert.ok(!(await store.read((reader) => reader.predicates(""))).includes("a"));
    }),
  );

  test(
    "claims are counted and listed by status and predicate, in the order of the log from either end, a page at a time",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      // Several authors who have not met write at the same lamport: there the id decides.
      const ops = Array.from({ length: 40 }, (_, index) => log.write(`author ${index % 4}`, { type: "claim", payload: { index } }));
      const statuses = ["active", "active", "superseded", "refuted"] as const;
      const rows = claimsOf(log, ops.length).map((row, index): ClaimRow => {
        const { id, lamport } = ops[index] as (typeof ops)[0];
        return {
          ...row,
          id,
          lamport,
          predicate: ["a.b", "a.c", ""][index % 3] as string,
          status: statuses[index % 4] as ClaimRow["status"],
        };
      });
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.putClaims(rows));
      const order = log.inOrder().flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
      await store.read(async (reader) => {
        const counts = await reader.claimCounts();
        assert.equal(counts.length, new Set(rows.map(({ predicate, status }) => `${predicate} ${status}`)).size);
        for (const { predicate, status, count } of counts)
          assert.equal(count, rows.filter((row) => row.predicate === predicate && row.status === status).length);
        for (const oldestFirst of [false, true]) {
          for (const predicates of [undefined, ["a.b"], ["a.c", "", "none"]]) {
            const fits = ({ status, predicate }: ClaimRow) => status !== "refuted" && (predicates?.includes(predicate) ?? true);
            const expected = (oldestFirst ? order : order.toReversed()).filter(fits);
            const query = { statuses: ["active", "superseded"] as const, predicates, oldestFirst };
            assert.deepEqual(await reader.claimList({ ...query, limit: 99 }), expected);
            for (let at = 0; at < expected.length; at += 3) {
              assert.deepEqual(await reader.claimList({ ...query, after: expected[at - 1], limit: 3 }), expected.slice(at, at + 3));
            }
          }
        }
        assert.deepEqual(await reader.claimList({ statuses: [], limit: 9 }), []);
      });
    }),
  );

  test(
    "12: a grantee's row stays when its grant is erased, until it is dropped; the first that is put counts",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [first, second] = [log.write("ann", { type: "cap_grant" }), log.write("ann", { type: "cap_grant" })];
      await log.keep(store, log.inOrder());
      const rows = [first, second].map(({ id }, index) => ({ id, grantee: didOf("bob"), expires: index }));
      await store.write((tx) => tx.putGrantees(rows));
      await store.write((tx) => tx.putGrantees([{ ...(rows[0] as (typeof rows)[0]), expires: 99 }]));
      await store.write((tx) => tx.erase([first.id]));
      await store.read(async (reader) => {
        assert.deepEqual(sorted(await reader.grantsTo(didOf("bob"))), sorted(rows));
        assert.deepEqual(await reader.grantsTo(didOf("ann")), []);
        assert.deepEqual(await reader.grantees([log.pool, first.id]), rows.slice(0, 1));
      });
      await store.write((tx) => tx.dropGrantees([first.id]));
      assert.deepEqual(await store.read((reader) => reader.grantsTo(didOf("bob"))), rows.slice(1));
    }),
  );

  test(
    "a claim that is put again replaces the row, wherever it was found",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [row, other] = claimsOf(log, 2) as [ClaimRow, ClaimRow];
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.putClaims([row, other]));
      const moved: ClaimRow = { ...row, statement: other.statement, topic: other.topic, from: 3, until: 4, status: "active" };
      await store.write((tx) => tx.putClaims([moved]));
      await store.read(async (reader) => {
        assert.deepEqual(await reader.claims([row.id]), [moved]);
        assert.deepEqual(await reader.claimsOfStatements([row.statement]), []);
        assert.equal((await reader.claimsOfTopics([other.topic])).length, 2);
        assert.equal((await reader.counts()).claims, 2);
      });
    }),
  );

  test(
    "references are found from both ends, by kind",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [a, b, c] = [log.write("ann").id, log.write("ann").id, log.write("ann").id];
      const nowhere = `op:${sha256Hex("nowhere")}` as OpId;
      await log.keep(store, log.inOrder());
      const kinds: RefKind[] = ["derives", "refutes", "endorses", "redacts"];
      const refs: Ref[] = [
        ...kinds.map((kind) => ({ from: b, kind, to: a })),
        { from: c, kind: "refutes", to: b },
        { from: c, kind: "derives", to: nowhere },
      ];
      await store.write((tx) => tx.addRefs(refs));
      await store.read(async (reader) => {
        for (const id of [a, b, c, nowhere]) {
          const to = refs.filter((ref) => ref.to === id);
          assert.deepEqual(sorted(await reader.refsTo([id])), sorted(to));
          const from = refs.filter((ref) => ref.from === id);
          assert.deepEqual(sorted(await reader.refsFrom([id])), sorted(from));
          for (const kind of kinds) {
            const ofKind = to.filter((ref) => ref.kind === kind);
            assert.deepEqual(await reader.refsTo([id], [kind]), ofKind);
          }
        }
        assert.deepEqual(sorted(await reader.refsTo([a, b, nowhere])), sorted(refs));
        assert.deepEqual(sorted(await reader.refsFrom([b, c])), sorted(refs));
        assert.deepEqual(await reader.refsTo([a], []), []);
      });
    }),
  );

  test(
    "evidence is found by the source that was put last, the newest version first",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [source, other] = [sha256Hex("letter"), sha256Hex("photo")];
      const versions = ["ann", "bob", "ann"].map((author) => log.write(author, { others: [log.pool] }));
      const rows = versions.map(({ id, lamport }) => ({ id, lamport, source }));
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.putEvidence(rows.slice(0, 2)));
      await store.write((tx) => tx.putEvidence([...rows.slice(2), { ...(rows[1] as (typeof rows)[0]), source: other }]));
      await store.read(async (reader) => assert.equal((await reader.evidenceOf(other)).length, 1));
      await store.write((tx) => tx.putEvidence(rows.slice(1, 2)));
      const newestFirst = log
        .inOrder()
        .reverse()
        .flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
      await store.read(async (reader) => {
        assert.deepEqual(await reader.evidenceOf(source), newestFirst);
        assert.deepEqual(await reader.evidenceOf(other), []);
        assert.equal((await reader.counts()).evidence, 3);
      });
    }),
  );

  test(
    "erasing takes the words out of a claim's row, and evidence and references of the operation away; nothing else",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [row, kept] = claimsOf(log, 2) as [ClaimRow, ClaimRow];
      await log.keep(store, log.inOrder());
      const refs: Ref[] = [
        { from: row.id, kind: "derives", to: log.pool },
        { from: kept.id, kind: "derives", to: row.id },
        { from: kept.id, kind: "derives", to: log.pool },
      ];
      await store.write(async (tx) => {
        await tx.putClaims([row, kept]);
        await tx.putEvidence([row, kept].map(({ id, lamport }) => ({ id, lamport, source: sha256Hex("letter") })));
        await tx.addRefs(refs);
        await tx.erase([row.id]);
      });
      await store.read(async (reader) => {
        assert.deepEqual(await reader.claims([row.id, kept.id]), [{ ...row, ...wordless }, kept]);
        assert.deepEqual(await reader.claimsOfStatements([row.statement]), []);
        assert.deepEqual(await reader.claimsOfTopics([row.topic]), []);
        assert.deepEqual(idsIn(await reader.evidenceOf(sha256Hex("letter"))), [kept.id]);
        assert.equal((await reader.counts()).evidence, 1);
        assert.deepEqual(await reader.refsFrom([row.id]), []);
        assert.deepEqual(await reader.refsTo([log.pool]), refs.slice(2));
        assert.deepEqual(await reader.refsTo([row.id]), refs.slice(1, 2));
      });
    }),
  );
}
