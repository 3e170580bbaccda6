/** What this node answers to a `hello` (SYN-3, SYN-18, SYN-21, SYN-22), in one snapshot of its store. */
import { registryHash } from "../core/claim/predicates.ts";
import { limits } from "../core/limits.ts";
import type { JsonObject } from "../core/ports.ts";
import { tipsOf } from "../core/sync/heads.ts";
import { hostExtension } from "../core/sync/hosting.ts";
import { extensions, protocol } from "../core/sync/messages.ts";
import type { Reader } from "../store/index.ts";
import type { AnswerOptions, Caller, ServerIdentity } from "./caller.ts";
import { headsIn } from "./heads-for.ts";
import { heldIn } from "./held.ts";
import { goOnAfter, incompleteIn } from "./incomplete.ts";
import { opsSince } from "./ops-since.ts";
import type { Replica } from "./replica.ts";

/** What `hello` states this server takes. */
export const serverLimits = {
  want: limits.want,
  push_ops: limits.pushOps,
  message_bytes: limits.messageBytes,
  frontier: limits.frontier,
};

export async function hello(
  replica: Replica,
  self: ServerIdentity,
  caller: Caller,
  message: JsonObject,
  options: AnswerOptions,
): Promise<object> {
  const greeting = { protocol, node: self.did };
  if (caller.party === "stranger" || caller.party === "grantee") return { type: "hello", ...greeting };
  const ofReplica = caller.party === "replica";
  const hosting = ofReplica ? await hostingOf(self) : {};
  const same = ofReplica ? message["same"] : undefined;
  const found = await replica.store.read(async (reader) => {
    const doubt = ofReplica ? await reader.local("unproven") : null;
    const forReplicas = { ...hosting, ...(doubt === null ? {} : { unproven: true }) };
    const isSame = same !== undefined && same === (await heldIn(replica, reader));
    if (isSame) return { isSame, forReplicas };
    const incomplete = ofReplica ? await incompleteIn(reader) : null;
    const since = typeof same === "string" ? await sinceThen(replica, reader, same, message, options) : {};
    return {
      isSame,
      forReplicas,
      since,
      incomplete,
      pool: await reader.pool(),
      heads: await headsIn(replica, reader, caller, incomplete?.ids),
    };
  });
  const { forReplicas } = found;
  if (found.isSame) return { type: "hello", ...greeting, same: true, ...forReplicas };
  const { since, incomplete, pool, heads } = found;
  if (incomplete !== null) await goOnAfter(replica, incomplete);
  const { name, live, certificate } = self;
  const more = [...(live ? ["live/1"] : []), ...(self.hosting ? [hostExtension] : [])];
  return {
    type: "hello",
    ...since,
    ...greeting,
    ...(name ? { name } : {}),
    pool,
    registry: registryHash(replica.crypto.sha256Hex),
    extensions: [...extensions, ...more],
    limits: serverLimits,
    ...(certificate ? { certificate } : {}),
    ...forReplicas,
    heads,
  };
}

/** The first page of what came after the moment at which this node held what has the hash `same`; nothing when that moment is not remembered. */
async function sinceThen(
  replica: Replica,
  reader: Reader,
  same: string,
  { extensions: theirs }: JsonObject,
  options: AnswerOptions,
): Promise<object> {
  const { sha256Hex } = replica.crypto;
  const tips = replica.heldBefore.tipsAt(same, sha256Hex, registryHash(sha256Hex));
  if (tips === null) return {};
  const log = await replica.controlLog(reader);
  const authors = Object.fromEntries([...tipsOf(log.chains.values()).keys()].map((author) => [author, tips.get(author) ?? []]));
  const form = Array.isArray(theirs) && theirs.includes("runs/1") ? { runs: true } : {};
  const question = { authors, limit: limits.pageOpsFirst, bytes: limits.helloBytes, ...form };
  const { type: _ops, unknown, ...page } = await opsSince(reader, log, question, options);
  return unknown.length === 0 ? page : {}; // else the store is another than it was: somebody put a backup in its place
}

async function hostingOf({ hosting }: ServerIdentity): Promise<object> {
  return hosting ? { hosting: await hosting() } : {};
}
