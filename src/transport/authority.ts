/** Names of servers: `@authority` as RFC 9421 normalises it, and which of them never leave this machine. */
import { PoolError } from "../core/errors.ts";
import { syncPath } from "./covered-components.ts";

/** Lower case, without the scheme's own port; null when `host` is no host with or without a port. */
export function normalAuthority(host: string, secure: boolean): string | null {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::(\d{0,5}))?$/.exec(host.toLowerCase());
  if (parts === null) return null;
  const [, name = "", port = ""] = parts;
  return port === "" || port === (secure ? "443" : "80") ? name : `${name}:${port}`;
}

/** A host without port, an IPv6 address with or without brackets. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

export interface HttpTarget {
  /** `https://home.example:8443` */
  readonly origin: string;
  readonly authority: string;
  readonly loopback: boolean;
}

/** Where a person's URL leads. Throws `usage` for anything but an origin, or one that would be spoken to in the clear across a network. */
export function httpTarget(text: string): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new PoolError("usage", `not an http:// or https:// address: ${text.slice(0, 200)}`);
  }
  const bare = url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (!bare || (url.pathname !== "/" && url.pathname !== syncPath)) {
    throw new PoolError("usage", `a node's address is just scheme, host and port: ${url.protocol}//${url.host}`);
  }
  const loopback = isLoopbackHost(url.hostname);
  if (url.protocol === "http:" && !loopback) {
    throw new PoolError("usage", `http:// would send memories in the clear: use https://${url.host} (a self-signed certificate will do)`);
  }
  return { origin: url.origin, authority: url.host, loopback };
}
