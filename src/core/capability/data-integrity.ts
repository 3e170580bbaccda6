/**
 * W3C Data Integrity with the cryptosuite `eddsa-jcs-2022`: a proof inside the JSON document that it secures. Only the words of
 * `@context` are compared, nothing is expanded or fetched (that is what the JCS suite is for).
 */
import { concat, fromHex } from "../bytes.ts";
import { canonical } from "../codec/canonical.ts";
import { decodeBase58, encodeBase58 } from "../crypto/base58.ts";
import { type Did, decodeDidKey } from "../crypto/did-key.ts";
import { isAcceptableKey } from "../crypto/ed25519-rule.ts";
import { verifyStrict } from "../crypto/signature.ts";
import { type CredentialCode, PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Crypto, Json, JsonObject, Sha256Hex } from "../ports.ts";
import { instantOf } from "./instant.ts";

export const cryptosuite = "eddsa-jcs-2022";

/** What is wrong with a secured document: a code to branch on and a sentence for people. */
export interface CredentialFault {
  readonly code: CredentialCode;
  readonly reason: string;
}

export interface ProofKey {
  readonly did: Did;
  readonly seed: Uint8Array;
}

/** The verification method that a did:key names for its own key. */
export function methodOf(did: string): string {
  return `${did}#${did.slice("did:key:".length)}`;
}

/**
 * `document` with a proof by `key`. `created` is a dateTimeStamp. Throws `not_canonical` for what is no JSON, `usage` for a
 * document that has a proof already.
 */
export function addProof(crypto: Crypto, document: JsonObject, key: ProofKey, created: string): JsonObject {
  if (Object.hasOwn(document, "proof")) throw new PoolError("usage", "that document has a proof already");
  const options: JsonObject = {
    type: "DataIntegrityProof",
    cryptosuite,
    created,
    verificationMethod: methodOf(key.did),
    proofPurpose: "assertionMethod",
    ...(document["@context"] === undefined ? {} : { "@context": document["@context"] }),
  };
  const signature = crypto.ed25519.sign(key.seed, hashData(crypto.sha256Hex, options, document));
  return { ...document, proof: { ...options, proofValue: `z${encodeBase58(signature)}` } };
}

/** What the signature covers: the hash of the proof's options, then the document's. */
export function hashData(sha256Hex: Sha256Hex, options: JsonObject, document: JsonObject): Uint8Array {
  const hashOf = (value: JsonObject) => fromHex(sha256Hex(canonical(value, limits.messageDepth))) as Uint8Array;
  return concat(hashOf(options), hashOf(document));
}

export interface Proven {
  /** The key that signed, by its name. */
  readonly signer: Did;
  /** The document without its proof. */
  readonly document: JsonObject;
}

/**
 * Verifies a secured document's one proof: who signed it, or what is wrong. In this order:
 * - form: the document and its proof are objects; the proof is a `DataIntegrityProof` and no part of a chain; its times are such;
 * - cryptosuite: `eddsa-jcs-2022`;
 * - purpose: `assertionMethod`;
 * - key: `verificationMethod` is a did:key's own, and the key an acceptable one;
 * - context: the document's begins with the proof's, which is then the one that was signed;
 * - signature: it covers exactly this document and these options;
 * - expired: `expires` of the proof has not passed at `now`.
 */
export function verifyProof(crypto: Crypto, secured: Json, now: number): Proven | CredentialFault {
  if (!isObject(secured) || !isObject(secured["proof"])) return fault("form", "it has no proof, or several");
  const { proof, ...document } = secured as JsonObject & { proof: JsonObject };
  const { proofValue, ...options } = proof;
  const wrongForm = proofFormFault(options, proofValue);
  if (wrongForm !== null) return wrongForm;
  if (options["cryptosuite"] !== cryptosuite) return fault("cryptosuite", `its proof is not by ${cryptosuite}`);
  if (options["proofPurpose"] !== "assertionMethod") return fault("purpose", "its proof was made for another purpose than to assert it");
  const signer = String(options["verificationMethod"]).split("#")[0] as Did;
  const publicKey = decodeDidKey(signer);
  if (publicKey === null || !isAcceptableKey(publicKey) || options["verificationMethod"] !== methodOf(signer)) {
    return fault("key", "its proof names no key that did:key can stand for");
  }
  if (Object.hasOwn(options, "@context") && !startsWith(document["@context"], options["@context"])) {
    return fault("context", "its context is another one than that which was signed");
  }
  const signed = Object.hasOwn(options, "@context") ? { ...document, "@context": options["@context"] as Json } : document;
  const signature = decodeBase58(String(proofValue).slice(1));
  if (signature === null || !verifyStrict(crypto.ed25519, publicKey, hashData(crypto.sha256Hex, options, signed), signature)) {
    return fault("signature", "its signature does not verify: it was altered, or signed by another key");
  }
  const expires = options["expires"] === undefined ? null : instantOf(String(options["expires"]));
  if (expires !== null && now >= expires) return fault("expired", "its proof has expired");
  return { signer, document };
}

/** Characters of a multibase signature: 64 bytes are 88 in base58 at most, and decoding more costs their square. */
const proofValueCharactersMax = 89;

function proofFormFault(options: JsonObject, proofValue: Json | undefined): CredentialFault | null {
  const { type, created, expires, previousProof } = options;
  if (type !== "DataIntegrityProof") return fault("form", "its proof is no DataIntegrityProof");
  if (typeof proofValue !== "string" || !proofValue.startsWith("z") || proofValue.length > proofValueCharactersMax) {
    return fault("form", "its proof has no signature in base58btc");
  }
  if (previousProof !== undefined) return fault("form", "its proof is one of a chain, which is not supported");
  const times = [created, expires].filter((time) => time !== undefined);
  return times.every((time) => typeof time === "string" && instantOf(time) !== null)
    ? null
    : fault("form", "a time in its proof is no dateTimeStamp");
}

/** Contexts are lists, or a single one. */
export function contextsOf(context: Json | undefined): readonly Json[] {
  if (context === undefined) return [];
  return Array.isArray(context) ? context : [context as Json];
}

function startsWith(whole: Json | undefined, beginning: Json | undefined): boolean {
  const [all, first] = [contextsOf(whole), contextsOf(beginning)];
  const textOf = (list: readonly Json[]) => canonical(list, limits.messageDepth);
  return textOf(all.slice(0, first.length)) === textOf(first);
}

export function fault(code: CredentialCode, reason: string): CredentialFault {
  return { code, reason };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
