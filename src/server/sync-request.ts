/** A request to `/fpl-sync/1` as its header shows it. */
import type { IncomingMessage } from "node:http";
import { normalAuthority } from "../transport/authority.ts";

export interface SyncRequest {
  readonly incoming: IncomingMessage;
  readonly method: string;
  /** As RFC 9421 normalises it; null when there is none, two, or none that is well-formed. */
  readonly authority: string | null;
  /** With the query, if there is one. */
  readonly path: string;
  readonly contentDigest: string | null;
  readonly signature: string | null;
  readonly signatureInput: string | null;
  readonly fplTo: string | null;
  /** Of the other end of the connection. */
  readonly address: string;
}

/** `proxied`: whoever is at the other end of the connection tells, last in `X-Forwarded-For`, for whom it asks. */
export function readRequest(incoming: IncomingMessage, secure: boolean, proxied = false): SyncRequest {
  const target = incoming.url ?? "";
  const [, named, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [null, null, target]; // RFC 9112: absolute form wins over Host
  const hosts = incoming.headersDistinct["host"] ?? [];
  const host = named ?? (hosts.length === 1 ? hosts[0] : undefined);
  return {
    incoming,
    method: incoming.method ?? "",
    authority: host === undefined ? null : normalAuthority(host, secure),
    path: path ?? "",
    contentDigest: field(incoming, "content-digest"),
    signature: field(incoming, "signature"),
    signatureInput: field(incoming, "signature-input"),
    fplTo: field(incoming, "fpl-to"),
    address:
      (proxied ? field(incoming, "x-forwarded-for")?.split(",").at(-1)?.trim() : undefined) ?? incoming.socket.remoteAddress ?? "unknown",
  };
}

/** All lines of a field, joined as RFC 9421 section 2.1 joins them. Text outside ASCII can't be signed: it counts as no text at all. */
export function field(incoming: IncomingMessage, name: string): string | null {
  const lines = incoming.headersDistinct[name];
  if (lines === undefined) return null;
  const whole = lines.map((line) => line.trim()).join(", ");
  return /^[\x20-\x7e]*$/.test(whole) ? whole : "";
}
