/** Payloads of the control operations: closed member lists (section 5). */
import { type Did, decodeDidKey } from "../crypto/did-key.ts";
import { isAcceptableKey } from "../crypto/ed25519-rule.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import type { JsonObject } from "../ports.ts";

export interface ControlPayload {
  readonly key: Did;
  readonly role: string;
  readonly last: OpId | null;
}

/** Reads the payload of a `genesis`, `device_add` or `device_remove`, or says in words what is wrong with it. */
export function readControlPayload(type: string, payload: JsonObject): ControlPayload | string {
  const names = type === "genesis" ? ["owner"] : type === "device_add" ? ["key", "role"] : ["key", "last"];
  for (const name of names) if (!Object.hasOwn(payload, name)) return `member "${name}" is missing`;
  for (const name of Object.keys(payload)) if (!names.includes(name)) return `unknown member ${JSON.stringify(name)}`;
  const key = payload[names[0] as string];
  if (!isAcceptableDid(key)) return `"${names[0]}" must be a did:key that passes the check of section 2`;
  const { role, last } = payload;
  if (type === "device_add" && typeof role !== "string") return `"role" must be a string`;
  if (type === "device_remove" && last !== null && !isOpId(last)) return `"last" must be an op_id or null`;
  return { key, role: typeof role === "string" ? role : "", last: isOpId(last) ? last : null };
}

/** A `did:key` inside a payload passes the same check as an author (section 2). */
export function isAcceptableDid(value: unknown): value is Did {
  if (typeof value !== "string") return false;
  const bytes = decodeDidKey(value);
  return bytes !== null && isAcceptableKey(bytes);
}
