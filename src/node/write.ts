/** Writing own operations: drafts become signed operations that follow the log as it is inside the transaction. */
import type { ControlLog } from "../core/admission/control-log.ts";
import { mayAuthor } from "../core/admission/device-view.ts";
import { mayWrite } from "../core/claim/roles.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { type Draft, prevOf, writeOps } from "../core/op/create.ts";
import { comparePlaces, controlTypes, type OpId } from "../core/op/operation.ts";
import type { Shaped } from "../core/op/shape.ts";
import type { Clock, Random } from "../core/ports.ts";
import type { Transactor } from "../store/index.ts";
import { checkNotTold } from "./removal/told.ts";
import type { Replica } from "./replica.ts";

/** Who writes, and where its time and salts come from. */
export interface Writer {
  readonly did: Did;
  readonly seed: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Writes drafts as operations of `writer`, in order, in batches of at most 1,024 under one signature each; resolves when
 * all are durable. `choose` may look at the log inside the transaction before it gives the drafts.
 * Rejects with `PoolError("role")` when the writer is no device here, was removed (by the log, or as it was told), or its role may not write a type;
 * with `stale` while the store can't be proved to be the newest copy (section 4).
 */
export async function writeDrafts(
  replica: Replica,
  writer: Writer,
  choose: readonly Draft[] | ((tx: Transactor) => Promise<readonly Draft[]>),
): Promise<OpId[]> {
  const make = (tx: Transactor, log: ControlLog) => operationsOf(replica, writer, choose, tx, log);
  const { accepted } = await replica.commit(make, { whole: true });
  return [...accepted];
}

async function operationsOf(
  replica: Replica,
  writer: Writer,
  choose: readonly Draft[] | ((tx: Transactor) => Promise<readonly Draft[]>),
  tx: Transactor,
  log: ControlLog,
): Promise<Shaped[]> {
  if ((await tx.local("unproven")) !== null) {
    throw new PoolError(
      "stale",
      "this store was copied or restored: sync with another device before writing, so that nothing is written twice",
    );
  }
  if (writer.did !== log.view().root) await checkNotTold(tx);
  const drafts = typeof choose === "function" ? await choose(tx) : choose;
  const pool = await tx.pool();
  if (pool === null) throw new PoolError("no_pool", "there is no pool here yet: `fablepool init` founds one, `fablepool join` joins one");
  checkRole(log, writer.did, drafts);
  const { own, heads } = await penPlace(tx, log, writer.did, allControl(drafts));
  const written: Shaped[] = [];
  // Each batch follows the one before; only the first names the log's other heads.
  let at = { own: own ? { id: own.id, seq: own.seq } : null, heads: heads.map(({ id }) => id), lamport: topLamport(own, heads) };
  for (let start = 0; start < drafts.length; start += limits.batchSize) {
    const salt = () => writer.random(16);
    const batch = drafts.slice(start, start + limits.batchSize);
    const ops = writeOps(replica.crypto, { author: writer.did, seed: writer.seed, pool, now: writer.clock(), salt, ...at }, batch);
    written.push(...ops);
    const last = ops.at(-1)?.envelope;
    if (last) at = { own: { id: last.op_id, seq: last.seq }, heads: [], lamport: last.lamport };
  }
  return written;
}

function checkRole(log: ControlLog, did: Did, drafts: readonly Draft[]): void {
  const view = log.view();
  const why = mayAuthor(view, did, allControl(drafts));
  const role = view.devices.get(did)?.role ?? "";
  if (why !== null) throw new PoolError("role", `this device may not write: ${why}`);
  const refused = drafts.find(({ type }) => !mayWrite(role, type) || (controlTypes.has(type) && role !== "root" && role !== "full"));
  if (refused) throw new PoolError("role", `a device of role ${role} may not write a ${refused.type}`, { role, type: refused.type });
}

/** What a key that was removed by later-ranked ones alone may still write: its answer (section 5). */
function allControl(drafts: readonly Draft[]): boolean {
  return drafts.every(({ type }) => controlTypes.has(type));
}

interface TipPlace {
  readonly id: OpId;
  readonly seq: number;
  readonly lamport: number;
}

/** The writer's own tip highest in (lamport, op_id), and the other heads to name. */
async function penPlace(tx: Transactor, log: ControlLog, did: Did, control: boolean) {
  const tips: TipPlace[] = [];
  for (const { author, tip, tipSeq, tipLamport } of log.chains.values()) {
    if (author === did) tips.push({ id: tip, seq: tipSeq, lamport: tipLamport });
  }
  const own = tips.sort(comparePlaces).at(-1) ?? null;
  const heads = await tx.heads();
  const infos = await tx.known([...heads.map(({ id }) => id), ...(own ? [own.id] : [])]);
  const asDevice = (chosen: readonly OpId[]) => {
    const prev = [...(own ? [own.id] : []), ...chosen].flatMap((id) => infos.get(id) ?? []);
    return mayAuthor(log.viewOf(log.pastOf(prev)), did, control) === null;
  };
  const chosen = new Set(prevOf(heads, own?.id ?? null, asDevice));
  return { own, heads: heads.filter(({ id }) => chosen.has(id)).sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

function topLamport(own: TipPlace | null, heads: readonly { readonly lamport: number }[]): number {
  return heads.reduce((highest, head) => Math.max(highest, head.lamport), own?.lamport ?? 0);
}
