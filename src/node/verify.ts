/** `fablepool verify`: everything again from scratch, beside the store, and compared with it. */
import { type OpId, type Place, placeOf } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import { withReplicaAside } from "./aside.ts";
import type { Home } from "./home.ts";
import { ingestOps } from "./ingest.ts";
import type { Replica } from "./replica.ts";
import { viewDigest } from "./view/digest.ts";

export interface Verdict {
  readonly operations: number;
  /** In words, with the ids they concern; empty when all is well. */
  readonly faults: readonly string[];
  readonly viewDigest: string;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

const batch = 1_000;

/**
 * Admits every operation again, in order, into a new store: form, hashes, signatures, causality, chains, authors and
 * control operations are all judged anew, and the claim view is built from nothing. Then heads and view must be equal.
 */
export async function verifyReplica(home: Home, replica: Replica, options: VerifyOptions = {}): Promise<Verdict> {
  return withReplicaAside(home, replica, "verify", (fresh) => compareWith(fresh, replica, options));
}

async function compareWith(fresh: Replica, replica: Replica, { signal, onProgress }: VerifyOptions): Promise<Verdict> {
  const faults: string[] = [];
  const { operations } = await replica.store.read((reader) => reader.counts());
  let done = 0;
  for (let after: Place | undefined, more = true; more; ) {
    signal?.throwIfAborted();
    const ops = await replica.store.read((reader) => reader.ordered({ after, limit: batch }));
    const { accepted, rejected, deferred } = await ingestOps(fresh, ops as unknown as Json[]);
    for (const { op, reason } of rejected) faults.push(`${op}: ${reason}`);
    for (const { id, waitsFor } of deferred)
      faults.push(`${id}: ${waitsFor ? `its predecessor ${waitsFor} is missing` : "its payload is missing"}`);
    if (accepted.length + rejected.length + deferred.length !== ops.length)
      faults.push(`operations after ${after?.id ?? "the start"} come twice`);
    done += ops.length;
    onProgress?.({ done, of: operations });
    const last = ops.at(-1);
    if (last) after = placeOf(last);
    more = ops.length === batch;
  }
  if (done !== operations) faults.push(`the log counts ${operations} operations and holds ${done}`);
  const [ours, theirs] = [await summaryOf(replica), await summaryOf(fresh)];
  if (ours.heads !== theirs.heads) faults.push("the heads are not those of the log");
  if (ours.digest !== theirs.digest)
    faults.push(`the claim view is not the one that the log gives (${ours.digest}, rebuilt ${theirs.digest})`);
  return { operations, faults, viewDigest: ours.digest };
}

async function summaryOf(replica: Replica): Promise<{ heads: string; digest: string }> {
  return replica.store.read(async (reader) => ({
    heads: (await reader.heads()).map(({ id }: { id: OpId }) => id).join(" "),
    digest: await viewDigest(reader),
  }));
}
