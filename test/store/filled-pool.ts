/** A pool with a row in every table of a store. */
import type { OpId } from "../../src/core/op/operation.ts";
import type { Store } from "../../src/store/index.ts";
import { didOf, SampleLog, sha256Hex } from "../../src/testkit/store-contract-samples.ts";

export async function filled(store: Store, name: string): Promise<SampleLog> {
  const log = new SampleLog();
  const op = log.write(name, { payload: { secret: `of ${name}` } });
  log.write(name, { type: "note" });
  await log.keep(store, log.inOrder());
  const { id, lamport } = op;
  const words = { statement: "ab", topic: "cd", predicate: name, underived: true, from: null, until: null, corrects: null, object: "" };
  await store.write(async (tx) => {
    await tx.keepControlLog({ chains: [], controls: [], pasts: [{ n: 99, bases: [0], added: [id] }] });
    await tx.addRefs([{ from: id, kind: "derives", to: log.pool }]);
    await tx.putClaims([{ id, lamport, author: didOf(name), ...words, status: "active" }]);
    await tx.putEvidence([{ id, lamport, source: "ab" }]);
    await tx.putGrantees([{ id, grantee: didOf(name), expires: 1 }]);
    await tx.putSearchRows([{ id, at: 1, words: { title: [name], people: [], place: [], text: [], dates: [], kind: [] } }]);
    await tx.reject([{ op: `op:${sha256Hex(name)}` as OpId, reason: name }]);
    await tx.setLocal("name", name);
  });
  return log;
}
