/** A connection to where a server's address leads, below HTTP. */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { HttpTarget } from "./authority.ts";

/**
 * With TLS but for `http://`. It is there at `connected(target)`. Certificates are not checked, and self-signed ones will do (section 7):
 * whether this one will is for the caller to say.
 */
export function openSocket({ origin }: HttpTarget): Socket {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (protocol === "http:") return connectTcp({ host, port: Number(port || 80) });
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(port || 443), rejectUnauthorized: false, ALPNProtocols: ["http/1.1"], ...servername });
}

/** The event at which a socket to `target` can be used. */
export function connected({ origin }: HttpTarget): "connect" | "secureConnect" {
  return origin.startsWith("https:") ? "secureConnect" : "connect";
}

/** sha-256 in lower-case hex of the certificate that the other side showed; null without TLS. */
export function certificateOf(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase() ?? "";
}
