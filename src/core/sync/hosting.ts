/** host/1 (spec/11-hosting.md): messages by which a hub is asked to hold a pool, and to let it go, with their readers for both sides. */
import { type Did, decodeDidKey } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { type ErrorReply, errorReply, expectReply, isObject } from "./messages.ts";

export const hostExtension = "host/1";

/** What a hub may be in a pool. */
export const hostRoles = ["mirror", "full"] as const;
export type HostRole = (typeof hostRoles)[number];

export type HostingRequest =
  /** Asked of the hub's front: to hold this pool. `invitation` is its token. */
  | { readonly type: "host"; readonly invitation: string; readonly pool: OpId }
  /** Asked of the hub's device in the pool: to delete all that it holds of it. */
  | { readonly type: "unhost"; readonly pool: OpId };

/** Throws `PoolError`: `bad_request` for a member that is missing or malformed, `unknown_type` for another message. */
export function readHostingRequest(message: Json): HostingRequest {
  if (!isObject(message)) throw new PoolError("bad_request", "message must be a JSON object");
  const { type, pool, invitation } = message;
  if (type !== "host" && type !== "unhost")
    throw new PoolError("unknown_type", `unknown message type: ${(JSON.stringify(type) ?? "none").slice(0, 100)}`);
  if (!isOpId(pool)) throw new PoolError("bad_request", `"pool" must be the op_id of a genesis`);
  if (type === "unhost") return { type, pool };
  if (!isToken(invitation)) throw new PoolError("bad_request", `"invitation" must be a token of 32 lower-case hex digits`);
  return { type, invitation, pool };
}

export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

/** How many operations, and bytes of their envelopes, a hub holds of a pool at most; null for as many as there are. */
export interface Quota {
  readonly operations: number | null;
  readonly bytes: number | null;
}

/** What a hub agrees to. */
export interface HostingTerms {
  /** Its device in the pool. */
  readonly node: Did;
  /** The role in which the owner is to add that device. */
  readonly role: HostRole;
  readonly quota: Quota;
}

export function hostedReply({ node, role, quota }: HostingTerms): JsonObject {
  return { type: "hosted", node, role, quota: { operations: quota.operations, bytes: quota.bytes } };
}

/** Throws `PoolError("peer")` for a reply of another form, or with what the hub refused it for in `details`. */
export function readHosted(reply: Json): HostingTerms {
  const { node, role, quota } = expectReply(reply, "hosted");
  const bad = (name: string) => new PoolError("peer", `the hub's answer has no "${name}" as spec/11-hosting.md has it`);
  if (typeof node !== "string" || decodeDidKey(node) === null) throw bad("node");
  if (role !== "mirror" && role !== "full") throw bad("role");
  const read = readQuota(quota);
  if (read === null) throw bad("quota");
  return { node: node as Did, role, quota: read };
}

export type HostingState = "joining" | "active";

/** What a hub's `hello` says of the pool, to those who may read all of it. */
export interface HostingTold {
  readonly role: HostRole;
  readonly state: HostingState;
  readonly quota: Quota;
  /** What counts against the quota. */
  readonly used: { readonly operations: number; readonly bytes: number };
  /** When each device was answered there last, ms since the epoch, to the minute; null when the hub does not say. */
  readonly seen: ReadonlyMap<string, number> | null;
}

export function hostingMember({ role, state, quota, used, seen }: HostingTold): JsonObject {
  const { operations, bytes } = used;
  return { role, state, quota: { ...quota }, used: { operations, bytes }, ...(seen ? { seen: Object.fromEntries(seen) } : {}) };
}

/** The member `hosting` of a `hello`; null when the node is no hub, or says it in another form. */
export function readHosting(hello: JsonObject): HostingTold | null {
  const { hosting } = hello;
  if (!isObject(hosting)) return null;
  const { role, state, used } = hosting;
  const quota = readQuota(hosting["quota"]);
  const { operations, bytes } = isObject(used) ? used : {};
  if ((role !== "mirror" && role !== "full") || (state !== "joining" && state !== "active")) return null;
  if (quota === null || !isCount(operations) || !isCount(bytes)) return null;
  return { role, state, quota, used: { operations, bytes }, seen: readSeen(hosting["seen"]) };
}

function readSeen(value: Json | undefined): Map<string, number> | null {
  if (!isObject(value)) return null;
  return new Map(Object.entries(value).flatMap(([did, at]) => (isCount(at) ? [[did, at] as const] : [])));
}

function readQuota(value: Json | undefined): Quota | null {
  if (!isObject(value)) return null;
  const { operations, bytes } = value;
  if ((operations !== null && !isCount(operations)) || (bytes !== null && !isCount(bytes))) return null;
  return { operations, bytes };
}

function isCount(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Why a hub says no. `invitation`: it made no such one. `used`, `expired`: of the invitation. `joining`: another device is bringing
 * that pool. `suspended`: it does not serve the pool now. `leaving`: it deletes the pool, or has no room of that name any more.
 */
export type HostingRefusal = "invitation" | "used" | "expired" | "joining" | "suspended" | "leaving";

const refusals: readonly HostingRefusal[] = ["invitation", "used", "expired", "joining", "suspended", "leaving"];

/** An `unauthorized` that says nothing about the standing of the key that asked: `why` tells it from a removal. */
export function hostingRefused(why: HostingRefusal, text: string): ErrorReply & { readonly why: HostingRefusal } {
  return { ...errorReply("unauthorized", text), why };
}

/** Why a hub refused; null for everything else, a removed device's refusal included. */
export function hostingRefusalOf(details: Readonly<Record<string, unknown>>): HostingRefusal | null {
  return refusals.find((each) => each === details["why"]) ?? null;
}
