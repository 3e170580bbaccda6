/** `POST /fpl-host/1` (spec, page 11): an owner's device brings a pool to the hub, with an invitation of its operator. */
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { isOpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { errorReply, errorReplyOf, isObject } from "../core/sync/messages.ts";
import type { Hosted } from "./hub.ts";
import { type HubSecret, poolKey } from "./hub-secret.ts";
import type { RegistryDatabase } from "./registry/database.ts";
import { addHosted, findHosted } from "./registry/hosted.ts";
import { hashOfToken, takeInvitation } from "./registry/invitations.ts";
import { answerStranger } from "./stranger.ts";

export interface JoiningOptions {
  /** Who answers. */
  readonly front: Did;
  readonly secret: HubSecret;
  readonly registry: RegistryDatabase;
  readonly clock: () => number;
}

/** Answers one message of `key`. Never rejects. */
export async function answerHost(options: JoiningOptions, message: Json, key: string | null): Promise<JsonObject> {
  try {
    if (!isObject(message)) return { ...errorReply("bad_request", "message must be a JSON object") };
    if (key === null || message["type"] === "hello") return answerStranger(options.front, message);
    if (message["type"] !== "host") return { ...errorReply("unknown_type", "only hello and host are understood here") };
    return hostedReply(await host(options, message, key as Did));
  } catch (error) {
    return { ...errorReplyOf(error) };
  }
}

/** Takes a pool in under an invitation; the same device may ask again, and is answered the same. Throws `unauthorized` for everybody else. */
async function host({ secret, registry, clock }: JoiningOptions, message: JsonObject, registrant: Did): Promise<Hosted> {
  const { pool, invitation } = message;
  if (!isOpId(pool)) throw new PoolError("bad_request", `"pool" must be an op_id`);
  if (typeof invitation !== "string" || invitation === "" || invitation.length > tokenCharacters) {
    throw new PoolError("bad_request", `"invitation" must be a text of 1 to ${tokenCharacters} characters`);
  }
  const here = await findHosted(registry, { pool });
  if (here !== null) return goOn(here, registrant);
  return registry.atomically(async (sql) => {
    const now = clock();
    const taken = await takeInvitation(sql, hashOfToken(invitation), pool, now);
    if (taken === null)
      throw new PoolError("unauthorized", "this invitation is not known, was used, or is over: ask the operator for another");
    const { role, label, quota } = taken;
    const { did } = poolKey(secret, pool);
    const hosted: Hosted = { pool, did, role, state: "joining", registrant, label, notice: "", quota, since: now };
    if (!(await addHosted(sql, hosted))) throw new PoolError("unauthorized", takenText);
    return hosted;
  });
}

/** It was asked before, and the answer may have been lost. */
function goOn(hosted: Hosted, registrant: Did): Hosted {
  if (hosted.registrant !== registrant || hosted.state === "leaving") throw new PoolError("unauthorized", takenText);
  return hosted;
}

function hostedReply({ pool, did, role, state, quota }: Hosted): JsonObject {
  return { type: "hosted", pool, node: did, role, state, quota: { ...quota } };
}

const takenText = "this hub has that pool already, brought by another device";
const tokenCharacters = 200;
