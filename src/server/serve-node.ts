/** An open device as the service that its other devices and its grantees ask. */
import type { Did } from "../core/crypto/did-key.ts";
import { type Admissions, answer, grantServerOf, type Node, nativeCrypto, readSettings } from "../node/index.ts";
import type { ServiceOptions } from "./sync-service.ts";
import { type SyncService, syncService } from "./sync-service.ts";

export interface ServeOptions {
  readonly host: string;
  readonly authorities?: readonly string[];
  readonly tls?: { readonly cert: string; readonly key: string };
  /** SHA-256 of the certificate, 64 hex digits: `hello` names it. */
  readonly certificate?: string | undefined;
  /** Told when a key that is known has asked for something and was answered; must not throw. */
  readonly onHeard?: (key: string, at: number) => void;
}

/** What `syncService` and `startServer` need of a device. Roles that may not serve are answered by the node itself. */
export function serviceOptionsOf(node: Node, admissions: Admissions, options: ServeOptions): ServiceOptions {
  const { name } = readSettings(node.home);
  const { certificate, onHeard, host, authorities, tls } = options;
  const names = { ...(name ? { name } : {}), ...(certificate ? { certificate } : {}) };
  const self = { did: node.writer.did, live: true, ...names, ...grantServerOf(node) };
  return {
    handler: (message, key) => answer(node.replica, self, message, key, { asText: true }),
    knows: (key) => isKnown(node, key as Did),
    self: { did: node.writer.did, seed: node.writer.seed },
    crypto: nativeCrypto,
    clock: node.writer.clock,
    random: node.writer.random,
    host,
    news: admissions,
    ...(authorities ? { authorities } : {}),
    ...(tls ? { tls } : {}),
    ...(onHeard ? { onRequest: ({ key, status }) => key !== null && status < 300 && onHeard(key, node.writer.clock()) } : {}),
  };
}

export function serviceOf(node: Node, admissions: Admissions, options: ServeOptions): SyncService {
  return syncService(serviceOptionsOf(node, admissions, options));
}

/** A key's of a device, removed or not, or of a grantee. */
function isKnown({ replica }: Node, key: Did): Promise<boolean> {
  return replica.store.read(async (reader) => {
    return (await replica.controlLog(reader)).view().devices.has(key) || (await reader.grantsTo(key)).length > 0;
  });
}
