/** A delegate: a node that needs no pool. It has a key, a register, and a cache a grant. This is where they are wired together. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Authority } from "../../core/capability/authority.ts";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Clock, Json, Random } from "../../core/ports.ts";
import { nodeSqlite, type OpenDriver } from "../../store/index.ts";
import { type Home, makeHome, readSettings, writeSettings } from "../home.ts";
import { type AskPassphrase, type KeyPair, makeKey, readKeyFile, writeKeyFile } from "../key-file.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { type NewDevice, type Platform, system } from "../open-node.ts";
import { SliceCache } from "./cache.ts";
import { finishPurges } from "./purge.ts";
import { Register, type RegisterRows } from "./register.ts";

export interface Delegate {
  readonly home: Home;
  readonly key: KeyPair;
  readonly clock: Clock;
  readonly random: Random;
  readonly register: Register;
  /** To be touched inside `register.transact` alone. */
  cache(grant: OpId): SliceCache;
  /** Who may speak for a pool, by all that was shown of it; null for a pool of which nothing was. */
  authority(rows: RegisterRows, pool: OpId | null): Authority | null;
  close(): Promise<void>;
}

export interface DelegateOptions {
  readonly platform?: Platform;
  readonly driver?: OpenDriver;
}

/**
 * Makes the key of a delegate at `home`, unless a device's is there: then that one is the delegate's, too. Rejects with
 * `PoolError("home")`.
 */
export async function initDelegate(home: Home, { name, passphrase }: NewDevice, platform: Platform = system): Promise<void> {
  makeHome(home);
  if (existsSync(home.deviceKey)) return;
  await writeKeyFile(home.deviceKey, makeKey(platform.random), passphrase);
  writeSettings(home, { ...readSettings(home), name });
}

/** Opens the delegate at `home`, and finishes what a crash interrupted. Rejects with `PoolError`: `home`, `passphrase`, `storage`. */
export async function openDelegate(home: Home, ask: AskPassphrase, options: DelegateOptions = {}): Promise<Delegate> {
  if (!existsSync(home.deviceKey)) {
    throw new PoolError("home", `no delegate at ${home.folder}: \`fablepool delegate init\` makes its key`);
  }
  const { platform = system, driver = nodeSqlite } = options;
  const key = await readKeyFile(home.deviceKey, ask);
  const folder = join(home.folder, "delegate");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const register = await Register.open(join(folder, "register.db"), driver);
  const delegate: Delegate = {
    home,
    key,
    clock: platform.clock,
    random: platform.random,
    register,
    cache: (grant) => new SliceCache(join(folder, `slice-${grant.slice(3)}.db`), driver),
    authority: rememberedAuthority(),
    async close() {
      await register.close();
      key.seed.fill(0);
    },
  };
  try {
    await wipeStrays(delegate, folder);
    await finishPurges(delegate);
  } catch (error) {
    await register.close();
    throw error;
  }
  return delegate;
}

/** Made anew when something was added: every request of whomever asks for it, and it takes a signature an operation. */
function rememberedAuthority(): Delegate["authority"] {
  const remembered = new Map<OpId, { readonly size: number; readonly authority: Authority }>();
  return (rows, pool) => {
    const size = pool === null ? 0 : rows.authoritySize(pool);
    if (pool === null || size === 0) return null;
    const known = remembered.get(pool);
    if (known?.size === size) return known.authority;
    const authority = new Authority(pool);
    authority.add(nativeCrypto, rows.authority(pool) as unknown as Json[]);
    remembered.set(pool, { size, authority });
    return authority;
  };
}

/** A cache that the register does not say is held: its first pull was interrupted before it was noted. */
async function wipeStrays({ register, cache }: Delegate, folder: string): Promise<void> {
  await register.transact((rows) => {
    const held = new Set(rows.grants().flatMap(({ id, state }) => (state === "held" ? [id] : [])));
    for (const file of readdirSync(folder)) {
      const [, digits] = /^slice-([0-9a-f]{64})\.db/.exec(file) ?? [];
      const grant = `op:${digits}` as OpId;
      if (digits !== undefined && !held.has(grant)) cache(grant).wipe();
    }
  });
}
