/** The server's side of fpl-sync/1 (section 7): it remembers what its devices held (SYN-22) and nothing else, and no message takes it down. */
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { comparePlaces, controlTypes, type Envelope, isOpId, type OpId, placeOf } from "../core/op/operation.ts";
import { countOps, inRuns } from "../core/op/run.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { mayAsk, mayPush, mayRead, messageTypes } from "../core/sync/authorise.ts";
import { highestLamport } from "../core/sync/heads.ts";
import { errorReply, errorReplyOf, isObject, protocol, readCount, readIds, readList, refusal } from "../core/sync/messages.ts";
import { type AnswerOptions, type Caller, callerOf, type ServerIdentity } from "./caller.ts";
import { aboutGrants, noteAttempt, serveGrantee } from "./delegation/serve.ts";
import { hello } from "./greeting.ts";
import { headsFor } from "./heads-for.ts";
import { goOnAfter, incompleteIn } from "./incomplete.ts";
import { ingestOps } from "./ingest.ts";
import { opsSince } from "./ops-since.ts";
import type { Replica } from "./replica.ts";

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
      return hello(replica, self, caller, message, options);
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
      return replica.store.read(async (reader) => {
        const log = await replica.controlLog(reader);
        const reply = await opsSince(reader, log, message, options);
        if (!reply.more && caller.key !== null) replica.heldBefore.note(caller.key, log.chains.values());
        return reply;
      });
    case "delegate_pull":
    case "purge_receipt":
      return (await serveGrantee(replica, self, message, key)) ?? refusal;
    default:
      return refusal;
  }
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
  const reply = (ops: readonly Envelope[], more: object = {}) => {
    return { type: "ops", ops: message["runs"] === true ? inRuns(ops.toSorted(inOrder)) : ops, ...more };
  };
  return replica.store.read(async (reader) => {
    const ops: Envelope[] = [];
    let bytes = 0;
    for (const id of want) {
      const [envelope] = await reader.envelopes([id]);
      if (!envelope || !mayRead(caller.party, caller.key, { author: envelope.author, control: controlTypes.has(envelope.type) })) continue;
      bytes +=
        JSON.stringify(envelope).length * 2 > limits.syncBatchBytes ? limits.syncBatchBytes : Buffer.byteLength(JSON.stringify(envelope));
      if (bytes > limits.messageBytes - 65_536) return reply(ops, { more: true });
      ops.push(envelope);
    }
    return reply(ops);
  });
}

function inOrder(left: Envelope, right: Envelope): number {
  return comparePlaces(placeOf(left), placeOf(right));
}

async function push(replica: Replica, caller: Caller, message: JsonObject): Promise<object> {
  const ops = readList(message, "ops");
  if (countOps(ops) > limits.pushOps) throw new PoolError("too_large", `a push holds at most ${limits.pushOps} operations here`);
  for (const op of ops) {
    const { author, type } = isObject(op) ? op : {};
    if (!mayPush(caller.party, caller.key, { author, control: controlTypes.has(String(type)) })) return refusal;
  }
  const { accepted, rejected, deferred } = await ingestOps(replica, ops);
  const want = caller.party === "replica" ? await wantOf(replica, caller.key) : [];
  const waiting = deferred.filter(({ waitsFor }) => waitsFor === null).map(({ id }) => id);
  return {
    type: "push_result",
    accepted,
    rejected,
    deferred: deferred.map(({ id }) => id),
    want: [...new Set([...waiting, ...want])].slice(0, limits.want),
  };
}

/** What this node lacks, when a replica pushed: then that one may hold the same. */
async function wantOf(replica: Replica, key: Did | null): Promise<readonly OpId[]> {
  const page = await replica.store.read(async (reader) => {
    if (key !== null) replica.heldBefore.note(key, (await replica.controlLog(reader)).chains.values());
    return incompleteIn(reader);
  });
  return goOnAfter(replica, page);
}
