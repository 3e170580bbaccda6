/** `host` (HOS-5): an owner's device brings a pool to the hub, with an invitation of its operator. Asked again it is answered the same. */
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Clock, JsonObject } from "../core/ports.ts";
import { type HostingRefusal, hostingRefused } from "../core/sync/hosting.ts";
import { type ErrorReply, refusal } from "../core/sync/messages.ts";
import type { Hosted } from "./hub.ts";
import { type HubSecret, poolKey } from "./hub-secret.ts";
import { notServed } from "./not-served.ts";
import type { RegistryDatabase, Sql } from "./registry/database.ts";
import { addHosted, findHosted } from "./registry/hosted.ts";
import { findInvitation, hashOfToken, takeInvitation } from "./registry/invitations.ts";

export interface JoiningOptions {
  readonly secret: HubSecret;
  readonly registry: RegistryDatabase;
  readonly clock: Clock;
  /** Whether a key is root, or a `full` device in force, of a pool that is active here. */
  readonly isOwner: (pool: OpId, key: Did) => Promise<boolean>;
}

/** The pool as it is hosted from now on, or why it is not. */
export async function bringPool(
  options: JoiningOptions,
  { pool, invitation }: { readonly pool: OpId; readonly invitation: string },
  registrant: Did,
): Promise<Hosted | JsonObject> {
  const { registry } = options;
  const here = await findHosted(registry, { pool });
  if (here !== null && (here.registrant === registrant || (here.state === "active" && (await options.isOwner(pool, registrant))))) {
    return here.state === "suspended" || here.state === "leaving" ? notServed(here, here.state) : here;
  }
  const token = hashOfToken(invitation);
  try {
    return await registry.atomically((sql) => takeDown(sql, options, { pool, token, registrant }));
  } catch (error) {
    if (error instanceof NotTaken) return { ...error.reply };
    throw error;
  }
}

/** Uses the invitation up and notes the pool, both or neither. */
async function takeDown(
  sql: Sql,
  { secret, clock }: JoiningOptions,
  { pool, token, registrant }: { readonly pool: OpId; readonly token: string; readonly registrant: Did },
): Promise<Hosted> {
  const now = clock();
  const taken = await takeInvitation(sql, token, pool, now);
  if (taken === null) throw new NotTaken(await refusedInvitation(sql, token, now));
  const { role, label, quota } = taken;
  const { did } = poolKey(secret, { pool, since: now });
  const hosted: Hosted = { pool, did, role, state: "joining", registrant, label, notice: "", quota, since: now };
  if (await addHosted(sql, hosted)) return hosted;
  const here = await findHosted(sql, { pool });
  throw new NotTaken(here?.state === "joining" ? hostingRefused("joining", "another device is bringing that pool here") : refusal);
}

/** Rolls back what was begun. */
class NotTaken extends PoolError {
  readonly reply: ErrorReply;

  constructor(reply: ErrorReply) {
    super("unauthorized", reply.error);
    this.reply = reply;
  }
}

async function refusedInvitation(sql: Sql, token: string, now: number): Promise<ErrorReply> {
  const found = await findInvitation(sql, token);
  const why: HostingRefusal =
    found === null ? "invitation" : found.used !== null ? "used" : found.expires <= now ? "expired" : "invitation";
  return hostingRefused(why, invitationTexts[why]);
}

const invitationTexts = {
  invitation: "this hub made no such invitation",
  used: "this invitation was used",
  expired: "this invitation is over",
} as const;
