/** Erasure (section 6): taking the words of evidence, and of what quotes it, off every device, for ever. */

import { fromHex } from "../core/bytes.ts";
import { sourceKey } from "../core/claim/statement.ts";
import { itemName, suppressHash } from "../core/claim/suppress.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Draft } from "../core/op/create.ts";
import { type Envelope, type OpId, placeOf, redactableTypes } from "../core/op/operation.ts";
import type { JsonObject, Sha256Hex } from "../core/ports.ts";
import type { Reader } from "../store/index.ts";
import type { Node } from "./open-node.ts";
import type { Replica } from "./replica.ts";

/** What forgetting some operations would take away. */
export interface Forgetting {
  /** The operations themselves, and every other version of the same items. */
  readonly items: readonly Envelope[];
  /** What quotes them: claims derived from them, however indirectly, and notes about any of these. */
  readonly quoting: readonly Envelope[];
}

export async function planForgetting(replica: Replica, ids: readonly OpId[]): Promise<Forgetting> {
  return replica.store.read(async (reader) => {
    const named = await reader.envelopes(ids);
    for (const { op_id, type } of named) {
      if (!redactableTypes.has(type)) throw new PoolError("usage", `${op_id} is of type ${type}: its words can't be taken away`);
    }
    const items = new Map<OpId, Envelope>(named.map((op) => [op.op_id, op]));
    for (const op of named) for (const version of await versionsOf(replica, reader, op)) items.set(version.op_id, version);
    const quoting = new Map<OpId, Envelope>();
    for (let open = [...items.keys()]; open.length > 0; ) {
      const refs = await reader.refsTo(open, ["derives", "notes"]);
      const next = [...new Set(refs.map(({ from }) => from))].filter((id) => !items.has(id) && !quoting.has(id));
      for (const op of await reader.envelopes(next)) quoting.set(op.op_id, op);
      open = next;
    }
    const withWords = (ops: Iterable<Envelope>) => [...ops].filter(({ payload }) => payload !== undefined);
    return { items: withWords(items.values()), quoting: withWords(quoting.values()) };
  });
}

async function versionsOf(replica: Replica, reader: Reader, { type, payload }: Envelope): Promise<Envelope[]> {
  if (type !== "evidence" || payload === undefined) return [];
  const rows = await reader.evidenceOf(sourceKey(replica.crypto.sha256Hex, payload));
  return reader.envelopes(rows.map(({ id }) => id));
}

/**
 * Takes the words of these operations away, here at once and on every other device as it syncs, and has importers skip the
 * items. It can't be undone. Resolves with the redactions, when no file of the store holds the words any more.
 */
export async function forget(node: Node, ops: readonly Envelope[]): Promise<OpId[]> {
  const { sha256Hex } = node.replica.crypto;
  const drafts: Draft[] = [];
  for (let start = 0; start < ops.length; start += limits.targets) {
    const part = ops.slice(start, start + limits.targets);
    const names = [...new Set(part.flatMap(({ type, payload }) => (type === "evidence" && payload ? itemName(payload) : [])))];
    drafts.push({
      type: "redaction",
      payload: (salt) => ({ targets: part.map(({ op_id }) => op_id), suppress: names.map((name) => suppressHash(sha256Hex, salt, name)) }),
    });
  }
  return node.write(drafts);
}

/** Which items importers skip: those that a redaction in the log suppresses, unless the user has asked for them again. */
export class Suppressed {
  readonly #sha256Hex: Sha256Hex;
  readonly #redactions: readonly { readonly salt: Uint8Array; readonly hashes: ReadonlySet<string> }[];

  constructor(sha256Hex: Sha256Hex, redactions: readonly Envelope[]) {
    this.#sha256Hex = sha256Hex;
    this.#redactions = redactions.flatMap(({ salt, payload }) => {
      const hashes = payload?.["suppress"];
      const bytes = salt === undefined ? null : fromHex(salt);
      return Array.isArray(hashes) && hashes.length > 0 && bytes ? [{ salt: bytes, hashes: new Set(hashes as string[]) }] : [];
    });
  }

  has(evidence: JsonObject): boolean {
    if (this.#redactions.length === 0) return false;
    const name = itemName(evidence);
    return this.#redactions.some(({ salt, hashes }) => hashes.has(suppressHash(this.#sha256Hex, salt, name)));
  }
}

const page = 500;

export async function suppressedItems(replica: Replica): Promise<Suppressed> {
  const redactions: Envelope[] = [];
  await replica.store.read(async (reader) => {
    for (let last: Envelope | undefined, more = true; more; ) {
      const before = last && placeOf(last);
      const ops = await reader.newest({ type: "redaction", before, limit: page });
      redactions.push(...ops);
      last = ops.at(-1);
      more = ops.length === page;
    }
  });
  return new Suppressed(replica.crypto.sha256Hex, redactions);
}
