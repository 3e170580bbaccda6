/**
 * Authority again, from the recovery phrase and any replica (spec/10-recovery.md, REC-4): root fetches or finds the log, and makes this
 * home a device with a new key. Interrupted at any instant, it can be run again and goes on.
 */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { PoolError } from "../core/errors.ts";
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import { isOpId } from "../core/op/operation.ts";
import { isObject } from "../core/sync/messages.ts";
import { openSqliteStore, type Store } from "../store/index.ts";
import type { Transport } from "../transport/index.ts";
import { clearAside, withStoreAside } from "./aside.ts";
import { listDevices, type SeenDevice } from "./devices.ts";
import { type Home, makeHome, readSettings, writeSettings } from "./home.ts";
import { type AskPassphrase, type KeyPair, makeKey, ownerOf, readKeyFile, writeKeyFile } from "./key-file.ts";
import { exportLog, importLog, type LogImport } from "./log-file.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { type Node, openAs, type Platform, system } from "./open-node.ts";
import { Replica } from "./replica.ts";
import type { Secret } from "./sealed-key.ts";
import { type SyncOptions, syncWith } from "./sync-client.ts";
import { type Writer, writeDrafts } from "./write.ts";

/** Where the log comes from: a device that is served, lines of a log or backup, another home's store, or the store that is here. */
export type RecoverySource =
  | { readonly from: "peer"; readonly transport: Transport }
  | { readonly from: "lines"; readonly pool: OpId | null; readonly lines: AsyncIterable<string> }
  | { readonly from: "store"; readonly path: string }
  | { readonly from: "here" };

export interface RecoveryOptions {
  /** Root's key, as `rootOfPhrase` gives it. */
  readonly root: KeyPair;
  readonly signal?: AbortSignal;
  readonly onProgress?: SyncOptions["onProgress"];
  readonly platform?: Platform;
}

export interface Recovering {
  readonly replica: Replica;
  readonly taken: LogImport | null;
  /** Devices in good standing, but for root and the key that this home is to get: those that may be removed. */
  readonly devices: readonly SeenDevice[];
  close(): Promise<void>;
}

/**
 * Brings the log into `home`, which is no device yet, or was one whose key is lost. Rejects with `PoolError`: `usage` when the pool
 * has another root, `no_pool` where none is found, and as the source's own reading does.
 */
export async function beginRecovery(home: Home, source: RecoverySource, options: RecoveryOptions): Promise<Recovering> {
  makeHome(home);
  const store = await openSqliteStore(home.store, { onErased: () => clearAside(home) });
  try {
    const replica = new Replica(store, nativeCrypto);
    const taken = await fetchLog(home, store, replica, source, options);
    const { root } = await store.read(async (reader) => (await replica.controlLog(reader)).view());
    if (root === null) throw new PoolError("no_pool", "there is no pool in that: its genesis is not there");
    if (root !== options.root.did) {
      throw new PoolError("usage", `these words are another pool's: their root is ${options.root.did}, this pool's is ${root}`);
    }
    // A recovery that was interrupted may have added its key already: this home's own is not among the lost.
    const own = ownerOf(home.nextKey);
    const devices = (await listDevices(replica)).filter(({ key, rank, removed }) => rank > 0 && !removed && key !== own);
    return { replica, taken, devices, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function fetchLog(
  home: Home,
  store: Store,
  replica: Replica,
  source: RecoverySource,
  { signal, onProgress }: RecoveryOptions,
): Promise<LogImport | null> {
  switch (source.from) {
    case "here":
      return null;
    case "peer": {
      await adopt(store, await poolOf(source.transport));
      await syncWith(replica, source.transport, { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
      return null;
    }
    case "lines":
      if (source.pool !== null) await adopt(store, source.pool);
      return whole(await importLog(replica, source.lines, signal), signal);
    case "store":
      return withStoreAside(home, source.path, async (other) => {
        const pool = await other.read((reader) => reader.pool());
        if (pool === null) throw new PoolError("no_pool", `there is no pool in ${source.path}`);
        await adopt(store, pool);
        return whole(await importLog(replica, exportLog(new Replica(other, nativeCrypto)), signal), signal);
      });
  }
}

function whole(taken: LogImport, signal?: AbortSignal): LogImport {
  if (signal?.aborted) throw new PoolError("interrupted", "interrupted: what was taken is kept; run it again to go on");
  return taken;
}

async function adopt(store: Store, pool: OpId): Promise<void> {
  await store.write(async (tx) => {
    const present = await tx.pool();
    if (present !== null && present !== pool) throw new PoolError("usage", `this home holds another pool, ${present}`);
    await tx.setPool(pool);
  });
}

/** A device tells root which pool it is of; nobody else learns that. */
async function poolOf(transport: Transport): Promise<OpId> {
  const hello = await transport.request({ type: "hello" });
  const pool = isObject(hello) ? hello["pool"] : undefined;
  if (isOpId(pool)) return pool;
  throw new PoolError("usage", "the device there does not know these words: they are another pool's, or it is no device of yours");
}

export interface NewKey {
  readonly name: string;
  readonly passphrase: Secret | string | null;
  readonly ask: AskPassphrase;
  /** Devices that root removes at once: lost ones, of which what is known here still counts. */
  readonly remove: readonly SeenDevice[];
  /** The age recipient of the phrase. */
  readonly recipient: string;
}

/** Root adds a new key for this home, and removes others in the same batch; then the home is that device. Closes `recovering`. */
export async function finishRecovery(home: Home, recovering: Recovering, key: NewKey, options: RecoveryOptions): Promise<Node> {
  const { platform = system } = options;
  let next: KeyPair;
  try {
    next = await nextKey(home, key, platform);
    await addByRoot(recovering.replica, next, key.remove, { ...platform, ...options.root });
  } finally {
    await recovering.close();
  }
  const { name: known, ...settings } = readSettings(home);
  writeSettings(home, { ...settings, name: key.name || known, recovery: { recipient: key.recipient, confirmed: true } });
  renameSync(home.nextKey, home.deviceKey);
  const node = await openAs(home, next, platform);
  if (key.name !== "") await node.write([{ type: "note", payload: { target: next.did, name: key.name.normalize("NFC") } }]);
  return node;
}

async function addByRoot(replica: Replica, next: KeyPair, lost: readonly SeenDevice[], root: Writer): Promise<void> {
  const { devices, tips } = await replica.store.read(async (reader) => ({
    devices: (await replica.controlLog(reader)).view().devices,
    tips: await reader.chains(),
  }));
  const removals = lost.map(({ key }): Draft => {
    const own = tips.filter(({ author }) => author === key).sort((left, right) => right.tipLamport - left.tipLamport);
    return { type: "device_remove", payload: { key, last: own[0]?.tip ?? null } };
  });
  const add: Draft = { type: "device_add", payload: { key: next.did, role: "full" } };
  // Root has written nothing here since the log was brought in, and the new key nothing at all: what could be forked is root alone (REC-4).
  await replica.store.write((tx) => tx.setLocal("unproven", null));
  await writeDrafts(replica, root, [...(devices.has(next.did) ? [] : [add]), ...removals]);
}

/** The key that an interrupted recovery made, else a new one. */
async function nextKey(home: Home, { passphrase, ask }: NewKey, { random }: Platform): Promise<KeyPair> {
  if (existsSync(home.nextKey)) return readKeyFile(home.nextKey, ask);
  const key = makeKey(random);
  await writeKeyFile(home.nextKey, key, passphrase);
  return key;
}

/** The store that a path means: a home's folder, or the file itself. */
export function storeAt(path: string): string {
  const inside = join(path, "pool.db");
  return existsSync(inside) ? inside : path;
}
