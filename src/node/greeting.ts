/** What this node answers to a `hello` (SYN-3, SYN-18, SYN-21, SYN-22), in one snapshot of its store. */
import type { ControlLog } from "../core/admission/control-log.ts";
import { registryHash } from "../core/claim/predicates.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { limits } from "../core/limits.ts";
import type { Json, JsonObject } from "../core/ports.ts";
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
const serverLimits = {
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
  const who = caller.party === "replica" && caller.key !== null ? caller.key : null;
  const hosting = who === null ? {} : await hostingOf(self);
  const same = who === null ? undefined : message["same"];
  const found = await replica.store.read(async (reader) => {
    const doubt = who === null ? null : await reader.local("unproven");
    const forReplicas = { ...hosting, ...(doubt === null ? {} : { unproven: true }) };
    const isSame = same !== undefined && same === (await heldIn(replica, reader));
    const log = await replica.controlLog(reader);
    const since = isSame || who === null ? {} : await sinceThen(replica, reader, log, { ...message, who }, options);
    if (who !== null) replica.heldBefore.note(who, log.chains.values());
    if (isSame) return { isSame, forReplicas };
    const incomplete = who === null ? null : await incompleteIn(reader);
    const heads = await headsIn(replica, reader, caller, incomplete?.ids);
    return { isSame, forReplicas, since, incomplete, pool: await reader.pool(), heads };
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

/** The first page of what came after the moment whose hash `same` is; nothing when that is not remembered of `who`. */
async function sinceThen(
  replica: Replica,
  reader: Reader,
  log: ControlLog,
  { who, same, extensions: theirs }: { readonly who: Did; readonly same?: Json; readonly extensions?: Json },
  options: AnswerOptions,
): Promise<object> {
  if (typeof same !== "string") return {};
  const { sha256Hex } = replica.crypto;
  const tips = replica.heldBefore.tipsAt(who, same, sha256Hex, registryHash(sha256Hex));
  if (tips === null) return {};
  const authors = Object.fromEntries([...tipsOf(log.chains.values()).keys()].map((author) => [author, tips.get(author) ?? []]));
  const form = Array.isArray(theirs) && theirs.includes("runs/1") ? { runs: true } : {};
  const question = { authors, limit: limits.pageOpsFirst, bytes: limits.helloBytes, ...form };
  const { type: _ops, unknown, ...page } = await opsSince(reader, log, question, options);
  return unknown.length === 0 ? page : {}; // else the store is another than it was: somebody put a backup in its place
}

async function hostingOf({ hosting }: ServerIdentity): Promise<object> {
  return hosting ? { hosting: await hosting() } : {};
}
