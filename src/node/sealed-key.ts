/**
 * Key files that are locked (spec/10-recovery.md, REC-5): an age file whose passphrase is argon2id of what the owner gives. The
 * salt stands beside it in one JSON file, so that a change is one rename and standard tools open it: `argon2`, then `age -d`.
 */
import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import { type Did, decodeDidKey } from "../core/crypto/did-key.ts";
import { limits } from "../core/limits.ts";
import type { Json } from "../core/ports.ts";
import { isObject } from "../core/sync/messages.ts";

/** How an owner opens a key: by what they know, or by a file that they have. */
export const lockKinds = ["passphrase", "key-file"] as const;
export type LockKind = (typeof lockKinds)[number];

/** What opens a key file, or is to open it. */
export interface Secret {
  readonly by: LockKind;
  readonly text: string;
}

export interface Sealed {
  /** Whose key it is; known while it is locked. */
  readonly did: Did;
  readonly unlock: LockKind;
  /** 32 hex digits, given to argon2id as the text that they are. */
  readonly salt: string;
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
  /** The armored age file. */
  readonly age: string;
}

const format = "fablepool-sealed-key/1";

/** RFC 9106's second recommendation, for machines without gigabytes to spare: some 0.2 s. */
const cost = { memoryKib: 65_536, passes: 3, lanes: 4 } as const;

/** age's own stretching is left at next to nothing: its passphrase has 256 bits already. */
const scryptLog2 = 1;

/** The text of a key file that `secret` opens. */
export async function sealKey(plain: Uint8Array, did: Did, secret: Secret, salt: string): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption"); // loaded only where something is locked
  const encrypter = new Encrypter();
  encrypter.setPassphrase(await stretched(secret.text, { salt, ...cost }));
  encrypter.setScryptWorkFactor(scryptLog2);
  const { memoryKib, passes, lanes } = cost;
  const kdf = { name: "argon2id", salt, memory_kib: memoryKib, passes, lanes };
  return `${JSON.stringify({ format, did, unlock: secret.by, kdf, age: armor.encode(await encrypter.encrypt(plain)) }, null, 1)}\n`;
}

/** What is in it, or null when `secret` is not what opens it. */
export async function unsealKey(sealed: Sealed, secret: string): Promise<Uint8Array | null> {
  return openAge(sealed.age, await stretched(secret, sealed));
}

/** The content of an armored age file under a passphrase; null when that is not it. */
export async function openAge(text: string, passphrase: string): Promise<Uint8Array | null> {
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(armor.decode(text));
  } catch {
    return null;
  }
}

async function stretched(text: string, { salt, memoryKib, passes, lanes }: Omit<Sealed, "did" | "unlock" | "age">): Promise<string> {
  const message = Buffer.from(text.normalize("NFC"));
  const parameters = { message, nonce: Buffer.from(salt), parallelism: lanes, tagLength: 32, memory: memoryKib, passes };
  const tag = await promisify(argon2)("argon2id", parameters);
  message.fill(0);
  return tag.toString("hex");
}

/** Reads the text of a locked key file; null when it is none, or asks for more than anybody's machine has. */
export function parseSealed(text: string): Sealed | null {
  try {
    const { format: found, did, unlock, kdf, age } = JSON.parse(text) as Record<string, Json>;
    if (found !== format || !isObject(kdf ?? null) || typeof age !== "string" || typeof did !== "string") return null;
    const { name, salt, memory_kib: memoryKib, passes, lanes } = kdf as Record<string, Json>;
    if (name !== "argon2id" || typeof salt !== "string" || !/^[0-9a-f]{32}$/.test(salt) || decodeDidKey(did) === null) return null;
    if (!lockKinds.includes(unlock as LockKind)) return null;
    if (!within(lanes, 1, limits.argonLanes) || !within(passes, 1, limits.argonPasses)) return null;
    if (!within(memoryKib, 8 * lanes, limits.argonMemoryKib)) return null;
    return { did: did as Did, unlock: unlock as LockKind, salt, memoryKib, passes, lanes, age };
  } catch {
    return null;
  }
}

function within(value: Json | undefined, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
