/** What must be true of every small history: of the model, of the core, and of both together. */
import assert from "node:assert/strict";
import type { Json } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { emptyTables, openMemoryStore } from "../../src/store/index.ts";
import { dumpOf } from "../checks/erasure.ts";
import { arrivals } from "./enumerate.ts";
import { CoreLog, idOf, saltOf, shapedOf } from "./production.ts";
import { has, isControl, isRedacted, type Op, rankOf, solutionsOf, standing, type View, viewOf } from "./rules.ts";

/** Orders of arrival that are tried when there are more. */
const ordersMax = 24;

/** The core admits these and shows what the model says, in every order of arrival, one by one, at once, and backwards. */
export function coreAgrees(log: readonly Op[]): void {
  const view = viewOf(log, (1 << log.length) - 1);
  const orders = arrivals(log).slice(-ordersMax);
  const deliveries = [[log.toReversed()], ...orders.map((order) => order.map((at) => [log[at] as Op]))];
  for (const batches of deliveries) {
    const core = new CoreLog(log);
    for (const batch of batches) {
      const { rejected, deferred } = core.take(batch);
      assert.deepEqual([rejected, deferred], [[], []]);
    }
    sameView(log, view, core);
  }
}

function sameView(log: readonly Op[], view: View, core: CoreLog): void {
  const removals = view.removals.map(({ op, key }) => `${op.at} removes ${key}`).sort();
  assert.deepEqual(core.view(), { ranked: view.ranked, effective: view.effective, removals });
  for (const op of log) assert.equal(core.standing(op.at), standing(log, op, view), `operation ${op.at}`);
}

/** The core refuses what the model refuses, at the same step. */
export function coreRefuses(log: readonly Op[], op: Op, step: "author" | "control"): void {
  const core = new CoreLog([...log, op]);
  core.take(log);
  const { accepted, rejected } = core.take([op]);
  const reason = rejected[0]?.reason ?? "";
  assert.deepEqual(accepted, []);
  assert.ok(reason.startsWith(step === "author" ? "author not authorised: " : "invalid control operation: "), reason);
}

/** Exactly one set of control operations decides itself: mutual removals leave nothing open, and deciding them ends. */
export function decidedOnce(log: readonly Op[]): void {
  const set = (1 << log.length) - 1;
  assert.deepEqual(solutionsOf(log, set), [viewOf(log, set).effective]);
}

export function rootIsNeverContested(log: readonly Op[]): void {
  const view = viewOf(log, (1 << log.length) - 1);
  for (const op of log) if (op.author === 0) assert.equal(standing(log, op, view), "counts", `operation ${op.at}`);
}

/**
 * What contests a control operation ranks before its author, so two keys never contest each other's. And what a removed
 * key writes knowing of its removal never counts, unless it is the answer of one that ranks before its remover.
 */
export function rankDecides(log: readonly Op[]): void {
  const view = viewOf(log, (1 << log.length) - 1);
  const contests = new Set<string>();
  for (const removal of view.removals) {
    for (const op of log.filter(({ author }) => author === removal.key && author !== 0)) {
      const [by, of] = [rankOf(view, removal.by), rankOf(view, op.author)];
      const after = has(op.past, removal.op.at);
      if (after && !(isControl(op) && by > of)) assert.equal(standing(log, op, view), "contested", `operation ${op.at}`);
      if (isControl(op) && standing(log, op, view) === "contested" && by < of) contests.add(`${removal.by} ${op.author}`);
    }
  }
  for (const pair of contests) assert.ok(!contests.has(pair.split(" ").reverse().join(" ")), `${pair} contest each other`);
}

/** While a redaction is in force its target's payload is nowhere, whatever arrives when, and however often it is offered. */
export async function redactionHolds(log: readonly Op[]): Promise<void> {
  if (!log.some(({ act }) => act.do === "redact")) return;
  const orders = arrivals(log);
  for (const order of [orders[0], orders.at(-1), orders[orders.length >> 1]]) {
    const tables = emptyTables();
    const replica = new Replica(openMemoryStore(tables), nativeCrypto);
    await replica.store.write((tx) => tx.setPool(idOf(0)));
    let here = 0;
    for (const at of order ?? []) {
      await replica.commit(async () => [shapedOf(log[at] as Op)]);
      here |= 1 << at;
      await replica.commit(async () => log.filter((op) => has(here, op.at)).map(shapedOf)); // offered again
      const dump = dumpOf(tables);
      for (const op of log.filter((each) => each.act.do === "write" && has(here, each.at))) {
        const there = tables.ops.get(idOf(op.at))?.envelope.payload !== undefined;
        assert.equal(there, !isRedacted(log, here, op.at), `payload of ${op.at} after ${order}`);
        assert.equal(dump.includes(saltOf(op.at)), there, `salt of ${op.at} after ${order}`);
      }
    }
  }
}

/** A history in words: what a person needs to follow a case. */
export function told(log: readonly Op[]): string {
  const rest = ({ act }: Op) => JSON.stringify(Object.fromEntries(Object.entries(act as unknown as Record<string, Json>).slice(1)));
  return log.map((op) => `${op.at}: ${op.author} does ${op.act.do} ${rest(op)} after [${op.prev}], lamport ${op.lamport}`).join("\n");
}
