/** A connection to where a server's address leads, below HTTP. */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { HttpTarget } from "./authority.ts";
import { fingerprintOf } from "./fingerprint.ts";

/**
 * With TLS but for `http://`. It is there at `connected(target)`. Certificates are not checked, and self-signed ones will do (section 7):
 * whether this one will is for the caller to say.
 */
export function openSocket(target: HttpTarget): Socket {
  const { hostname, port } = new URL(target.origin);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (!isSecure(target)) return connectTcp({ host, port: Number(port || 80) });
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(port || 443), rejectUnauthorized: false, ALPNProtocols: ["http/1.1"], ...servername });
}

/** Whether there is TLS on the way to it. */
export function isSecure({ origin }: HttpTarget): boolean {
  return origin.startsWith("https:");
}

/** The event at which a socket to `target` can be used. */
export function connected(target: HttpTarget): "connect" | "secureConnect" {
  return isSecure(target) ? "secureConnect" : "connect";
}

/** sha-256 in lower-case hex of the certificate that the other side showed; null without TLS. */
export function certificateOf(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? "" : fingerprintOf(certificate);
}
