/**
 * The hub's secret, and the keys that follow from it: one a pool, so that what is seen of two pools does not show that one hub
 * has both, and one for strangers. No process holds anything else that another would need, and no key is in the database.
 */
import { hkdfSync } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { encodeDidKey } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Random } from "../core/ports.ts";
import { type KeyPair, nativeCrypto } from "../node/index.ts";
import type { Hosted } from "./hub.ts";

export type HubSecret = Uint8Array;

/** The device of this hub in a pool that it hosts since then: a pool that left and comes again needs another, a removed key never comes back (DEV-14). */
export function poolKey(secret: HubSecret, { pool, since }: Pick<Hosted, "pool" | "since">): KeyPair {
  return derived(secret, `fablepool.hub.device.v1\n${pool}\n${since}`);
}

/** Who answers where no pool is meant: strangers, and those who bring a pool. */
export function frontKey(secret: HubSecret): KeyPair {
  return derived(secret, "fablepool.hub.front.v1\n");
}

function derived(secret: HubSecret, info: string): KeyPair {
  const seed = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), info, 32));
  return { seed, did: encodeDidKey(nativeCrypto.ed25519.publicKey(seed)) };
}

/** Writes a new secret, for its owner alone; rejects with `PoolError("home")` rather than replace one: with it every pool would lose its device. */
export function makeHubSecret(path: string, random: Random): HubSecret {
  const secret = random(secretBytes);
  const beside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(beside, `${Buffer.from(secret).toString("base64url")}\n`, { mode: 0o600, flush: true });
    linkSync(beside, path); // whole or not at all, and in nobody's place
  } catch (error) {
    const why = existsSync(path) ? "there is a file already" : error instanceof Error ? error.message : String(error);
    throw new PoolError("home", `can't write a new secret to ${path}: ${why}`, {}, { cause: error });
  } finally {
    rmSync(beside, { force: true });
  }
  return secret;
}

/** Throws `PoolError("home")` when there is none, when others than its owner and group may read it, or when it is no secret of 32 bytes. */
export function readHubSecret(path: string): HubSecret {
  if (!existsSync(path)) throw new PoolError("home", `there is no hub secret at ${path}: \`fablepool hub init\` makes one`);
  if ((statSync(path).mode & 0o027) !== 0) throw new PoolError("home", `others may read or change ${path}: chmod 600 ${path}`);
  const text = readFileSync(path, "utf8").trim();
  const secret = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : /^[\w-]{43}$/.test(text) ? Buffer.from(text, "base64url") : null;
  if (secret?.length !== secretBytes)
    throw new PoolError("home", `${path} holds no hub secret: 32 bytes in base64url or hex, and nothing else`);
  return new Uint8Array(secret);
}

const secretBytes = 32;
