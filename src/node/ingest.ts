/** `ingest(envelopes)` of section 4: from values of unknown origin to verdicts, verified before anything touches the store. */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { hashesMatch, signatureHolds } from "../core/op/identity.ts";
import { isOpId, type OpId, payloadRequired } from "../core/op/operation.ts";
import { readRun, runIn } from "../core/op/read-run.ts";
import { readEnvelope, type Shaped } from "../core/op/shape.ts";
import type { Json } from "../core/ports.ts";
import type { IngestResult } from "../core/sync/effects.ts";
import { isObject, plainValue } from "../core/sync/messages.ts";
import type { Reader } from "../store/index.ts";
import type { MakeOps, Replica } from "./replica.ts";

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
  const verifying = new Verifying(replica, values);
  // What a duplicate costs takes no turn of writing: the first part, mostly the only one, is verified before.
  let verified: readonly Shaped[] | null = await replica.store.read((reader) => verifying.part(reader));
  const none = { accepted: [], duplicates: [], rejected: [], deferred: [], attached: [], conflicts: new Set<string>() };
  const next: MakeOps = async (tx) => {
    const part = verified;
    verified = null;
    return part === null && !verifying.atEnd ? verifying.part(tx) : part;
  };
  const done = verified.length === 0 && verifying.atEnd ? none : await replica.commit(next, { parts: true });
  const { accepted } = done;
  return {
    accepted,
    rejected: [...verifying.rejected, ...done.rejected.map(({ op, reason }) => ({ op, reason }))],
    deferred: await waitingOf(replica, done.deferred, new Set(accepted)),
    duplicates: [...new Set([...verifying.duplicates, ...done.duplicates])],
    attached: done.attached,
    conflicts: done.conflicts,
  };
}

/** The steps shape and identity, part by part. */
class Verifying {
  readonly rejected: { op: string; reason: string }[] = [];
  readonly duplicates = new Set<OpId>();
  readonly #replica: Replica;
  readonly #values: readonly Json[];
  #at = 0;
  #bad = 0;

  constructor(replica: Replica, values: readonly Json[]) {
    this.#replica = replica;
    this.#values = values;
  }

  get atEnd(): boolean {
    return this.#at >= this.#values.length;
  }

  /** Of the next values those that are as they say: new, or with a payload that is not here. */
  async part(reader: Reader): Promise<Shaped[]> {
    const shaped: Shaped[] = [];
    const signed: Shaped[] = [];
    while (!this.atEnd && shaped.length + signed.length < limits.ingestPart) {
      const value = this.#values[this.#at++] as Json;
      try {
        const { crypto, roots } = this.#replica;
        const run = runIn(value);
        if (run === null) {
          const each = readEnvelope(value);
          if (hashesMatch(crypto, each)) shaped.push(each);
          else this.rejected.push({ op: idOf(value), reason: mismatch });
        } else {
          const ops = readRun(crypto, run, roots);
          if (ops === null) this.#refuse(idOf(value));
          else for (const each of ops) signed.push(each);
        }
      } catch (error) {
        if (!(error instanceof PoolError) || error.code === "bad_signature") throw error;
        this.rejected.push({ op: idOf(value), reason: `parse error: ${error.message.slice(0, 300)}` });
      }
    }
    const verified = await this.#checkSignatures(reader, shaped);
    for (const each of await this.#notHere(reader, signed)) verified.push(each);
    return verified;
  }

  /** Of operations that came in runs. Where the first is not here, as nearly always, admission looks for the others. */
  async #notHere(reader: Reader, signed: readonly Shaped[]): Promise<readonly Shaped[]> {
    const firsts = [...firstsOf(signed)].map(({ envelope }) => envelope.op_id);
    if ((await reader.known(firsts)).size === 0) return signed;
    const here = await reader.known(signed.map(({ envelope }) => envelope.op_id));
    return signed.filter(({ envelope: { op_id: id }, payloadText }) => {
      const known = here.get(id);
      if (known) this.duplicates.add(id);
      return known === undefined || (!known.hasPayload && payloadText !== null);
    });
  }

  /** Throws `bad_signature` when that is one too many. */
  #refuse(op: string): void {
    this.rejected.push({ op, reason: mismatch });
    this.#bad++;
    if (this.#bad >= limits.badSignatures)
      throw new PoolError("bad_signature", `${this.#bad} signatures do not verify: nothing of this was taken`);
  }

  /**
   * Duplicates end before their signature is checked; only those that bring a missing payload go on. A signature that several
   * operations share is checked with the first of them: the others cost no more to check than to look up, so admission does that,
   * until one of them fails. Then all that is left is looked up first, whatever it is signed by.
   */
  async #checkSignatures(reader: Reader, shaped: readonly Shaped[]): Promise<Shaped[]> {
    const { crypto, roots } = this.#replica;
    const lookUp = (ops: readonly Shaped[]) => reader.known(ops.map(({ envelope }) => envelope.op_id));
    const firsts = firstsOf(shaped);
    let here = await lookUp([...firsts]);
    let all = firsts.size === shaped.length;
    const verified: Shaped[] = [];
    for (const [index, each] of shaped.entries()) {
      const { op_id: id } = each.envelope;
      const asked = all || firsts.has(each);
      let known = here.get(id);
      if (known === undefined && signatureHolds(crypto, each.envelope, roots)) {
        verified.push(each);
        continue;
      }
      if (!asked) {
        here = await lookUp(shaped.slice(index));
        all = true;
        known = here.get(id);
      }
      if (known) {
        this.duplicates.add(id);
        if (!known.hasPayload && each.payloadText !== null) verified.push(each);
        continue;
      }
      this.#refuse(id);
    }
    return verified;
  }
}

/** The id that an envelope gives itself. */
function idOf(value: Json): string {
  const read = plainValue(value);
  const given = isObject(read) ? read["op_id"] : "";
  return typeof given === "string" ? given.slice(0, 100) : "";
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
