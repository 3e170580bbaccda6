/** The messages that a grantee sends, at the grantor's side (section 8). */
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { isObject } from "../../core/sync/messages.ts";
import type { Replica } from "../replica.ts";
import { type Writer, writeDrafts } from "../write.ts";
import { type Serving, servePull, type WriteServed } from "./pull.ts";
import { serveReceipt } from "./receipt.ts";

/** Something asked under a grant by a key that has no such grant here. */
export interface Attempt {
  readonly at: number;
  readonly key: string | null;
  readonly type: string;
  /** The grant it named, when that was an id. */
  readonly grant: OpId | null;
}

export interface GrantServer {
  /** The serving device: it signs slices, and writes what it served. None are served without. */
  readonly writer?: Writer;
  /** Told of what was refused to a key that asked under a grant; must not throw. Such attempts enter no log (section 8). */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Told of the newest operation that serving made this device write, once it is durable; must not throw. */
  readonly onWritten?: (id: OpId) => void;
}

/** Types of messages that name a grant. */
export const aboutGrants: ReadonlySet<string> = new Set(["delegate_pull", "purge_receipt", "holdings_request"]);

/**
 * Answers `delegate_pull` and `purge_receipt` of `key`; null when it is to be refused, as for an unknown grant. Rejects with
 * `PoolError("bad_request")` for members of another form.
 */
export async function serveGrantee(replica: Replica, server: GrantServer, message: JsonObject, key: string | null): Promise<object | null> {
  const { writer } = server;
  const write: WriteServed = async (choose) => {
    const [id] = await writeDrafts(replica, writer as Writer, choose).catch(asNotYet);
    if (id !== undefined) server.onWritten?.(id);
    return id;
  };
  const reply = writer === undefined || key === null ? null : await replyTo({ replica, writer, write }, message, key).catch(asRefused);
  if (reply === null) noteAttempt(server, message, key);
  return reply;
}

/** A restored store writes nothing before it has synced: to a grantee that is a server that can't store now, and no more of its business. */
function asNotYet(error: unknown): never {
  if (!(error instanceof PoolError && error.code === "stale")) throw error;
  throw new PoolError("storage", "this node serves no slices before it has synced", {}, { cause: error });
}

/** A device that may not write any more, being removed or of another role now, serves no grant: it refuses as for an unknown one. */
function asRefused(error: unknown): null {
  if (!(error instanceof PoolError && error.code === "role")) throw error;
  return null;
}

async function replyTo(serving: Serving, message: JsonObject, key: string): Promise<object | null> {
  if (message["type"] === "purge_receipt") return serveReceipt(serving, key, message["receipt"]);
  const { grant_id, grantee, nonce } = message;
  if (!isOpId(grant_id)) throw new PoolError("bad_request", `"grant_id" must be an op_id`);
  if (typeof nonce !== "string" || nonce.length < 1 || nonce.length > 128) {
    throw new PoolError("bad_request", `"nonce" must be a text of 1 to 128 characters`);
  }
  return grantee === key ? servePull(serving, { grant: grant_id, grantee: key, nonce }) : null;
}

/** Tells the node of an attempt. */
export function noteAttempt({ writer, onAttempt }: GrantServer, message: JsonObject, key: string | null): void {
  if (writer === undefined) return;
  onAttempt?.({ at: writer.clock(), key, type: String(message["type"]), grant: grantNamed(message) });
}

function grantNamed({ grant_id, receipt }: JsonObject): OpId | null {
  const named: Json | undefined = grant_id ?? (isObject(receipt) ? receipt["grant"] : undefined);
  return isOpId(named) ? named : null;
}
