/** Key files: an Ed25519 seed for its owner alone, in the clear or locked (`sealed-key.ts`). */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { writeHex } from "../core/bytes.ts";
import { type Did, encodeDidKey } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Random } from "../core/ports.ts";
import { replaceFile } from "./home.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { type LockKind, openAge, parseSealed, type Sealed, type Secret, sealKey, unsealKey } from "./sealed-key.ts";
import { systemWords } from "./system-error.ts";

export interface KeyPair {
  readonly did: Did;
  readonly seed: Uint8Array;
}

/** Asks for what opens the key file at `path`; null when nobody can be asked. */
export type AskPassphrase = (path: string, by: LockKind) => Promise<string | null>;

const format = "fablepool-key/1";

export function makeKey(random: Random): KeyPair {
  const seed = random(32);
  return { seed, did: encodeDidKey(nativeCrypto.ed25519.publicKey(seed)) };
}

/** Writes a new key file; rejects with `PoolError("home")` rather than replace one. A text is a passphrase. */
export async function writeKeyFile(path: string, key: KeyPair, secret: Secret | string | null): Promise<void> {
  if (existsSync(path)) throw new PoolError("home", `there is a key at ${path} already`);
  await replaceKeyFile(path, key, secret);
}

/** Writes a key file in the place of the one that is there, whole or not at all. */
export async function replaceKeyFile(path: string, key: KeyPair, secret: Secret | string | null): Promise<void> {
  const plain = plainText(key);
  try {
    const salt = secret === null ? "" : randomBytes(16).toString("hex");
    const lock = typeof secret === "string" ? ({ by: "passphrase", text: secret } as const) : secret;
    replaceFile(path, lock === null ? plain : await sealKey(plain, key.did, lock, salt));
  } finally {
    plain.fill(0);
  }
}

/** How a key file is locked: null when it is not, or is no key file of this version. */
export function lockOf(path: string): Sealed | null {
  return existsSync(path) ? parseSealed(readFileSync(path, "utf8")) : null;
}

/** Whose key a file holds, locked or not; null when there is none, or it does not say. */
export function ownerOf(path: string): string | null {
  if (!existsSync(path)) return null;
  const text = readPrivately(path).toString("latin1");
  return parseSealed(text)?.did ?? /"did":"([^"]+)"/.exec(text)?.[1] ?? null;
}

/**
 * Reads a key file. Rejects with `PoolError`: `home` when others could read it or it is no key file, `passphrase` when it
 * is locked and nothing, or the wrong thing, is given. No message holds any part of the key. A file that version 0.1 locked is locked
 * anew, where that can be written.
 */
export async function readKeyFile(path: string, ask: AskPassphrase): Promise<KeyPair> {
  const bytes = readPrivately(path);
  const sealed = parseSealed(bytes.toString("latin1"));
  if (sealed !== null) {
    const secret = await asked(path, ask, sealed.unlock);
    const plain = await unsealKey(sealed, secret);
    if (plain === null) throw wrong(path, sealed.unlock);
    return keyOf(path, plain);
  }
  if (bytes[0] !== 0x2d) return keyOf(path, bytes);
  const secret = await asked(path, ask, "passphrase");
  const plain = await openAge(bytes.toString("latin1"), secret);
  if (plain === null) throw wrong(path, "passphrase");
  const key = keyOf(path, plain);
  await replaceKeyFile(path, key, secret).catch((error) => {
    if (!(error instanceof PoolError)) throw error; // a home that can't be written stays as it is
  });
  return key;
}

function readPrivately(path: string): Buffer {
  if (!existsSync(path)) throw new PoolError("home", `there is no key file at ${path}`);
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    throw new PoolError("home", `${path} can be read by others: \`chmod 600 ${path}\`, and make a new key if one may have`);
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new PoolError("home", `can't read ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
}

const ways: Readonly<Record<LockKind, string>> = {
  passphrase: "give --passphrase-file or FABLEPOOL_PASSPHRASE, or run this in a terminal to be asked",
  "key-file": "give the key file that opens it: --key-file or FABLEPOOL_KEY_FILE",
};

const names: Readonly<Record<LockKind, string>> = { passphrase: "passphrase", "key-file": "key file" };

async function asked(path: string, ask: AskPassphrase, by: LockKind): Promise<string> {
  const secret = await ask(path, by);
  if (secret === null) throw new PoolError("passphrase", `${path} is locked: ${ways[by]}`);
  return secret;
}

function wrong(path: string, by: LockKind): PoolError {
  return new PoolError("passphrase", `that ${names[by]} does not open ${path}`);
}

const seedMark = Buffer.from('"seed":"');
const seedDigits = 64;

function plainText({ did, seed }: KeyPair): Buffer {
  const text = Buffer.from(`${JSON.stringify({ format, did, seed: "0".repeat(seedDigits) })}\n`);
  const at = text.indexOf(seedMark) + seedMark.length;
  seed.forEach((byte, index) => {
    text[at + 2 * index] = hexDigit(byte >> 4);
    text[at + 2 * index + 1] = hexDigit(byte & 15);
  });
  return text;
}

function hexDigit(value: number): number {
  return value + (value < 10 ? 0x30 : 0x57);
}

/** Takes the seed out of the bytes, which are wiped: it never becomes a text, which could not be. */
function keyOf(path: string, plain: Uint8Array): KeyPair {
  const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  const at = bytes.indexOf(seedMark) + seedMark.length;
  const seed = new Uint8Array(seedDigits / 2);
  const digits = bytes.subarray(at, at + seedDigits);
  const isSeed = at >= seedMark.length && digits.length === seedDigits && readHex(digits, seed);
  digits.fill(0x30);
  const did = isSeed ? encodeDidKey(nativeCrypto.ed25519.publicKey(seed)) : null;
  const says = didIn(bytes.toString("utf8"));
  bytes.fill(0);
  if (did === null || did !== says) throw new PoolError("home", `${path} is not a key file of fablepool, or is damaged`);
  return { did, seed };
}

function readHex(digits: Uint8Array, seed: Uint8Array): boolean {
  return seed.every((_, index) => writeHex(String.fromCharCode(digits[2 * index] ?? 0, digits[2 * index + 1] ?? 0), seed, index));
}

function didIn(text: string): unknown {
  try {
    const { format: found, did } = JSON.parse(text) as Record<string, unknown>;
    return found === format ? did : null;
  } catch {
    return null;
  }
}
