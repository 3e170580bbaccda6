/** The server's side of fpl-sync/1 (section 7): stateless between requests, and never taken down by a message. */
import type { Chain } from "../core/admission/chains.ts";
import type { ControlLog } from "../core/admission/control-log.ts";
import { mayAuthor } from "../core/admission/device-view.ts";
import { registryHash } from "../core/claim/predicates.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { prevOf } from "../core/op/create.ts";
import { comparePlaces, controlTypes, type Envelope, isOpId, type OpId } from "../core/op/operation.ts";
import { countOps } from "../core/op/run.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { mayAsk, mayPush, mayRead, messageTypes, type Party, partyOf } from "../core/sync/authorise.ts";
import { headsMessage, tipsOf } from "../core/sync/heads.ts";
import { hostExtension } from "../core/sync/hosting.ts";
import { errorReply, errorReplyOf, extensions, isObject, protocol, readCount, readIds, readList, refusal } from "../core/sync/messages.ts";
import type { Reader } from "../store/index.ts";
import { aboutGrants, type GrantServer, noteAttempt, serveGrantee } from "./delegation/serve.ts";
import { ingestOps } from "./ingest.ts";
import { opsSince } from "./ops-since.ts";
import type { Replica } from "./replica.ts";
import { heldBy, nextIncomplete } from "./sync-client.ts";

export interface ServerIdentity extends GrantServer {
  readonly did: Did;
  readonly name?: string;
  /** Whether connections are kept here (live/1). */
  readonly live?: boolean;
  /** sha-256 in hex of the certificate that this server shows, when it has one itself. */
  readonly certificate?: string;
  /** Of a hub: what it tells of the pool (HOS-10) to those who may ask for everything. */
  readonly hosting?: () => Promise<JsonObject>;
}

/** Who asks, and what this node knows of it in this snapshot. */
export interface Caller {
  readonly key: Did | null;
  readonly party: Party;
}

/** What `hello` states this server takes. */
export const serverLimits = {
  want: limits.want,
  push_ops: limits.pushOps,
  message_bytes: limits.messageBytes,
  frontier: limits.frontier,
};

export interface AnswerOptions {
  /** Items of long lists may be `RawJson`: the caller writes the reply by `messageText` or `messageParts`. */
  readonly asText?: boolean;
  /** A key that is answered as a replica's, whatever the log says: of whoever brings a pool to a hub, while the log is on its way. */
  readonly brings?: Did | null;
}

/** Answers one message of `key` (null: unsigned). Never rejects: whatever is thrown becomes an `error` reply. */
export async function answer(
  replica: Replica,
  self: ServerIdentity,
  message: Json,
  key: string | null,
  options: AnswerOptions = {},
): Promise<JsonObject> {
  try {
    return (await dispatch(replica, self, message, key as Did | null, options)) as JsonObject;
  } catch (error) {
    return errorReplyOf(error) as unknown as JsonObject;
  }
}

async function dispatch(replica: Replica, self: ServerIdentity, message: Json, key: Did | null, options: AnswerOptions): Promise<object> {
  if (!isObject(message)) return errorReply("bad_request", "message must be a JSON object");
  const caller: Caller = key !== null && key === options.brings ? { key, party: "replica" } : await callerOf(replica, key);
  const type = message["type"];
  const known = typeof type === "string" && messageTypes.has(type);
  // What nobody knows is refused to those that may not even greet.
  if (!mayAsk(caller.party, known ? type : "hello")) {
    if (known && aboutGrants.has(type)) noteAttempt(self, message, key);
    return refusal;
  }
  if (!known) return errorReply("unknown_type", `unknown message type: ${(JSON.stringify(type) ?? "none").slice(0, 100)}`);
  switch (type) {
    case "hello":
      return hello(replica, self, caller, message["same"]);
    case "frontier":
      return frontier(replica, message);
    case "ops_request":
      return opsRequest(replica, caller, message);
    case "push":
      return push(replica, caller, message);
    case "heads":
      await settle(replica, caller, message);
      return { type: "heads", ...(await headsFor(replica, caller)) };
    case "ops_since":
      return replica.store.read(async (reader) => opsSince(reader, await replica.controlLog(reader), message, options));
    case "delegate_pull":
    case "purge_receipt":
      return (await serveGrantee(replica, self, message, key)) ?? refusal;
    default:
      return refusal;
  }
}

async function callerOf(replica: Replica, key: Did | null): Promise<Caller> {
  return replica.store.read(async (reader) => {
    const party = partyOf((await replica.controlLog(reader)).view(), key);
    const granted = party === "stranger" && key !== null && (await reader.grantsTo(key)).length > 0;
    return { key, party: granted ? "grantee" : party };
  });
}

async function hello(replica: Replica, self: ServerIdentity, caller: Caller, same: Json | undefined): Promise<object> {
  const greeting = { type: "hello", protocol, node: self.did };
  if (caller.party === "stranger" || caller.party === "grantee") return greeting;
  const [pool, doubt] = await replica.store.read(async (reader) => [await reader.pool(), await reader.local("unproven")]);
  const forReplicas = caller.party === "replica" ? { ...(await hostingOf(self)), ...(doubt === null ? {} : { unproven: true }) } : {};
  if (same !== undefined && caller.party === "replica" && same === (await heldBy(replica)))
    return { ...greeting, same: true, ...forReplicas };
  const heads = await headsFor(replica, caller);
  const registry = registryHash(replica.crypto.sha256Hex);
  const { name, live, certificate, hosting } = self;
  const more = [...(live ? ["live/1"] : []), ...(hosting ? [hostExtension] : [])];
  return {
    ...greeting,
    ...(name ? { name } : {}),
    pool,
    registry,
    extensions: [...extensions, ...more],
    limits: serverLimits,
    ...(certificate ? { certificate } : {}),
    ...forReplicas,
    heads,
  };
}

async function hostingOf({ hosting }: ServerIdentity): Promise<object> {
  return hosting ? { hosting: await hosting() } : {};
}

/** A replica of ours that has synced names what this node wrote, as far as it knows: with all of that here, the store may be written to again. */
async function settle(replica: Replica, { party }: Caller, message: JsonObject): Promise<void> {
  if (message["yours"] === undefined || party !== "replica") return;
  const yours = readIds(message, "yours", limits.want);
  if ((await replica.store.read((reader) => reader.local("unproven"))) === null) return;
  await replica.store.write(async (tx) => {
    if ((await tx.local("unproven")) !== null && (await tx.known(yours)).size === new Set(yours).size) await tx.setLocal("unproven", null);
  });
}

async function frontier(replica: Replica, message: JsonObject): Promise<object> {
  const after = message["after"];
  if (after !== undefined && !isOpId(after)) throw new PoolError("bad_request", `"after" must be an op_id`);
  const paged = after !== undefined || message["limit"] !== undefined;
  const limit = paged ? readCount(message, "limit", limits.frontierPage) : limits.frontier;
  return replica.store.read(async (reader) => {
    const op_ids = await reader.idsAfter(after ?? null, paged ? limit : limit + 1);
    if (op_ids.length > limit) {
      throw new PoolError("too_large", `over ${limit} operations do not fit in one frontier: ask for pages with "after" and "limit"`);
    }
    return { type: "frontier", protocol, op_ids, lamport: highestLamport(await reader.chains()) };
  });
}

async function opsRequest(replica: Replica, caller: Caller, message: JsonObject): Promise<object> {
  const want = readIds(message, "want", limits.want);
  return replica.store.read(async (reader) => {
    const ops: Envelope[] = [];
    let bytes = 0;
    for (const id of want) {
      const [envelope] = await reader.envelopes([id]);
      if (!envelope || !mayRead(caller.party, caller.key, { author: envelope.author, control: controlTypes.has(envelope.type) })) continue;
      bytes +=
        JSON.stringify(envelope).length * 2 > limits.syncBatchBytes ? limits.syncBatchBytes : Buffer.byteLength(JSON.stringify(envelope));
      if (bytes > limits.messageBytes - 65_536) return { type: "ops", ops, more: true };
      ops.push(envelope);
    }
    return { type: "ops", ops };
  });
}

async function push(replica: Replica, caller: Caller, message: JsonObject): Promise<object> {
  const ops = readList(message, "ops");
  if (countOps(ops) > limits.pushOps) throw new PoolError("too_large", `a push holds at most ${limits.pushOps} operations here`);
  for (const op of ops) {
    const { author, type } = isObject(op) ? op : {};
    if (!mayPush(caller.party, caller.key, { author, control: controlTypes.has(String(type)) })) return refusal;
  }
  const { accepted, rejected, deferred } = await ingestOps(replica, ops);
  const want = caller.party === "replica" ? await nextIncomplete(replica) : [];
  const waiting = deferred.filter(({ waitsFor }) => waitsFor === null).map(({ id }) => id);
  return {
    type: "push_result",
    accepted,
    rejected,
    deferred: deferred.map(({ id }) => id),
    want: [...new Set([...waiting, ...want])].slice(0, limits.want),
  };
}

/** All heads for a replica; for the others, what they need to write their next operation (section 7). */
async function headsFor(replica: Replica, caller: Caller): Promise<JsonObject> {
  const incomplete = caller.party === "replica" ? await nextIncomplete(replica) : [];
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    if (caller.party === "replica") {
      const chains = [...log.chains.values()];
      return headsMessage({ authors: tipsOf(chains), lamport: highestLamport(chains), incomplete });
    }
    return reducedHeads(reader, log, caller.key as Did, caller.party === "answering");
  });
}

function highestLamport(chains: readonly Chain[]): number {
  return chains.reduce((highest, { tipLamport }) => Math.max(highest, tipLamport), 0);
}

async function reducedHeads(reader: Reader, log: ControlLog, key: Did, answering: boolean): Promise<JsonObject> {
  const chains = [...log.chains.values()].filter(({ author }) => author === key);
  const own = chains.map(({ tip, tipSeq, tipLamport }) => ({ id: tip, seq: tipSeq, lamport: tipLamport })).sort(comparePlaces);
  const tip = own.at(-1) ?? null;
  const all = await reader.heads();
  const infos = await reader.known([...all.map(({ id }) => id), ...(tip ? [tip.id] : [])]);
  const asDevice = (chosen: readonly OpId[]) => {
    const prev = [...(tip ? [tip.id] : []), ...chosen].flatMap((id) => infos.get(id) ?? []);
    return mayAuthor(log.viewOf(log.pastOf(prev)), key, answering) === null;
  };
  const heads = prevOf(all, tip?.id ?? null, asDevice, limits.prev - 1);
  const named = [...heads.flatMap((id) => infos.get(id) ?? []), ...own];
  const lamport = named.reduce((highest, each) => Math.max(highest, each.lamport), 0);
  const control = [...log.controls.keys()].sort();
  return { authors: own.length > 0 ? { [key]: own.map(({ seq, id }) => [seq, id]) } : {}, lamport, heads, control };
}
