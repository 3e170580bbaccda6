/** Serves a device that takes another one in: over the network, encrypted, with the code beside what it serves its own devices. */
import { X509Certificate } from "node:crypto";
import { findingDigits } from "../core/pair/code.ts";
import { answer, grantServerOf, type Inviting, invite, type Node, nativeCrypto, pairingLinkText, readSettings } from "../node/index.ts";
import { fingerprintOf } from "../transport/fingerprint.ts";
import { announcePairing, isLoopbackHost, networkAddresses } from "../transport/index.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { startServer } from "./start-server.ts";

export interface PairingOptions {
  readonly role: string;
  /** The address to listen at; every network of this machine without. */
  readonly host?: string | undefined;
  /** The port; 7411, or another when that is taken, without. */
  readonly port?: number | undefined;
}

export interface ShownPairing {
  readonly inviting: Inviting;
  readonly link: string;
  /** Where the new device reaches this one. */
  readonly url: string;
  /** The new device finds this one by the digits alone. */
  readonly announced: boolean;
  close(): Promise<void>;
}

const usualPort = 7411;

/** Rejects with what `invite` rejects with, and with `usage` when it can't listen there. */
export async function showPairing(node: Node, { role, host: asked, port }: PairingOptions): Promise<ShownPairing> {
  const [address] = networkAddresses();
  const host = asked ?? (address === undefined ? "127.0.0.1" : "0.0.0.0");
  const tls = isLoopbackHost(host) ? undefined : selfSignedCertificate(address ?? host);
  const channel = tls ? fingerprintOf(new X509Certificate(tls.cert)) : "";
  const inviting = await invite(node, { role, channel });
  try {
    const server = await serve(node, inviting, { host, port, ...(tls ? { tls } : {}) });
    const url = host === "0.0.0.0" && address !== undefined ? `https://${address}:${server.port}` : server.url;
    const announced = tls === undefined ? null : await announcePairing(findingDigits(inviting.code), server.port).catch(() => null);
    return {
      inviting,
      link: pairingLinkText({ code: inviting.code, node: node.writer.did, url }),
      url,
      announced: announced !== null,
      async close() {
        inviting.close();
        await announced?.close();
        await server.close();
      },
    };
  } catch (error) {
    inviting.close();
    throw error;
  }
}

type Place = { readonly host: string; readonly port: number | undefined; readonly tls?: { readonly cert: string; readonly key: string } };

async function serve(node: Node, inviting: Inviting, { port, ...place }: Place) {
  const { name } = readSettings(node.home);
  const { did, seed, clock, random } = node.writer;
  const self = { did, ...(name ? { name } : {}), ...grantServerOf(node) };
  const start = (at: number) =>
    startServer({
      handler: async (message, key) => inviting.answer(message, key) ?? answer(node.replica, self, message, key, { asText: true }),
      knows: (key) => node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view().devices.has(key as never)),
      self: { did, seed },
      crypto: nativeCrypto,
      clock,
      random,
      port: at,
      ...place,
    });
  if (port !== undefined) return start(port);
  return start(usualPort).catch(() => start(0)); // `fablepool serve` may be running beside it
}
