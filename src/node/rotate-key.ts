/** A new key for this device, and another lock on its key files. */
import { existsSync, renameSync } from "node:fs";
import { isRemoved, roleOf } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import { assistantKeyPaths } from "./assistants/record.ts";
import { namesOf } from "./devices.ts";
import type { Home } from "./home.ts";
import { type AskPassphrase, type KeyPair, lockOf, makeKey, readKeyFile, replaceKeyFile } from "./key-file.ts";
import type { Node } from "./open-node.ts";
import type { Secret } from "./sealed-key.ts";
import { type Writer, writeDrafts } from "./write.ts";

export interface Rotated {
  readonly from: Did;
  readonly to: Did;
}

/**
 * Adds a new key of the same role, retires this device's own, and puts the new one in its place; close the node then. Interrupted
 * at any instant, the device goes on with one key or the other, and the next rotation finishes. By its own word an old key is
 * retired for all that it does knowing of it; one that somebody else may have is stopped by `root` alone.
 * Rejects with `PoolError("role")` when this device may not add devices.
 */
export async function rotateKey(node: Node, ask: AskPassphrase, root: Writer | null = null): Promise<Rotated> {
  const { home, replica, writer } = node;
  const { view, name } = await replica.store.read(async (reader) => ({
    view: (await replica.controlLog(reader)).view(),
    name: (await namesOf(reader)).get(writer.did),
  }));
  const role = roleOf(view, writer.did);
  if (role !== "full") throw new PoolError("role", `only a full device rotates its key; this one is ${role ?? "no device of a pool"}`);
  const next = await nextKey(home, ask, writer);
  let last = null;
  if (!view.devices.has(next.did) || isRemoved(view, next.did)) {
    const note = { type: "note", payload: { target: next.did, ...(name === undefined ? {} : { name }) } };
    [, last] = await node.write([note, { type: "device_add", payload: { key: next.did, role } }]);
  }
  last ??= await ownTip(node);
  const removal = { type: "device_remove", payload: { key: writer.did, last } };
  if (root) await writeDrafts(replica, root, [removal]);
  else await node.write([removal]);
  renameSync(home.nextKey, home.deviceKey);
  next.seed.fill(0);
  return { from: writer.did, to: next.did };
}

/** The one that an interrupted rotation made, else a new one, locked as this device's key is. */
async function nextKey(home: Home, ask: AskPassphrase, { random }: Writer): Promise<KeyPair> {
  if (existsSync(home.nextKey)) return readKeyFile(home.nextKey, ask);
  const lock = lockOf(home.deviceKey);
  const text = lock === null ? null : await ask(home.deviceKey, lock.unlock);
  const key = makeKey(random);
  await replaceKeyFile(home.nextKey, key, lock === null || text === null ? null : { by: lock.unlock, text });
  return key;
}

async function ownTip({ replica, writer }: Node) {
  const chains = await replica.store.read((reader) => reader.chains());
  return chains.filter(({ author }) => author === writer.did).sort((left, right) => right.tipLamport - left.tipLamport)[0]?.tip ?? null;
}

/**
 * Locks this device's key files, root's too when it is kept here, and its assistants', by another secret; by none with null. Rejects with
 * `PoolError("passphrase")` when what opens them now is not given. Interrupted between two files, it can be run again.
 */
export async function changeLock(home: Home, ask: AskPassphrase, secret: Secret | null): Promise<string[]> {
  const changed: string[] = [];
  for (const path of [home.rootKey, home.nextKey, ...assistantKeyPaths(home), home.deviceKey]) {
    if (path !== home.deviceKey && !existsSync(path)) continue;
    const key = await readKeyFile(path, ask).catch((error) => {
      const isChanged = error instanceof PoolError && error.code === "passphrase" && secret !== null && lockOf(path)?.unlock === secret.by;
      if (!isChanged) throw error;
      return readKeyFile(path, async () => secret.text).catch(() => Promise.reject(error));
    });
    await replaceKeyFile(path, key, secret);
    key.seed.fill(0);
    changed.push(path);
  }
  return changed;
}
