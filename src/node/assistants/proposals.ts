/** What an assistant proposed and its owner has not judged: it may see its own, for it wrote them. Others' are served to nobody. */
import type { Did } from "../../core/crypto/did-key.ts";
import { type Envelope, type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import type { Reader } from "../../store/index.ts";

export type OwnProposal = Envelope & { readonly payload: JsonObject };

/** Claims that are looked through for proposals, the newest: what is older waits for the owner, who sees all of them. */
const lookedThrough = 2_000;

/** The newest `limit` claims of this author that wait for the owner's word, newest first. */
export async function ownProposals(reader: Reader, author: Did, limit: number): Promise<OwnProposal[]> {
  const found: OwnProposal[] = [];
  let before: Place | undefined;
  for (let seen = 0; seen < lookedThrough && found.length < limit; ) {
    const ops = await reader.newest({ type: "claim", before, limit: 200 });
    found.push(...(await proposedAmong(reader, author, ops)));
    const last = ops.at(-1);
    if (last === undefined) break;
    before = placeOf(last);
    seen += ops.length;
  }
  return found.slice(0, limit);
}

/** Of these ids those that are such proposals. */
export async function ownAmong(reader: Reader, author: Did, ids: readonly OpId[]): Promise<OwnProposal[]> {
  return proposedAmong(reader, author, await reader.envelopes([...new Set(ids)]));
}

async function proposedAmong(reader: Reader, author: Did, ops: readonly Envelope[]): Promise<OwnProposal[]> {
  const mine = ops.filter((op) => op.author === author && op.payload !== undefined);
  const proposed = (await reader.claims(mine.map(({ op_id }) => op_id))).filter(({ status }) => status === "proposed");
  const ids = new Set(proposed.map(({ id }) => id));
  return mine.flatMap((op) => (op.payload !== undefined && ids.has(op.op_id) ? [{ ...op, payload: op.payload }] : []));
}
