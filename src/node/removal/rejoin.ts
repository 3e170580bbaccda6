/** A removed device comes in again: with a new key, on the store that it has; and its contested work, if its owner wants it, with it. */
import { existsSync, renameSync } from "node:fs";
import { lineage } from "../../core/admission/chains.ts";
import { standingOf } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Draft } from "../../core/op/create.ts";
import { comparePlaces, type Envelope, type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import type { Reader } from "../../store/index.ts";
import { type AskPassphrase, type KeyPair, lockOf, makeKey, readKeyFile, replaceKeyFile } from "../key-file.ts";
import type { Node } from "../open-node.ts";
import type { Replica } from "../replica.ts";
import { readTip } from "../restored.ts";
import { forgetRefusal, toldRemoved } from "./told.ts";

/** Whether this device is out of its pool, by its own log or by what it was told. */
export async function isOut(node: Node): Promise<boolean> {
  return node.replica.store.read(async (reader) => {
    if ((await reader.pool()) === null) return false;
    const view = (await node.replica.controlLog(reader)).view();
    return view.removals.has(node.writer.did) || (await toldRemoved(reader)) !== null;
  });
}

/** A new key beside the one that was removed, locked as that is; the one that an interrupted try made, if there is one. */
export async function keyToRejoin({ home, writer }: Node, ask: AskPassphrase): Promise<KeyPair> {
  if (existsSync(home.nextKey)) return readKeyFile(home.nextKey, ask);
  const lock = lockOf(home.deviceKey);
  const text = lock === null ? null : await ask(home.deviceKey, lock.unlock);
  const key = makeKey(writer.random);
  await replaceKeyFile(home.nextKey, key, lock === null || text === null ? null : { by: lock.unlock, text });
  return key;
}

/** A key that this home had before it was taken in again, and the newest operation that this home wrote with it. */
export interface FormerKey {
  readonly key: Did;
  readonly tip: OpId | null;
}

/** Puts the new key in the place of the removed one, once it was taken in. Close the node then, and open it again. */
export async function takeNewKey(node: Node): Promise<void> {
  await forgetRefusal(node);
  const tip = readTip(node.home);
  await node.replica.store.write(async (tx) => {
    const former = (await formerKeys(tx)).filter(({ key }) => key !== node.writer.did);
    await tx.setLocal("former", JSON.stringify([...former, { key: node.writer.did, tip }]));
  });
  renameSync(node.home.nextKey, node.home.deviceKey);
}

/** The oldest first. */
export async function formerKeys(reader: Reader): Promise<FormerKey[]> {
  const text = await reader.local("former");
  return text === null ? [] : (JSON.parse(text) as FormerKey[]);
}

const carried: ReadonlySet<string> = new Set(["evidence", "claim", "refutation", "endorsement", "note"]);

/**
 * What this home wrote with a former key and has no effect since that was removed: what leads to its own newest operation. A thief who has the
 * same key writes on another branch, or after it, and nothing of that is ever among it. The oldest first.
 */
export async function workOfFormerKey(replica: Replica, { key, tip }: FormerKey): Promise<readonly Envelope[]> {
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    const view = log.view();
    if (!view.removals.has(key)) throw new PoolError("usage", "that key was not removed: all of its work counts as it is");
    const end = tip === null ? undefined : (await reader.known([tip])).get(tip);
    if (end?.author !== key) return [];
    const ops: Envelope[] = [];
    for (const { chain, seq } of lineage(log.chains, end)) {
      const part = { chain, after: log.chains.get(chain)?.parentSeq ?? 0, upTo: seq };
      for (let after: Place | undefined; ; ) {
        const page = await reader.ordered({ parts: [part], after, limit: pageOps });
        const known = await reader.known(page.map(({ op_id }) => op_id));
        for (const op of page) {
          const info = known.get(op.op_id);
          if (info === undefined || op.payload === undefined || !carried.has(op.type)) continue;
          if (standingOf(view, log.chains, { ...info, author: key, control: false }) === "contested") ops.push(op);
        }
        const newest = page.at(-1);
        if (newest === undefined || page.length < pageOps) break;
        after = placeOf(newest);
      }
    }
    return ops.sort((left, right) => comparePlaces(placeOf(left), placeOf(right)));
  });
}

const pageOps = 500;

/**
 * Says contested work again as this device, each operation pointing to what the work before it has become. What was said again already, by
 * this key, is left out, so that an interrupted run goes on. Resolves with how many were written.
 */
export async function carryOver(node: Node, former: FormerKey): Promise<number> {
  const ops = await workOfFormerKey(node.replica, former);
  const become = new Map<OpId, OpId>(await node.replica.store.read((reader) => carriedBefore(reader, node.writer.did, former.key)));
  const left = ops.filter(({ op_id }) => !become.has(op_id));
  let written = 0;
  for (let start = 0; start < left.length; ) {
    const batch: Envelope[] = [];
    const inBatch = new Set<OpId>();
    // An id is known once it is written: what points to the same batch waits for the next one.
    while (start < left.length && batch.length < limits.batchSize / 2) {
      const op = left[start] as Envelope;
      if (refsOf(op.payload ?? {}).some((id) => inBatch.has(id))) break;
      batch.push(op);
      inBatch.add(op.op_id);
      start++;
    }
    const drafts = batch.flatMap((op): Draft[] => [
      { type: op.type, payload: redirected(op.payload ?? {}, become) },
      { type: "note", payload: { target: op.op_id, text: carriedText } },
    ]);
    const ids = await node.write(drafts);
    for (const [index, op] of batch.entries()) become.set(op.op_id, ids[2 * index] as OpId);
    written += batch.length;
  }
  return written;
}

/** In the note that follows each operation that was said again, about the one that it stands for. */
const carriedText = "said again by the device that follows";

async function carriedBefore(reader: Reader, own: Did, key: Did): Promise<[OpId, OpId][]> {
  const pairs: [OpId, OpId][] = [];
  let before: Place | undefined;
  for (;;) {
    const page = await reader.newest({ type: "note", before, limit: pageOps });
    for (const note of page) {
      const { target, text } = note.payload ?? {};
      if (note.author !== own || text !== carriedText || typeof target !== "string") continue;
      const [said, old] = [note.prev[0], (await reader.known([target as OpId])).get(target as OpId)];
      if (said !== undefined && old?.author === key) pairs.push([target as OpId, said]);
    }
    const end = page.at(-1);
    if (end === undefined || page.length < pageOps) return pairs;
    before = { id: end.op_id, lamport: end.lamport };
  }
}

function refsOf(payload: JsonObject): OpId[] {
  const lists = [payload["derived_from"], payload["targets"], [payload["corrects"], payload["replaces"], payload["target"]]];
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter((id): id is OpId => typeof id === "string") : []));
}

function redirected(payload: JsonObject, become: ReadonlyMap<OpId, OpId>): JsonObject {
  const to = (id: unknown) => become.get(id as OpId) ?? id;
  const changed: Record<string, unknown> = { ...payload };
  for (const name of ["derived_from", "targets"]) if (Array.isArray(changed[name])) changed[name] = (changed[name] as unknown[]).map(to);
  for (const name of ["corrects", "replaces", "target"]) if (name in changed) changed[name] = to(changed[name]);
  return changed as JsonObject;
}
