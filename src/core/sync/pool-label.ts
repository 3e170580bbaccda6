/** The first label of a name by which a pool is asked for at a hub (spec/11-hosting.md): for wildcard DNS, where nothing else names it. */
import { fromHex, toHex } from "../bytes.ts";
import { isOpId, type OpId } from "../op/operation.ts";

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** The 32 bytes of the id in base32 (RFC 4648, section 6), lower case, without padding: 52 characters. */
export function poolLabel(pool: OpId): string {
  const bits = [...(fromHex(pool.slice(3)) ?? [])].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/** The pool that an authority (lower case) names by its first label; null when that is no such label. */
export function poolOfAuthority(authority: string): OpId | null {
  const [label = ""] = authority.split(".", 1);
  if (!/^[a-z2-7]{52}$/.test(label)) return null;
  const bits = [...label].map((character) => alphabet.indexOf(character).toString(2).padStart(5, "0")).join("");
  const bytes = Array.from({ length: 32 }, (_, index) => Number.parseInt(bits.slice(8 * index, 8 * index + 8), 2));
  const pool = `op:${toHex(Uint8Array.from(bytes))}`;
  return isOpId(pool) && poolLabel(pool) === label ? pool : null;
}
