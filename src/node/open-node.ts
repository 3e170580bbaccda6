/** The composition root: opens a home and wires key, store, clock and randomness together. Nothing else does. */
import { randomBytes } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { isRemoved, roleOf } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Clock, Random } from "../core/ports.ts";
import { openSqliteStore, type Transactor } from "../store/index.ts";
import { clearAside } from "./aside.ts";
import { foundPool } from "./found-pool.ts";
import { type Home, makeHome, readSettings, requireHome, writeSettings } from "./home.ts";
import { type AskPassphrase, type KeyPair, makeKey, readKeyFile, writeKeyFile } from "./key-file.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { phraseBytes, rootOfPhrase } from "./recovery-phrase.ts";
import { Replica } from "./replica.ts";
import { checkRestored, keepTip } from "./restored.ts";
import type { Secret } from "./sealed-key.ts";
import { type Writer, writeDrafts } from "./write.ts";

/** An open device: one key, one replica, one home. */
export interface Node {
  readonly home: Home;
  readonly writer: Writer;
  readonly replica: Replica;
  /** Writes drafts as this device; see `writeDrafts`. */
  write(choose: readonly Draft[] | ((tx: Transactor) => Promise<readonly Draft[]>)): Promise<OpId[]>;
  /** This device's role now; null when it is no device of the pool (yet, or any more). */
  role(): Promise<string | null>;
  close(): Promise<void>;
}

export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
}

export const system: Platform = { clock: Date.now, random: (length) => new Uint8Array(randomBytes(length)) };

/** Opens the device at `home`. Rejects with `PoolError`: `home`, `passphrase` or `storage`. */
export async function openNode(home: Home, ask: AskPassphrase, platform: Platform = system): Promise<Node> {
  requireHome(home);
  const node = await wire(home, await readKeyFile(home.deviceKey, ask), platform);
  if (!existsSync(home.nextKey)) return node;
  const next = await nextOf(node, ask);
  if (next === null) return node;
  await node.close();
  return wire(home, next, platform);
}

/** The key that this device was to go on with, when a rotation was interrupted after the old one was retired. It takes its place. */
async function nextOf({ home, replica, writer }: Node, ask: AskPassphrase): Promise<KeyPair | null> {
  const view = await replica.store.read(async (reader) => (await replica.controlLog(reader)).view());
  if (!isRemoved(view, writer.did)) return null;
  const next = await readKeyFile(home.nextKey, ask);
  if (roleOf(view, next.did) === null) return null;
  renameSync(home.nextKey, home.deviceKey);
  return next;
}

/** Wires a key that was just made part of the pool to the home that it is written to. */
export function openAs(home: Home, key: KeyPair, platform: Platform = system): Promise<Node> {
  return wire(home, key, platform);
}

export interface NewDevice {
  readonly name: string;
  /** What is to open its key file; a text is a passphrase. */
  readonly passphrase: Secret | string | null;
}

export interface NewPool extends NewDevice {
  /** What the recovery phrase stands for, which is the root key; drawn, and given back, without. */
  readonly entropy?: Uint8Array;
  /** Keeps the root key in this home, too. */
  readonly keepRoot?: boolean;
  /** Goes on with a device that was made here and has no pool yet: opens its key by this. Without, that is refused. */
  readonly ask?: AskPassphrase;
}

export interface Founded {
  readonly node: Node;
  readonly pool: OpId;
  readonly root: Did;
  /** To be shown as words (`phraseOf`) and wiped: root is nowhere else. */
  readonly entropy: Uint8Array;
}

/** Founds a pool at `home`, with this device as its first, `full`. Rejects with `PoolError("home")` when there is one. */
export async function initNode(home: Home, device: NewPool, platform: Platform = system): Promise<Founded> {
  const goesOn = device.ask !== undefined && existsSync(home.deviceKey);
  const node = goesOn ? await openNode(home, device.ask, platform) : await newDevice(home, device, platform);
  try {
    if ((await node.replica.store.read((reader) => reader.pool())) !== null) {
      throw new PoolError("home", `${home.folder} holds a pool already`);
    }
    const entropy = device.entropy ?? platform.random(phraseBytes);
    const root = rootOfPhrase(entropy);
    if (device.keepRoot) await writeKeyFile(home.rootKey, root, device.passphrase);
    const pool = await foundPool(node.replica, { ...platform, ...root }, { key: node.writer.did, role: "full" });
    root.seed.fill(0);
    return { node, pool, root: root.did, entropy };
  } catch (error) {
    await node.close();
    throw error;
  }
}

/** Makes a device without a pool, or opens the one that was made before: it joins by its first sync. */
export async function newDevice(home: Home, device: NewDevice, platform: Platform = system): Promise<Node> {
  makeHome(home);
  if (existsSync(home.deviceKey)) throw new PoolError("home", `${home.folder} holds a device already`);
  const key = makeKey(platform.random);
  await writeKeyFile(home.deviceKey, key, device.passphrase);
  writeSettings(home, { ...readSettings(home), name: device.name });
  return wire(home, key, platform);
}

async function wire(home: Home, key: KeyPair, platform: Platform): Promise<Node> {
  const store = await openSqliteStore(home.store, { onErased: () => clearAside(home) });
  await checkRestored(home, store, key.did);
  const node = nodeOver(home, { ...platform, ...key }, new Replica(store, nativeCrypto));
  return {
    ...node,
    async close() {
      await node.close();
      key.seed.fill(0);
    },
  };
}

/** The device of `writer` on this replica. */
export function nodeOver(home: Home, writer: Writer, replica: Replica): Node {
  return {
    home,
    writer,
    replica,
    async write(choose) {
      const ids = await writeDrafts(replica, writer, choose);
      const newest = ids.at(-1);
      if (newest) keepTip(home, newest);
      return ids;
    },
    role: () => replica.store.read(async (reader) => roleOf((await replica.controlLog(reader)).view(), writer.did)),
    close: () => replica.store.close(),
  };
}
