/** Every method of a transactor, called so that each statement behind it runs: what stores' plans are looked at for. */
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Transactor } from "../../src/store/index.ts";
import { type SampleLog, sha256Hex } from "../../src/testkit/store-contract-samples.ts";

export const calls: { readonly [Name in keyof Transactor]: (tx: Transactor, log: SampleLog, id: OpId) => Promise<unknown> } = {
  pool: (tx) => tx.pool(),
  counts: (tx) => tx.counts(),
  generation: (tx) => tx.generation(),
  controlLog: (tx) => tx.controlLog(),
  chains: (tx) => tx.chains(),
  known: (tx, _, id) => tx.known([id]),
  envelopes: (tx, _, id) => tx.envelopes([id]),
  ordered: async (tx, _, id) => {
    const after = { lamport: 1, id };
    await tx.ordered({ limit: 2 });
    await tx.ordered({ after, limit: 2, bytes: 10 });
    await tx.ordered({ after, limit: 9, parts: [{ chain: 1, after: 0, upTo: 99 }] });
  },
  orderedJson: (tx) => tx.orderedJson({ limit: 9, parts: [{ chain: 1, after: 0, upTo: 99 }] }),
  idsAt: (tx) => tx.idsAt(1, [1]),
  idsAfter: (tx, _, id) => tx.idsAfter(id, 2),
  heads: (tx) => tx.heads(),
  reaches: (tx, log, id) => tx.reaches([id], log.pool),
  incomplete: (tx, _, id) => tx.incomplete(id, 2),
  refsTo: async (tx, _, id) => [await tx.refsTo([id], ["derives"]), await tx.refsTo([id])],
  refsFrom: (tx, _, id) => tx.refsFrom([id]),
  claims: (tx, _, id) => tx.claims([id]),
  claimsOfStatements: (tx) => tx.claimsOfStatements([sha256Hex("a")]),
  claimsOfTopics: (tx) => tx.claimsOfTopics([sha256Hex("a")]),
  predicates: (tx) => tx.predicates(""),
  claimsOfPredicates: (tx) => tx.claimsOfPredicates(["p"], "active", 2),
  grantees: (tx, _, id) => tx.grantees([id]),
  grantsTo: (tx) => tx.grantsTo("did:key:z6Mk" as Did),
  putGrantees: (tx, _, id) => tx.putGrantees([{ id, grantee: "did:key:z6Mk" as Did, expires: 1 }]),
  dropGrantees: (tx, _, id) => tx.dropGrantees([id]),
  claimCounts: (tx) => tx.claimCounts(),
  claimList: async (tx, _, id) => {
    await tx.claimList({ statuses: ["active", "superseded"], after: { lamport: 9, id }, limit: 2 });
    await tx.claimList({ statuses: ["active"], after: { lamport: 9, id }, oldestFirst: true, limit: 2 });
    await tx.claimList({ statuses: ["active"], predicates: ["p"], limit: 2 });
    await tx.claimList({ statuses: ["active"], predicates: ["p"], oldestFirst: true, limit: 2 });
  },
  claimPage: async (tx, _, id) => [await tx.claimPage({ after: id, limit: 2 }), await tx.claimPage({ limit: 2 })],
  evidence: (tx, _, id) => tx.evidence([id]),
  evidenceOf: (tx) => tx.evidenceOf(sha256Hex("a")),
  arrivals: (tx) => tx.arrivals({ after: 1, limit: 2 }),
  arrivedUntil: (tx, _, id) => tx.arrivedUntil(9, [id]),
  latest: (tx) => tx.latest(2),
  newest: (tx, _, id) => tx.newest({ type: "song", before: { lamport: 9, id }, limit: 2 }),
  search: async (tx) => {
    const word = { word: "tea", begins: true };
    await tx.search({ any: [word], all: [[word]], from: 1, until: 2, statuses: ["active"], limit: 2 });
    await tx.search({ any: [], all: [[word]], limit: 2 });
    await tx.search({ any: [], limit: 2 });
  },
  searchRows: (tx, _, id) => tx.searchRows([id]),
  searchTimes: (tx) => tx.searchTimes("tea", ["active"]),
  wordCounts: (tx) => tx.wordCounts(["tea"]),
  rejected: (tx, _, id) => tx.rejected([id]),
  local: (tx) => tx.local("a"),
  setPool: (tx, log) => tx.setPool(log.pool),
  append: (tx, log) => log.keepIn(tx, [log.write("ann", { payload: {} }), log.write("bob")]),
  keepControlLog: (tx, log) => tx.keepControlLog(log.log.takeChanges()),
  attach: (tx, _, id) => tx.attach({ id, salt: "00".repeat(16), payload: {}, payloadText: "{}" }),
  erase: (tx, _, id) => tx.erase([id]),
  unerase: (tx, _, id) => tx.unerase([id]),
  addRefs: (tx, log, id) => tx.addRefs([{ from: id, kind: "derives", to: log.pool }]),
  putClaims: (tx, _, id) => {
    const author = "did:key:z6Mk" as Did;
    const words = { statement: "ab", topic: "cd", predicate: "p", underived: true, from: null, until: null, corrects: null, object: "" };
    return tx.putClaims([{ id, lamport: 1, author, ...words, status: "active" }]);
  },
  setStatuses: (tx, _, id) => tx.setStatuses([{ id, status: "refuted" }]),
  putEvidence: (tx, _, id) => tx.putEvidence([{ id, lamport: 1, source: "ab" }]),
  putSearchRows: (tx, _, id) => {
    const words = { title: ["tea"], people: [], place: [], text: [], dates: [], kind: [] };
    return tx.putSearchRows([{ id, at: 1, words }]);
  },
  dropSearchRows: (tx, _, id) => tx.dropSearchRows([id]),
  reject: (tx, _, id) => tx.reject([{ op: id, reason: "why" }]),
  setLocal: async (tx) => [await tx.setLocal("a", "1"), await tx.setLocal("a", null)],
};
