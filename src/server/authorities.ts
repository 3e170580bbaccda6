/** By which names this server may be asked (section 7: else 421). A page in a browser can make a name of its own point here; no other check stops it. */
import type { Socket } from "node:net";
import { isLoopbackHost, normalAuthority } from "../transport/authority.ts";
import { ipBytes } from "./ip-address.ts";

export type AuthorityCheck = (authority: string, socket: Pick<Socket, "localAddress" | "localPort">) => boolean;

/**
 * A function that knows, for the port that a connection came in at,
 * - the configured names, alone or with the port;
 * - the host that the server listens on, with the port;
 * - the address that the connection came in at, with the port, so that listening on all addresses needs no list;
 * - for a connection from this machine, the names of loopback with the port.
 */
export function authorityCheck(host: string, authorities: readonly string[], secure: boolean): AuthorityCheck {
  const alone = new Set(authorities.map((name) => normalAuthority(bracketed(name), secure)));
  const names = [host, ...authorities];
  return (authority, { localAddress = "", localPort = 0 }) => {
    if (alone.has(authority)) return true;
    const local = textOf(localAddress);
    const withPort = [...names, local, ...(isLoopbackHost(local) ? loopbackNames : [])];
    return withPort.some((name) => normalAuthority(`${bracketed(name)}:${localPort}`, secure) === authority);
  };
}

/** An IPv6 address as it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(":") && ipBytes(host) !== null && !host.startsWith("[") ? `[${host}]` : host;
}

const loopbackNames = ["localhost", "127.0.0.1", "::1"];

/** A connection over IPv4 to a socket that listens on both shows as `::ffff:…`. */
function textOf(address: string): string {
  const bytes = ipBytes(address);
  return bytes?.length === 4 ? bytes.join(".") : address;
}
