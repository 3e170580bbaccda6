/** `ingest(envelopes)` of section 4: from values of unknown origin to verdicts, verified before anything touches the store. */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { hashesMatch, signatureHolds } from "../core/op/identity.ts";
import { isOpId, type OpId, payloadRequired } from "../core/op/operation.ts";
import { readEnvelope, type Shaped } from "../core/op/shape.ts";
import type { Json } from "../core/ports.ts";
import type { IngestResult } from "../core/sync/effects.ts";
import { isObject } from "../core/sync/messages.ts";
import type { Replica } from "./replica.ts";

export interface Ingested extends IngestResult {
  readonly attached: readonly OpId[];
  /** Topics in conflict that this moved. */
  readonly conflicts: ReadonlySet<string>;
}

const mismatch = "signature or identity verification failed";

/**
 * Verdicts for each envelope; what is accepted is durable when the promise resolves.
 * Rejects with `PoolError("bad_signature")`, keeping nothing, at 20 bad signatures, and with `storage` when the disk fails.
 */
export async function ingestOps(replica: Replica, values: readonly Json[]): Promise<Ingested> {
  const rejected: { op: string; reason: string }[] = [];
  const shaped: Shaped[] = [];
  for (const value of values) {
    try {
      const each = readEnvelope(value);
      if (hashesMatch(replica.crypto, each)) shaped.push(each);
      else rejected.push({ op: each.envelope.op_id, reason: mismatch });
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      const given = isObject(value) ? value["op_id"] : "";
      rejected.push({ op: typeof given === "string" ? given.slice(0, 100) : "", reason: `parse error: ${error.message.slice(0, 300)}` });
    }
  }
  const { verified, duplicates } = await checkSignatures(replica, shaped, rejected);
  const none = { accepted: [], duplicates: [], rejected: [], deferred: [], attached: [], conflicts: new Set<string>() };
  const done = verified.length === 0 ? none : await replica.commit(async () => verified);
  const accepted = done.accepted.map(({ id }) => id);
  return {
    accepted,
    rejected: [...rejected, ...done.rejected.map(({ op, reason }) => ({ op, reason }))],
    deferred: await waitingOf(replica, done.deferred, new Set(accepted)),
    duplicates: [...new Set([...duplicates, ...done.duplicates.map(({ envelope }) => envelope.op_id)])],
    attached: done.attached,
    conflicts: done.conflicts,
  };
}

/**
 * Duplicates end before their signature is checked; only those that bring a missing payload go on. A signature that several
 * operations share is checked with the first of them: the others cost no more to check than to look up, so admission does that,
 * until one of them fails. Then all that is left is looked up first, whatever it is signed by.
 */
async function checkSignatures(replica: Replica, shaped: readonly Shaped[], rejected: { op: string; reason: string }[]) {
  const lookUp = (ops: readonly Shaped[]) => replica.store.read((reader) => reader.known(ops.map(({ envelope }) => envelope.op_id)));
  const firsts = firstsOf(shaped);
  let here = await lookUp([...firsts]);
  let all = firsts.size === shaped.length;
  const duplicates = new Set<OpId>();
  const verified: Shaped[] = [];
  let bad = 0;
  for (const [index, each] of shaped.entries()) {
    const { op_id: id } = each.envelope;
    const asked = all || firsts.has(each);
    let known = here.get(id);
    if (known === undefined && signatureHolds(replica.crypto, each.envelope, replica.roots)) {
      verified.push(each);
      continue;
    }
    if (!asked) {
      here = await lookUp(shaped.slice(index));
      all = true;
      known = here.get(id);
    }
    if (known) {
      duplicates.add(id);
      if (!known.hasPayload && each.payloadText !== null) verified.push(each);
      continue;
    }
    rejected.push({ op: id, reason: mismatch });
    bad++;
    if (bad >= limits.badSignatures) throw new PoolError("bad_signature", `${bad} signatures do not verify: nothing of this was taken`);
  }
  return { verified, duplicates };
}

/** Of operations that share a signature the first. */
function firstsOf(shaped: readonly Shaped[]): Set<Shaped> {
  const firsts = new Map<string, Shaped>();
  let last = "";
  for (const each of shaped) {
    const { sig } = each.envelope;
    if (sig === last) continue; // as nearly always: they come one after the other
    last = sig;
    if (!firsts.has(sig)) firsts.set(sig, each);
  }
  return new Set(firsts.values());
}

async function waitingOf(replica: Replica, deferred: readonly Shaped[], accepted: ReadonlySet<OpId>): Promise<IngestResult["deferred"]> {
  if (deferred.length === 0) return [];
  const prev = deferred.flatMap(({ envelope }) => envelope.prev).filter(isOpId);
  const here = await replica.store.read((reader) => reader.known([...new Set(prev)]));
  return deferred.map(({ envelope, payloadText }) => {
    const missing = lacksPayload(envelope.type, payloadText) ? [] : envelope.prev.filter((id) => !here.has(id) && !accepted.has(id));
    const { op_id: id, lamport } = envelope;
    return {
      id,
      lamport,
      waitsFor: missing[0] ?? null,
      missing,
      envelope: envelope as unknown as Json,
      bytes: 1_000 + (payloadText?.length ?? 0),
    };
  });
}

function lacksPayload(type: string, payloadText: string | null): boolean {
  return payloadText === null && payloadRequired.has(type);
}
