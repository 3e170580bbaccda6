/**
 * A proof that travels: one claim with its whole lineage and the control operations that made its authors devices, to be
 * checked on a machine that has no pool. It proves who said what and from what; not that nothing was refuted since.
 */

import { readControlPayload } from "../core/admission/control-payload.ts";
import { type ControlOp, deviceView } from "../core/admission/device-view.ts";
import { payloadFault } from "../core/claim/payload-form.ts";
import { mayWrite } from "../core/claim/roles.ts";
import { stands } from "../core/claim/status.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../core/op/identity.ts";
import { controlTypes, type Envelope, isOpId, type OpId } from "../core/op/operation.ts";
import { readEnvelope } from "../core/op/shape.ts";
import type { Crypto, Json } from "../core/ports.ts";
import { isObject } from "../core/sync/messages.ts";
import { sourcesOf, standingIn } from "./bundle-standing.ts";
import { lineageOf } from "./lineage.ts";
import type { Replica } from "./replica.ts";

export const bundleFormat = "fablepool-bundle/1";

export interface Bundle {
  readonly format: typeof bundleFormat;
  readonly claim: OpId;
  /** In (lamport, op_id) order. */
  readonly ops: readonly Envelope[];
}

/** Rejects with `PoolError`: `usage` when it is no claim, or one that does not stand; `too_large` when nobody could check it. */
export async function makeBundle(replica: Replica, claim: OpId): Promise<Bundle> {
  const bundle = await replica.store.read(async (reader): Promise<Bundle> => {
    const [row] = await reader.claims([claim]);
    if (row === undefined) throw new PoolError("usage", `${claim} is no claim`);
    if (!stands(row.status)) throw new PoolError("usage", `${claim} is ${row.status}: there is nothing to prove`);
    const lineage = await lineageOf(reader, claim);
    const controls = [...(await replica.controlLog(reader)).controls.keys()];
    const ops = await reader.envelopes([...new Set([...controls, ...lineage.keys()])]);
    return {
      format: bundleFormat,
      claim,
      ops: ops.sort((left, right) => left.lamport - right.lamport || (left.op_id < right.op_id ? -1 : 1)),
    };
  });
  if (bundle.ops.length > limits.pushOps || JSON.stringify(bundle).length > limits.messageBytes) {
    throw new PoolError("too_large", `what ${claim} rests on is over ${limits.pushOps} operations or ${limits.messageBytes} bytes`);
  }
  return bundle;
}

export interface BundleVerdict {
  readonly claim: Envelope | null;
  /** In words; empty when the bundle proves what it says. */
  readonly faults: readonly string[];
  /** Items of evidence and claims that the claim rests on. */
  readonly evidence: number;
  readonly claims: number;
}

/** Checks form, hashes, signatures, that each author was a device whose role may say that, and that the lineage is whole. */
export function verifyBundle(crypto: Crypto, value: Json): BundleVerdict {
  const faults: string[] = [];
  const given = isObject(value) && value["format"] === bundleFormat && Array.isArray(value["ops"]) ? value["ops"] : null;
  if (given === null || !isObject(value) || !isOpId(value["claim"])) {
    return { claim: null, faults: [`this is no bundle of format ${bundleFormat}`], evidence: 0, claims: 0 };
  }
  if (given.length > limits.pushOps) return { claim: null, faults: [`over ${limits.pushOps} operations`], evidence: 0, claims: 0 };
  const ops = checkedOps(crypto, given, faults);
  const claim = ops.get(value["claim"]) ?? null;
  if (claim?.type !== "claim") faults.push("the claim itself is not in the bundle");
  checkAuthors(ops, faults);
  const rests = claim?.type === "claim" ? restsOn(crypto, ops, claim, faults) : [];
  return {
    claim,
    faults,
    evidence: rests.filter(({ type }) => type === "evidence").length,
    claims: rests.filter(({ type }) => type === "claim").length,
  };
}

function checkedOps(crypto: Crypto, given: readonly Json[], faults: string[]): Map<OpId, Envelope> {
  const ops = new Map<OpId, Envelope>();
  const roots = new VerifiedRoots();
  for (const each of given) {
    const name = isObject(each) ? String(each["op_id"]).slice(0, 70) : "an operation";
    try {
      const shaped = readEnvelope(each);
      if (!hashesMatch(crypto, shaped) || !signatureHolds(crypto, shaped.envelope, roots))
        faults.push(`${name}: its hash or signature is wrong`);
      else ops.set(shaped.envelope.op_id, shaped.envelope);
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      faults.push(`${name}: ${error.message}`);
    }
  }
  return ops;
}

/** Every author is root, or was added by a key that could; `last` of removals is out of reach here, so a removal ends all trust. */
function checkAuthors(ops: ReadonlyMap<OpId, Envelope>, faults: string[]): void {
  const controls: ControlOp[] = [];
  for (const op of ops.values()) {
    if (!controlTypes.has(op.type)) continue;
    const payload = readControlPayload(op.type, op.payload ?? {});
    if (typeof payload === "string") {
      faults.push(`${op.op_id}: ${payload}`);
      continue;
    }
    const { op_id: id, author, lamport, seq } = op;
    controls.push({
      id,
      type: op.type as ControlOp["type"],
      author,
      lamport,
      seq,
      chain: 1,
      key: payload.key,
      role: payload.role,
      last: null,
    });
  }
  const pools = new Set([...ops.values()].map(({ op_id, pool }) => pool ?? op_id));
  if (pools.size > 1) faults.push("it mixes operations of several pools");
  const view = deviceView(controls, new Map());
  for (const { op_id, author, type, payload } of ops.values()) {
    if (controlTypes.has(type)) continue;
    const device = view.devices.get(author);
    if (device === undefined) faults.push(`${op_id}: its author is no device of the pool`);
    else if (!mayWrite(device.role, type)) faults.push(`${op_id}: a device of role ${device.role} may not write a ${type}`);
    else if (device.role !== "full" && type === "claim" && payload?.["corrects"] !== undefined)
      faults.push(`${op_id}: a device of role ${device.role} may not correct`);
    else if (view.removals.has(author))
      faults.push(`${op_id}: its author was removed; whether this still counts can't be told from a bundle`);
  }
}

/** All that the claim rests on. Where it does not stand by what is in the bundle, faults say what is missing. */
function restsOn(crypto: Crypto, ops: ReadonlyMap<OpId, Envelope>, claim: Envelope, faults: string[]): Envelope[] {
  const { standing, supportsOf } = standingIn(crypto, [...ops.values()]);
  const seen = new Set([claim.op_id]);
  for (const id of seen) {
    const op = ops.get(id) as Envelope; // `seen` grows while it is walked
    if (!standing.has(id)) faults.push(...faultsOf(op));
    for (const source of sourcesOf(op)) {
      const supports = supportsOf(source);
      for (const support of supports.length > 0 || !ops.has(source) ? supports : [source]) seen.add(support);
      if (!ops.has(source)) faults.push(`${id}: what it was derived from is missing (${source})`);
    }
  }
  return [...seen].flatMap((id) => (id === claim.op_id ? [] : (ops.get(id) ?? [])));
}

function faultsOf({ op_id, type, payload }: Envelope): string[] {
  if (type !== "claim" && type !== "evidence") return [`${op_id}: a ${type} holds nothing up`];
  const fault = payload === undefined ? "its words are missing" : payloadFault(type, payload);
  return fault === null ? [] : [`${op_id}: ${fault}`];
}
