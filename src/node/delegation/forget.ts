/** Of a redacted grant a node keeps id and grantee until `expires_at`, and not longer (section 8; spec DEL-4). */
import { type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import type { Reader } from "../../store/index.ts";
import type { Replica } from "../replica.ts";

const page = 200;

/** Forgets who the grantees of redacted grants were that are over at `now`; returns how many. */
export async function forgetOverGrants(replica: Replica, now: number): Promise<number> {
  const over: OpId[] = [];
  await replica.store.read(async (reader) => {
    for (let before: Place | undefined, more = true; more; ) {
      const ops = await reader.newest({ type: "cap_grant", before, limit: page });
      const bare = ops.filter(({ payload }) => payload === undefined).map(({ op_id }) => op_id);
      over.push(...(await overAmong(reader, bare, now)));
      const last = ops.at(-1);
      before = last && placeOf(last);
      more = ops.length === page;
    }
  });
  if (over.length > 0) await replica.store.write((tx) => tx.dropGrantees(over));
  return over.length;
}

async function overAmong(reader: Reader, ids: readonly OpId[], now: number): Promise<OpId[]> {
  return (await reader.grantees(ids)).filter(({ expires }) => expires <= now).map(({ id }) => id);
}
