/** The recovery phrase (spec/10-recovery.md): 24 words that are the root key, and that backups can be sealed for. */
import { createHash } from "node:crypto";
import { encodeDidKey } from "../core/crypto/did-key.ts";
import { domainTags } from "../core/domain-tags.ts";
import { PoolError } from "../core/errors.ts";
import type { KeyPair } from "./key-file.ts";
import { nativeCrypto } from "./native-crypto.ts";

/** Bytes of entropy in 24 words. */
export const phraseBytes = 32;
const phraseWords = 24;

/** The words of 32 bytes of entropy, with a space between them. */
export async function phraseOf(entropy: Uint8Array): Promise<string> {
  const [{ entropyToMnemonic }, words] = await wordList();
  return entropyToMnemonic(entropy, words);
}

/**
 * The entropy of a phrase as a person types it: in any case, with any white space, each word whole or by its first four letters.
 * Rejects with `PoolError("usage")` that says which word is not in the list, how many there are, or that they do not belong together.
 */
export async function readPhrase(text: string): Promise<Uint8Array> {
  const [{ mnemonicToEntropy }, list] = await wordList();
  const given = text.normalize("NFKD").toLowerCase().split(/\s+/).filter(Boolean);
  const wrongCount = () => new PoolError("usage", `a recovery phrase has ${phraseWords} words, these are ${given.length}`);
  if (given.length > 2 * phraseWords) throw wrongCount(); // a file of another kind: its words are not looked up
  const words = given.map((word, index) => {
    const found = list.find((each) => each === word) ?? list.find((each) => word.length === 4 && each.startsWith(word));
    if (found === undefined)
      throw new PoolError("usage", `word ${index + 1}, ${JSON.stringify(word.slice(0, 20))}, is not in the list of words`);
    return found;
  });
  if (words.length !== phraseWords) throw wrongCount();
  try {
    return mnemonicToEntropy(words.join(" "), list);
  } catch {
    throw new PoolError(
      "usage",
      "these words are all in the list, but their checksum is wrong: one is another word, or two have changed places",
    );
  }
}

/** Loaded only when a phrase is shown or read. */
async function wordList() {
  const [bip39, { wordlist }] = await Promise.all([import("@scure/bip39"), import("@scure/bip39/wordlists/english.js")]);
  return [bip39, wordlist] as const;
}

/** The root key of a phrase. Its seed is the caller's to wipe. */
export function rootOfPhrase(entropy: Uint8Array): KeyPair {
  const seed = derived(domainTags.rootKey, entropy);
  return { seed, did: encodeDidKey(nativeCrypto.ed25519.publicKey(seed)) };
}

/** Whom backups are sealed for, and what opens them: an age recipient and identity. */
export interface BackupKey {
  /** `age1…`; tells nothing of the phrase. */
  readonly recipient: string;
  /** `AGE-SECRET-KEY-1…` */
  readonly identity: string;
}

export async function backupKeyOf(entropy: Uint8Array): Promise<BackupKey> {
  const [{ bech32 }, { identityToRecipient }] = await Promise.all([import("@scure/base"), import("age-encryption")]);
  const secret = derived(domainTags.backupKey, entropy);
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", secret).toUpperCase();
  secret.fill(0);
  return { identity, recipient: await identityToRecipient(identity) };
}

/** SHA-256 of tag and entropy, without leaving either in a text that can't be wiped. */
function derived(tag: string, entropy: Uint8Array): Uint8Array {
  if (entropy.length !== phraseBytes) throw new PoolError("key", `a recovery phrase stands for ${phraseBytes} bytes`);
  return new Uint8Array(createHash("sha256").update(tag).update(entropy).digest());
}
