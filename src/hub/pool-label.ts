/** A pool's name in DNS, `<label>.hub.example`: the 32 bytes of its id in base32 (RFC 4648), lower case, without padding. */
import { base32nopad } from "@scure/base";
import { fromHex, toHex } from "../core/bytes.ts";
import type { OpId } from "../core/op/operation.ts";

export function labelOf(pool: OpId): string {
  return base32nopad.encode(fromHex(pool.slice("op:".length)) ?? new Uint8Array()).toLowerCase();
}

/** An authority as the pool that its first label names, and the rest; null when that label names none. */
export function readLabel(authority: string): { readonly pool: OpId; readonly rest: string } | null {
  const [, label = "", rest = ""] = /^([a-z2-7]{52})\.(.+)$/.exec(authority) ?? [];
  if (label === "") return null;
  try {
    return { pool: `op:${toHex(base32nopad.decode(label.toUpperCase()))}` as OpId, rest };
  } catch {
    return null; // the last character has bits that 32 bytes have not
  }
}
