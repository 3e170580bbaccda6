import { isIPv4, isIPv6 } from "node:net";

/** The 4 or 16 bytes of an IP address, with or without brackets or zone; an IPv4 address mapped into IPv6 has 4. Null when `text` is none. */
export function ipBytes(text: string): Uint8Array | null {
  const bare = text.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  if (isIPv4(bare)) return Uint8Array.from(bare.split("."), Number);
  if (!isIPv6(bare)) return null;
  const [head = "", tail] = bare.split("::");
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  const bytes = Uint8Array.from([...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]));
  return isMappedIPv4(bytes) ? bytes.subarray(12) : bytes;
}

/** One name for all addresses that one host surely has: an IPv6 host has a /64. */
export function networkOf(address: string): string {
  return ipBytes(address)?.subarray(0, 8).join(".") ?? address;
}

/** The 16-bit groups of one side of `::`, the last two of which may be written as an IPv4 address. */
function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function isMappedIPv4(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => (index < 10 ? byte === 0 : index >= 12 || byte === 0xff));
}
