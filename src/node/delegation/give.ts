/** Granting, looking beforehand at what a grant would show, and revoking (section 8). */
import { isAcceptableDid } from "../../core/admission/control-payload.ts";
import { type Attestation, attest } from "../../core/capability/attestation.ts";
import { grantFault } from "../../core/capability/grant.ts";
import { type Selector, selectorFault } from "../../core/capability/selector.ts";
import type { Sensitivity } from "../../core/claim/sensitivity.ts";
import { PoolError } from "../../core/errors.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import type { Node } from "../open-node.ts";
import type { Replica } from "../replica.ts";
import { ViewFacts } from "../view/facts.ts";
import { withWhatFits } from "../what-fits.ts";
import { type Writer, writeDrafts } from "../write.ts";
import { readGrant, revocationsOf } from "./grant.ts";
import { selectClaims } from "./select.ts";

/** What a person says when they grant. */
export interface NewGrant {
  /** The did:key of the one who may read. */
  readonly grantee: string;
  readonly selector: Selector;
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly refreshMs?: number | undefined;
  readonly purgeMs?: number | undefined;
  /** A name for the grantee, kept as a note: this pool's devices see it, the grantee does not. */
  readonly name?: string | undefined;
}

/** A device that grants. */
export type Giver = Pick<Node, "replica" | "writer" | "write">;

/**
 * Writes a `cap_grant` after a note about the grantee. The grantee is shown the grant's envelope, whose `prev` names what this device
 * wrote before: by the note that is never an item of evidence or a claim. Rejects with `PoolError`: `key` for a grantee that is no key, `usage`
 * for terms that do not fit, are over already or name this very device, `role` when this device may not grant.
 */
export async function grant(node: Giver, asked: NewGrant): Promise<OpId> {
  const { grantee, selector, purpose, expiresAt, refreshMs, purgeMs, name } = asked;
  if (!isAcceptableDid(grantee))
    throw new PoolError("key", `${JSON.stringify(grantee)} is no did:key: it has 56 characters and begins with did:key:z6Mk`);
  if (grantee === node.writer.did) throw new PoolError("usage", "that is this device's own key: it sees everything already");
  const payload = {
    grantee,
    selector: normal(selector) as unknown as JsonObject,
    purpose: purpose.normalize("NFC"),
    expires_at: expiresAt,
    ...(refreshMs === undefined ? {} : { refresh_ms: refreshMs }),
    ...(purgeMs === undefined ? {} : { purge_ms: purgeMs }),
  };
  const fault = selectorFault(selector as unknown as Json) ?? grantFault(payload);
  if (fault !== null) throw new PoolError("usage", `that is no grant: ${withWhatFits(fault)}`);
  if (selector.predicates.length === 0) throw new PoolError("usage", "a grant without predicates shows nothing: name at least one");
  if (expiresAt <= node.writer.clock()) throw new PoolError("usage", "the grant would be over already");
  const note = { type: "note", payload: { target: grantee, ...(name ? { name: name.normalize("NFC") } : {}) } };
  const [, id] = await node.write([note, { type: "cap_grant", payload }]);
  return id as OpId;
}

function normal({ predicates, subjects, ...rest }: Selector): Selector {
  const nfc = (texts: readonly string[]) => texts.map((text) => text.normalize("NFC"));
  return { predicates: nfc(predicates), ...(subjects ? { subjects: nfc(subjects) } : {}), ...rest };
}

/** A claim that a grantee sees, as it is sent, and how closely its owner keeps it. */
export interface Seen {
  readonly attestation: Omit<Attestation, "grant" | "salt">;
  readonly sensitivity: Sensitivity;
  readonly claim: Envelope;
}

/** Exactly the claims that a selector shows at `now`. Nothing is written. */
export async function previewSlice(replica: Replica, selector: Selector, now: number): Promise<Seen[]> {
  const fault = selectorFault(selector as unknown as Json);
  if (fault !== null) throw new PoolError("usage", `that is no selector: ${withWhatFits(fault)}`);
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const selected = await selectClaims(facts, replica.crypto, normal(selector), now);
    return selected.map(({ claim, sensitivity }) => {
      const { grant: _grant, salt: _salt, ...attestation } = attest(replica.crypto.sha256Hex, claim, claim.op_id);
      return { attestation, sensitivity, claim };
    });
  });
}

/**
 * Revokes a grant, as this device or as root; a device's comes after a note, like its grant. Rejects with `PoolError`: `not_found` for what is no grant here, `usage` for one that
 * is revoked already (that goes for one that ended otherwise, too: a revocation is then still a reason to purge).
 */
export async function revoke(node: Giver, id: OpId, root: Writer | null, why?: string): Promise<OpId> {
  const note = { type: "note", payload: { target: id, ...(why ? { text: why.normalize("NFC") } : {}) } };
  const draft = { type: "cap_revoke", payload: { grant: id } };
  const choose: Parameters<typeof writeDrafts>[2] = async (tx) => {
    const facts = new ViewFacts(tx, await node.replica.controlLog(tx));
    if ((await readGrant(facts, id)) === null) throw new PoolError("not_found", `${id} is no grant of this pool`);
    const [earlier] = await revocationsOf(facts, id);
    if (earlier) throw new PoolError("usage", `${id} was revoked already, by ${earlier.id}`);
    return root ? [draft] : [note, draft];
  };
  const ids = root ? await writeDrafts(node.replica, root, choose) : await node.write(choose);
  return ids.at(-1) as OpId;
}
