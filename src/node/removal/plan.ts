/** What removing a device would do, before it is done, and doing that: which of its work still counts, and what falls with the rest (section 5). */
import { lineage, type Position } from "../../core/admission/chains.ts";
import type { ControlLog } from "../../core/admission/control-log.ts";
import { type ControlOp, deviceView, isRemoved } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { comparePlaces, type Envelope, type OpId } from "../../core/op/operation.ts";
import type { OpInfo, Reader } from "../../store/index.ts";
import { listDevices, removeDevice, type SeenDevice } from "../devices.ts";
import type { Node } from "../open-node.ts";
import type { Writer } from "../write.ts";
import { witnessed } from "./witnessed.ts";

export type RemovalReason = "retired" | "lost" | "stolen";

export interface RemovalWish {
  readonly key: Did;
  readonly reason: RemovalReason;
  /** Since when somebody else may have it, ms since the epoch; null: nobody is known to. */
  readonly since: number | null;
  /** What still counts, where a person names it. */
  readonly last?: "newest" | "none" | OpId;
  /** Whether root is to remove it. */
  readonly asRoot: boolean;
}

export interface RemovalPlan {
  readonly device: SeenDevice;
  readonly reason: RemovalReason;
  readonly since: number | null;
  /** The last operation that still counts, and when its author says that it was written. */
  readonly last: OpId | null;
  readonly lastAt: number | null;
  /** Operations known here that lose their effect, by type, and the newest of them. */
  readonly contested: {
    readonly operations: number;
    readonly types: Readonly<Record<string, number>>;
    readonly newest: readonly Envelope[];
  };
  /** Devices that fall with it, since it added them and nobody else did. */
  readonly falls: readonly SeenDevice[];
  /** Operations that still count and that no other device had seen before `since`: a thief could have dated them back. */
  readonly unwitnessed: number;
  /** It ranks before whoever removes it, and may answer with a removal of its own: only root stops it for good. */
  readonly outranks: boolean;
}

/** Changes nothing. Rejects with `PoolError`: `not_found` for a key that is no device, `usage` for root and for one that was removed. */
export async function planRemoval(node: Node, wish: RemovalWish): Promise<RemovalPlan> {
  const devices = await listDevices(node.replica);
  const device = devices.find(({ key }) => key === wish.key);
  if (device === undefined) throw new PoolError("not_found", `${wish.key} is no device of this pool`);
  if (device.rank === 0) throw new PoolError("usage", "root can't be removed");
  return node.replica.store.read(async (reader) => {
    const log = await node.replica.controlLog(reader);
    const infos = await chainInfos(reader, log, wish.key);
    const last = await lastOf(reader, wish, infos);
    const at = infos.findIndex(({ id }) => id === last?.id);
    const off = await offChain(reader, log, wish.key, infos);
    const lost = [...infos.slice(at + 1), ...off];
    const remover = wish.asRoot ? (log.view().root as Did) : node.writer.did;
    const seen = wish.since === null || last === null ? at + 1 : await witnessed(reader, log, wish, infos.slice(0, at + 1));
    return {
      device,
      reason: wish.reason,
      since: wish.since,
      last: last?.id ?? null,
      lastAt: last?.ts ?? null,
      contested: { operations: lost.length, types: countTypes(lost), newest: await newestOf(reader, lost) },
      falls: fallsWith(log, { key: wish.key, last: last ?? null, by: remover }, devices),
      unwitnessed: at + 1 - seen,
      outranks: (devices.find(({ key }) => key === remover)?.rank ?? 0) > device.rank,
    };
  });
}

/** Does what was planned; the note beside it says why. */
export function removeAsPlanned(node: Node, { device, reason, since, last }: RemovalPlan, root: Writer | null): Promise<OpId> {
  const why = `${reason}${since === null ? "" : ` since ${new Date(since).toISOString()}`}`;
  return removeDevice(node, { key: device.key, last: last ?? "none", why }, root);
}

const pageOps = 500;

/** Everything on the chain that leads to the key's newest operation, the oldest first. */
async function chainInfos(reader: Reader, log: ControlLog, key: Did): Promise<OpInfo[]> {
  const own = [...log.chains.values()].filter(({ author }) => author === key);
  const newest = own
    .sort((left, right) => comparePlaces({ id: left.tip, lamport: left.tipLamport }, { id: right.tip, lamport: right.tipLamport }))
    .at(-1);
  if (newest === undefined) return [];
  const infos: OpInfo[] = [];
  for (const { chain, seq } of lineage(log.chains, { chain: newest.n, seq: newest.tipSeq }).reverse()) {
    infos.push(...(await partInfos(reader, chain, log.chains.get(chain)?.parentSeq ?? 0, seq)));
  }
  return infos;
}

/** What the key wrote on branches beside it. */
async function offChain(reader: Reader, log: ControlLog, key: Did, main: readonly OpInfo[]): Promise<OpInfo[]> {
  const known = new Set(main.map(({ id }) => id));
  const infos: OpInfo[] = [];
  for (const { n, author, parentSeq, tipSeq } of log.chains.values()) {
    if (author === key) infos.push(...(await partInfos(reader, n, parentSeq, tipSeq)).filter(({ id }) => !known.has(id)));
  }
  return infos;
}

async function partInfos(reader: Reader, chain: number, after: number, upTo: number): Promise<OpInfo[]> {
  const infos: OpInfo[] = [];
  for (let from = after + 1; from <= upTo; from += pageOps) {
    const seqs = Array.from({ length: Math.min(pageOps, upTo - from + 1) }, (_, index) => from + index);
    const known = await reader.known(await reader.idsAt(chain, seqs));
    infos.push(...[...known.values()].sort((left, right) => left.seq - right.seq));
  }
  return infos;
}

/**
 * As a person named it; else, since a time, the newest operation that has only earlier ones before it by its author's clock; else its newest
 * known here.
 */
async function lastOf(reader: Reader, { last, since, key }: RemovalWish, infos: readonly OpInfo[]): Promise<OpInfo | undefined> {
  if (last === "none") return undefined;
  if (last !== undefined && last !== "newest") {
    const named = (await reader.known([last])).get(last);
    if (named?.author !== key) throw new PoolError("usage", `${last} was not written by that device: nothing of it would count`);
    return named;
  }
  if (since === null || last === "newest") return infos.at(-1);
  const first = infos.findIndex(({ ts }) => ts >= since);
  return first < 0 ? infos.at(-1) : infos[first - 1];
}

function countTypes(infos: readonly OpInfo[]): Record<string, number> {
  const types: Record<string, number> = {};
  for (const { type } of infos) types[type] = (types[type] ?? 0) + 1;
  return types;
}

async function newestOf(reader: Reader, lost: readonly OpInfo[]): Promise<Envelope[]> {
  const newest = lost.toSorted((left, right) => -comparePlaces(left, right)).slice(0, 10);
  return reader.envelopes(newest.map(({ id }) => id));
}

/** The device view as it would be, compared with what it is. */
function fallsWith(
  log: ControlLog,
  removal: { readonly key: Did; readonly last: Position | null; readonly by: Did },
  devices: readonly SeenDevice[],
): SeenDevice[] {
  const tips = [...log.chains.values()].filter(({ author }) => author === removal.by);
  const tip = tips.sort((left, right) => left.tipLamport - right.tipLamport).at(-1);
  const lamport = 1 + Math.max(0, ...[...log.chains.values()].map(({ tipLamport }) => tipLamport));
  const wanted: ControlOp = {
    id: `op:${"f".repeat(64)}` as OpId,
    type: "device_remove",
    author: removal.by,
    lamport,
    key: removal.key,
    role: "",
    last: removal.last,
    chain: tip?.n ?? 0,
    seq: (tip?.tipSeq ?? 0) + 1,
  };
  const after = deviceView([...log.controls.values(), wanted], log.chains);
  return devices.filter(({ key, removed }) => key !== removal.key && !removed && (!after.devices.has(key) || isRemoved(after, key)));
}
