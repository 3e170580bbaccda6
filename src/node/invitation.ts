/** What a new device must be told to join: which pool, which node to ask, and where it is. It holds no secret. */
import { decodeDidKey } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { isOpId, type OpId } from "../core/op/operation.ts";

export interface Invitation {
  readonly pool: OpId;
  /** The node that must answer. */
  readonly node: string;
  /** Empty when it is not known yet. */
  readonly url: string;
}

/** `fablepool:<64 hex>?node=did:key:…&url=http://…` */
export function invitationText({ pool, node, url }: Invitation): string {
  return `fablepool:${pool.slice(3)}?node=${node}${url === "" ? "" : `&url=${encodeURI(url)}`}`;
}

/** Reads an invitation; throws `PoolError("usage")` that says what is wrong with it. */
export function parseInvitation(text: string): Invitation {
  const [, digits = "", query = ""] = /^fablepool:([^?]*)\?(.*)$/.exec(text.trim()) ?? [];
  const members = new URLSearchParams(query);
  const pool = `op:${digits}`;
  const node = members.get("node") ?? "";
  if (!isOpId(pool)) throw new PoolError("usage", "that is no invitation: it begins with fablepool: and the 64 hex digits of a pool");
  if (decodeDidKey(node) === null) throw new PoolError("usage", "the invitation names no node: it is cut off; put it in quotes");
  return { pool, node, url: members.get("url") ?? "" };
}
