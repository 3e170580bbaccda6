/** Whether a hub holds what this device holds, operation by operation (spec/11-hosting.md, HOS-12). */
import { verifiedEnvelope } from "../../core/capability/authority.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { VerifiedRoots } from "../../core/op/identity.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { readHeads, tipsOf } from "../../core/sync/heads.ts";
import { type HostingTold, readHosting } from "../../core/sync/hosting.ts";
import { expectReply, extensions, isObject, readList } from "../../core/sync/messages.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Replica } from "../replica.ts";
import { compareIds } from "../sync-client.ts";

export interface HubComparison {
  /** Operations that are here. */
  readonly operations: number;
  /** Of them, those that the hub's frontier does not name. */
  readonly missing: readonly OpId[];
  /** Those that it holds without the payload that is here. */
  readonly bare: readonly OpId[];
  /** Those of which it gave back something else than what is here: a payload that was to be erased, say. */
  readonly otherwise: readonly OpId[];
  /** How many it names that are not here: somebody wrote meanwhile. */
  readonly newer: number;
  /** How many were fetched back, and verified. */
  readonly fetched: number;
  /** Whether its chains end where they end here. */
  readonly sameHeads: boolean;
  /** What it says that it is in this pool; null when it is no hub. */
  readonly hosting: HostingTold | null;
}

export interface CompareOptions {
  /** Whether each operation is fetched back and verified, too. */
  readonly deep: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly of: number }) => void) | undefined;
}

/** Changes nothing here. Rejects as a transport does, with `peer` for a hub of another pool or one that breaks the protocol, `interrupted` when `signal` fires. */
export async function compareWithHub(replica: Replica, transport: Transport, options: CompareOptions): Promise<HubComparison> {
  const { signal } = options;
  const { pool, operations } = await replica.store.read(async (reader) => ({ pool: await reader.pool(), ...(await reader.counts()) }));
  const hello = expectReply(await transport.request({ type: "hello", extensions: [...extensions] }, signal), "hello");
  if (hello["pool"] !== pool) throw new PoolError("peer", "the hub holds another pool than this one");
  const named = await comparedNames(replica, transport, signal);
  const otherwise = options.deep ? await fetchedBack(replica, transport, options, operations) : { fetched: 0, otherwise: [] };
  const heads = readHeads(hello["heads"]);
  const ours = await replica.store.read(async (reader) => tipsOf(await reader.chains()));
  const tips = (of: typeof ours) =>
    [...of.values()]
      .flat()
      .map(({ id }) => id)
      .sort()
      .join(" ");
  return {
    operations,
    ...named,
    bare: await haveOf(replica, heads.incomplete),
    ...otherwise,
    sameHeads: tips(ours) === tips(heads.authors as typeof ours),
    hosting: readHosting(hello),
  };
}

/** Pages of the hub's frontier, beside our own ids. */
async function comparedNames(replica: Replica, transport: Transport, signal?: AbortSignal): Promise<{ missing: OpId[]; newer: number }> {
  const missing: OpId[] = [];
  let newer = 0;
  for (let after: OpId | null = null, named = 0; ; ) {
    const message: JsonObject = { type: "frontier", ...(after ? { after } : {}), limit: limits.frontierPage };
    const ids = frontierIds(expectReply(await transport.request(message, signal), "frontier"), after);
    const upTo: OpId | null = ids.at(-1) ?? null;
    const page = await compareIds(replica, ids, after, upTo);
    missing.push(...page.extra);
    newer += page.missing.length;
    if (upTo === null) return { missing, newer };
    named += ids.length;
    if (named > limits.frontierIds) throw new PoolError("peer", `the hub's frontier names over ${limits.frontierIds} operations`);
    after = upTo;
  }
}

/** Throws `peer` unless they are ids, ascending, after `after`. */
function frontierIds(reply: JsonObject, after: OpId | null): OpId[] {
  const ids = readList(reply, "op_ids");
  let last: string = after ?? "";
  for (const id of ids) {
    if (!isOpId(id) || id <= last) throw new PoolError("peer", "the hub's frontier is not a list of op_ids in their order");
    last = id;
  }
  return ids as OpId[];
}

/** Those of `ids` of which the payload is here. */
async function haveOf(replica: Replica, ids: readonly OpId[]): Promise<OpId[]> {
  const envelopes = await replica.store.read((reader) => reader.envelopes(ids.slice(0, limits.want)));
  return envelopes.filter(({ payload }) => payload !== undefined).map(({ op_id }) => op_id);
}

async function fetchedBack(replica: Replica, transport: Transport, options: CompareOptions, operations: number) {
  const roots = new VerifiedRoots();
  const otherwise: OpId[] = [];
  let fetched = 0;
  for (let after: OpId | null = null; ; ) {
    const ids: readonly OpId[] = await replica.store.read((reader) => reader.idsAfter(after, limits.syncBatchOps));
    if (ids.length === 0) return { fetched, otherwise };
    const ours = new Map((await replica.store.read((reader) => reader.envelopes(ids))).map((each) => [each.op_id, each]));
    for (const theirs of await fetchAll(transport, ids, options.signal)) {
      const envelope = verifiedEnvelope(replica.crypto, theirs, "an operation of the hub", roots);
      const here = ours.get(envelope.op_id);
      if (here === undefined) continue; // not asked for
      ours.delete(envelope.op_id);
      if ((here.payload === undefined) === (envelope.payload === undefined)) fetched++;
      else otherwise.push(envelope.op_id);
    }
    after = ids.at(-1) ?? null;
    options.onProgress?.({ done: fetched, of: operations });
  }
}

/** What the hub sends of these, however many messages it takes. */
async function fetchAll(transport: Transport, ids: readonly OpId[], signal?: AbortSignal): Promise<Json[]> {
  const got: Json[] = [];
  const want = new Set<unknown>(ids);
  for (let more = true; more; ) {
    if (signal?.aborted) throw new PoolError("interrupted", "interrupted while it was verified; nothing is lost");
    const reply = expectReply(await transport.request({ type: "ops_request", want: [...want] as OpId[] }, signal), "ops");
    const ops = readList(reply, "ops").filter((op) => isObject(op) && want.delete(op["op_id"]));
    got.push(...ops);
    more = reply["more"] === true && ops.length > 0 && want.size > 0;
  }
  return got;
}
