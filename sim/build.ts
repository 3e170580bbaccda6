/**
 * What a simulated device is built of. `production` is the real thing, unchanged. A canary wraps one part of it from
 * outside, so that no flag for it stands in the code that is tested.
 */
import type { Crypto } from "../src/core/ports.ts";
import type { ServerIdentity } from "../src/node/caller.ts";
import type { Delegate } from "../src/node/delegate/open-delegate.ts";
import { Replica } from "../src/node/replica.ts";
import { answer } from "../src/node/sync-server.ts";
import type { Store } from "../src/store/index.ts";
import type { Handler, Transport } from "../src/transport/index.ts";
import type { Disk } from "./disk.ts";

export interface Build {
  crypto(crypto: Crypto): Crypto;
  /** The store that a replica is given, on a disk. */
  store(store: Store, disk: Disk): Store;
  replica(store: Store, crypto: Crypto): Replica;
  handler(replica: Replica, self: ServerIdentity): Handler;
  client(transport: Transport): Transport;
  delegate(delegate: Delegate): Delegate;
  /** What the disk loses when its process dies. */
  crashed(disk: Disk): void;
}

export const production: Build = {
  crypto: (crypto) => crypto,
  store: (store) => store,
  replica: (store, crypto) => new Replica(store, crypto),
  handler: (replica, self) => (message, key) => answer(replica, self, message, key),
  client: (transport) => transport,
  delegate: (delegate) => delegate,
  crashed: () => undefined,
};
