/** `ops_since` of heads/1 (section 7): what is not on the chains that the client has, in (lamport, op_id) order. */
import type { Position } from "../core/admission/chains.ts";
import type { ControlLog } from "../core/admission/control-log.ts";
import { RawJson } from "../core/codec/raw-json.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { type Envelope, type Place, payloadRequired, placeOf } from "../core/op/operation.ts";
import { inRuns } from "../core/op/run.ts";
import type { JsonObject } from "../core/ports.ts";
import { type Part, partsBeyond } from "../core/sync/heads.ts";
import { isObject, readCount, readIds, readPlace } from "../core/sync/messages.ts";
import type { Reader } from "../store/index.ts";

export interface OpsReply {
  readonly type: "ops";
  readonly ops: readonly object[];
  readonly more: boolean;
  readonly last?: readonly [lamport: number, id: string];
  /** Authors of whom the client named an id that is not here. */
  readonly unknown: readonly Did[];
}

/** `asText`: items of `ops` are `RawJson` where that spares reading them. */
export async function opsSince(reader: Reader, log: ControlLog, message: JsonObject, { asText = false } = {}): Promise<OpsReply> {
  const authors = readVectors(message, "authors") ?? new Map();
  const locators = readVectors(message, "locators") ?? new Map();
  const after = readPlace(message, "after");
  const limit = readCount(message, "limit", limits.pageOps);
  const bytes = readCount(message, "bytes", limits.syncBatchBytes);
  const unknown: Did[] = [];
  const parts: Part[] = [];
  for (const [author, ids] of new Map([...authors, ...locators])) {
    const here = await reader.known(ids);
    const known: Position[] = [...here.values()].filter((info) => info.author === author);
    if (known.length < ids.length && !locators.has(author)) unknown.push(author);
    else parts.push(...partsBeyond(log.chains, author, known));
  }
  const bare = message["headers"] === true;
  const runs = message["runs"] === true;
  if (asText && !bare) {
    const { json, ids, last } = await reader.orderedJson({ after, limit, bytes, parts }, { runs });
    // Where all of the parts was read nothing comes after it, and nothing need be looked up.
    const all = parts.reduce((sum, part) => sum + part.upTo - part.after, 0);
    const more = last !== null && ids.length < all && (await anyAfter(reader, parts, last));
    return { type: "ops", ops: json.map((text) => new RawJson(text)), more, ...lastOf(runs, last), unknown };
  }
  // headers/1: most of what is read is not sent, so that more is read for a page.
  const ops = await reader.ordered({ after, limit: limit + 1, bytes: bare ? bytes * limits.headersReadFactor : bytes, parts });
  // One more than asked for tells whether there is more; fewer than the limit were cut by bytes, or are all.
  const page = ops.slice(0, limit);
  const end = page.at(-1);
  const last = end === undefined ? null : placeOf(end);
  const more = last !== null && (ops.length > limit || (await anyAfter(reader, parts, last)));
  const sent = bare ? page.map(withoutPayload) : page;
  return { type: "ops", ops: runs ? inRuns(sent) : sent, more, ...lastOf(runs, last), unknown };
}

/** A run does not say the id of its last operation, after which the next page begins. */
function lastOf(isTold: boolean, last: Place | null): { readonly last?: readonly [number, string] } {
  return isTold && last !== null ? { last: [last.lamport, last.id] } : {};
}

/** An operation as headers/1 sends it: with its payload only where it can't be admitted without. */
function withoutPayload(envelope: Envelope): Envelope {
  if (payloadRequired.has(envelope.type)) return envelope;
  const { salt: _salt, payload: _payload, ...rest } = envelope;
  return rest;
}

async function anyAfter(reader: Reader, parts: readonly Part[], after: Place): Promise<boolean> {
  return (await reader.ordered({ after, limit: 1, parts })).length > 0;
}

function readVectors(message: JsonObject, name: string): Map<Did, ReturnType<typeof readIds>> | null {
  const value = message[name];
  if (value === undefined) return null;
  if (!isObject(value)) throw new PoolError("bad_request", `"${name}" must be an object of op_id lists`);
  const vectors = new Map<Did, ReturnType<typeof readIds>>();
  let total = 0;
  for (const author of Object.keys(value)) {
    const ids = readIds(value, author);
    total += ids.length + 1;
    if (total > limits.frontier) throw new PoolError("too_large", `"${name}" names over ${limits.frontier} authors and ids`);
    vectors.set(author as Did, [...new Set(ids)]);
  }
  return vectors;
}
