/**
 * Finding, on the local network, the device that shows a pairing code: DNS-based service discovery over multicast DNS (RFC 6762, 6763), service
 * `_fablepool._tcp`. It is on only while a code is shown or looked for, and tells port and finding digits, nothing of the pool. It proves
 * nothing: whoever answers has to show that it holds the code.
 */
import { networkInterfaces } from "node:os";
import type { MulticastDNS, QueryPacket, ResponsePacket } from "multicast-dns";
import { PoolError } from "../core/errors.ts";

const service = "_fablepool._tcp.local";
const seconds = 120;
const askEveryMs = 500;

/** Addresses of this machine on networks, IPv4, the likeliest first; empty when it is on none. */
export function networkAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
}

export interface Announcement {
  close(): Promise<void>;
}

/** Answers whoever looks for these finding digits, until it is closed. Rejects with `network` where nothing can be announced. */
export async function announcePairing(digits: string, port: number): Promise<Announcement> {
  const sockets = await openSockets();
  const instance = `pair-${digits}-${port}.${service}`;
  const host = `fablepool-${digits}-${port}.local`;
  for (const { dns, address } of sockets) {
    dns.on("query", (query: QueryPacket) => {
      if (!query.questions?.some(({ name, type }) => name === service && (type === "PTR" || String(type) === "ANY"))) return;
      dns.respond({
        answers: [{ name: service, type: "PTR", ttl: seconds, data: instance }],
        additionals: [
          { name: instance, type: "SRV", ttl: seconds, data: { port, target: host } },
          { name: instance, type: "TXT", ttl: seconds, data: [`pair=${digits}`] },
          { name: host, type: "A", ttl: seconds, data: address },
        ],
      });
    });
  }
  return { close: () => closeSockets(sockets) };
}

/** Addresses `https://host:port` at which somebody says to show a code with these digits, each once, as they are found, until `signal` fires. */
export async function* findPairing(digits: string, signal: AbortSignal): AsyncGenerator<string> {
  const sockets = await openSockets();
  const found: string[] = [];
  const seen = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const ended = () => wake.resolve();
  for (const { dns } of sockets) {
    dns.on("response", (response: ResponsePacket, from: { readonly address: string }) => {
      const port = portOf(response, digits);
      const url = `https://${from.address}:${port}`;
      if (port === null || seen.has(url) || seen.size >= foundMax) return;
      seen.add(url);
      found.push(url);
      wake.resolve();
    });
  }
  const ask = () => {
    for (const { dns } of sockets) dns.query({ questions: [{ name: service, type: "PTR" }] });
  };
  const timer = setInterval(ask, askEveryMs);
  signal.addEventListener("abort", ended);
  ask();
  try {
    while (!signal.aborted) {
      const url = found.shift();
      if (url !== undefined) yield url;
      else {
        wake = Promise.withResolvers<void>();
        await wake.promise;
      }
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", ended);
    await closeSockets(sockets);
  }
}

/** Answers that are looked at: a home has few devices that show a code at once, and a joker on the network many. */
const foundMax = 8;

/** The port that a response names for these digits; null when it is about something else, or malformed. */
function portOf({ answers, additionals }: ResponsePacket, digits: string): number | null {
  const records = [...(answers ?? []), ...(additionals ?? [])].slice(0, 64);
  for (const record of records) {
    if (record.type !== "SRV" || !record.name.endsWith(service) || !record.name.startsWith(`pair-${digits}-`)) continue;
    const { port } = record.data;
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  }
  return null;
}

interface BoundSocket {
  readonly address: string;
  readonly dns: MulticastDNS;
}

/** One socket an interface: a machine with two networks is found on both. Loopback alone where there is none. */
async function openSockets(): Promise<BoundSocket[]> {
  const { default: multicastDns } = await import("multicast-dns"); // loaded only while pairing
  const addresses = networkAddresses();
  const opened = (addresses.length > 0 ? addresses : ["127.0.0.1"]).map(async (address): Promise<BoundSocket> => {
    const dns = multicastDns({ interface: address, bind: "0.0.0.0", reuseAddr: true });
    const ready = Promise.withResolvers<void>();
    dns
      .once("ready", ready.resolve)
      .on("error", ready.reject)
      .on("warning", () => undefined); // a packet that is none: not for us
    await ready.promise;
    return { address, dns };
  });
  const done = await Promise.allSettled(opened);
  const sockets = done.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = done.find((each) => each.status === "rejected");
  if (sockets.length > 0) return sockets;
  throw new PoolError(
    "network",
    `can't look around on the local network: ${failed?.reason instanceof Error ? failed.reason.message : "no reason given"}`,
  );
}

async function closeSockets(sockets: readonly BoundSocket[]): Promise<void> {
  await Promise.all(sockets.map(({ dns }) => new Promise<void>((resolve) => dns.destroy(() => resolve()))));
}
