/** Part `recovery`: phrases, and what they become. BIP 39 and bech32 by hand, so that they check the libraries. */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { didOf } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function phrase(entropy: Buffer): string {
  const bits = [...entropy, ...sha256(entropy).subarray(0, entropy.length / 32)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{11}/g) ?? []).map((group) => wordlist[Number.parseInt(group, 2)]).join(" ");
}

function publicKey(kind: "Ed25519" | "X25519", secret: Buffer): Buffer {
  const header = kind === "Ed25519" ? "302e020100300506032b657004220420" : "302e020100300506032b656e04220420";
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from(header, "hex"), secret]), format: "der", type: "pkcs8" });
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
}

const characters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** BIP 173. */
function bech32(prefix: string, bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const values = (bits.match(/.{1,5}/g) ?? []).map((group) => Number.parseInt(group.padEnd(5, "0"), 2));
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const checked = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values];
  const sum = polymod([...checked, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [0, 1, 2, 3, 4, 5].map((index) => (sum >> (5 * (5 - index))) & 31);
  return `${prefix}1${[...values, ...check].map((value) => characters[value]).join("")}`;
}

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  return values.reduce((sum, value) => {
    const next = ((sum & 0x1ffffff) << 5) ^ value;
    return generator.reduce((mixed, constant, index) => (((sum >> 25) >> index) & 1 ? mixed ^ constant : mixed), next);
  }, 1);
}

function holds(name: string, comment: string, entropy: Buffer, typed = phrase(entropy)): Vector {
  const root = sha256("fablepool.root-key.v1\n", entropy);
  const backup = sha256("fablepool.backup-key.v1\n", entropy);
  return valid(
    { path: `recovery/${name}`, rule: "REC-2", comment, kind: "phrase" },
    { phrase: typed },
    {
      entropy: entropy.toString("hex"),
      words: phrase(entropy),
      root_seed: root.toString("hex"),
      root: didOf(publicKey("Ed25519", root)),
      backup_identity: bech32("age-secret-key-", backup).toUpperCase(),
      backup_recipient: bech32("age", publicKey("X25519", backup)),
    },
  );
}

const refused = (name: string, comment: string, typed: string): Vector =>
  invalid({ path: `recovery/${name}`, rule: "REC-1", comment, kind: "phrase" }, { phrase: typed }, { code: "usage" });

const some = sha256("fablepool test phrase");
const words = phrase(some).split(" ");
const swapped = words.with(3, words[4] as string).with(4, words[3] as string);

export const recoveryVectors: readonly Vector[] = [
  holds("some", "A phrase.", some),
  holds("zeros", "BIP 39's own first vector of 24 words.", Buffer.alloc(32)),
  holds("ones", "BIP 39's own last words.", Buffer.alloc(32, 0xff)),
  holds("as-typed", "Case and white space do not matter.", some, `\n  ${words.join("  \t").toUpperCase()} \r\n`),
  holds("four-letters", "The first four letters of a word name it.", some, words.map((word) => word.slice(0, 4)).join(" ")),
  refused("word-unknown", "A word that is not in the list.", words.with(6, "fable").join(" ")),
  refused("three-letters", "Three letters may name several words.", words.with(0, "aba").join(" ")),
  refused("five-letters", "Five letters are a word, or nothing.", words.with(0, "aband").join(" ")),
  refused("word-missing", "23 words.", words.slice(1).join(" ")),
  refused("twelve-words", "A good phrase of another length.", phrase(some.subarray(0, 32)).split(" ").slice(0, 12).join(" ")),
  refused("checksum", "Two words have changed places.", swapped.join(" ")),
  refused("empty", "Nothing.", ""),
];
