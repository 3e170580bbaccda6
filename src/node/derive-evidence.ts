/** Evidence as derivers see it: each item that holds, in its newest version, a page at a time. */
import { sourceKey } from "../core/claim/statement.ts";
import { type Envelope, type Place, placeOf } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import type { Context, SeenEvidence } from "../derive/index.ts";
import { WhoIsIt } from "../derive/oneself.ts";
import { evidenceStatus } from "./queries.ts";
import type { Replica } from "./replica.ts";
import { ViewFacts } from "./view/facts.ts";

const page = 500;

/** Who the owner is, and the newest time up to now that evidence tells of. */
export async function whoAndWhen(replica: Replica, now: number, signal?: AbortSignal): Promise<Context> {
  const who = new WhoIsIt();
  let asOf = Number.NEGATIVE_INFINITY;
  await eachEvidence(replica, signal, (item) => {
    who.see(item);
    if (item.observedAt !== null && item.observedAt <= now) asOf = Math.max(asOf, item.observedAt);
  });
  return { asOf: Number.isFinite(asOf) ? asOf : now, self: who.known() };
}

/** Calls `visit` for each item. Of several versions the newest that is not contested, pending or void counts, if it holds. */
export async function eachEvidence(replica: Replica, signal: AbortSignal | undefined, visit: (item: SeenEvidence) => void): Promise<void> {
  const seen = new Set<number>();
  for (let before: Place | undefined, more = true; more && !signal?.aborted; ) {
    const ops = await replica.store.read(async (reader) => {
      const found = await reader.newest({ type: "evidence", before, limit: page });
      const facts = new ViewFacts(reader, await replica.controlLog(reader));
      await facts.load(found.map(({ op_id }) => op_id));
      const held: Envelope[] = [];
      for (const op of found) if (await isCurrent(facts, op, replica, seen)) held.push(op);
      const last = found.at(-1);
      before = last && placeOf(last);
      more = found.length === page;
      return held;
    });
    for (const op of ops) visit(itemOf(op, op.payload as JsonObject));
  }
}

async function isCurrent(facts: ViewFacts, op: Envelope, replica: Replica, seen: Set<number>): Promise<boolean> {
  const status = await evidenceStatus(facts, op);
  if ((status !== "holds" && status !== "refuted") || op.payload === undefined) return false;
  // 52 bits of a hash: two sources of one pool will not share them.
  const key = Number.parseInt(sourceKey(replica.crypto.sha256Hex, op.payload).slice(0, 13), 16);
  if (seen.has(key)) return false;
  seen.add(key);
  return status === "holds";
}

function itemOf({ op_id }: Envelope, payload: JsonObject): SeenEvidence {
  const source = payload["source"] as JsonObject;
  const observedAt = payload["observed_at"];
  return {
    id: op_id,
    kind: payload["kind"] as string,
    observedAt: typeof observedAt === "number" ? observedAt : null,
    adapter: source["adapter"] as string,
    externalId: payload["external_id"] as string,
    content: payload["content"] as JsonObject,
  };
}
