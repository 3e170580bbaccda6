/** Claims as W3C Verifiable Credentials 2.0 (spec/08-credentials.md), so that any verifier can check one without this software. */
import type { Did } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import type { Crypto, Json, JsonObject } from "../ports.ts";
import type { AttestedClaim } from "./attestation.ts";
import { addProof, type CredentialFault, contextsOf, fault, type ProofKey, verifyProof } from "./data-integrity.ts";
import { instantOf, instantText } from "./instant.ts";

/** The base context, and the W3C's own for terms that no context defines: ours are such, as JCS needs no more. */
export const credentialContexts = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"] as const;
export const claimCredentialType = "FablePoolClaimCredential";

export interface Issuing {
  readonly key: ProofKey;
  /** Ms since the epoch: when it is issued, and valid from. */
  readonly now: number;
  /** Ms since the epoch: when it ends to be valid. A credential can't be taken back, so it has to end. */
  readonly until: number;
}

/** Issues a credential about a claim. It ends when the claim does, at the latest. Throws `usage` when that leaves no time. */
export function issueCredential(crypto: Crypto, claim: AttestedClaim, { key, now, until }: Issuing): JsonObject {
  const end = Math.min(until, claim.valid_until ?? until);
  if (end <= now) throw new PoolError("usage", "such a credential would have expired before it is given");
  const times = [now, end, claim.asserted_at].map(instantText);
  const [from, to, asserted] = times;
  if (typeof from !== "string" || typeof to !== "string" || typeof asserted !== "string")
    throw new PoolError("usage", "a credential's times lie between the years 1000 and 9999");
  const document: JsonObject = {
    "@context": [...credentialContexts],
    type: ["VerifiableCredential", claimCredentialType],
    issuer: key.did,
    validFrom: from,
    validUntil: to,
    credentialSubject: {
      claim: claim.claim,
      subject: claim.subject,
      predicate: claim.predicate,
      object: claim.object,
      confidence: claim.confidence,
      assertedAt: asserted,
    },
  };
  return addProof(crypto, document, key, from);
}

export interface VerifiedCredential {
  readonly issuer: Did;
  readonly credential: JsonObject;
  /** Ms since the epoch; null when it does not say. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}

export interface Verifying {
  /** Ms since the epoch. */
  readonly now: number;
  /** Contexts whose terms the verifier knows; those of our own credentials when it names none. */
  readonly contexts?: readonly string[];
}

/**
 * Verifies a credential: whose word it is and what it says, or what is wrong with it. In this order:
 * - form: an object with `VerifiableCredential` among its types, an issuer, a subject, and times that are dateTimeStamps;
 * - context: begins with the base context, and all of them are known;
 * - whatever `verifyProof` finds;
 * - issuer: it is the key that signed;
 * - early, expired: now lies in [validFrom, validUntil).
 */
export function verifyCredential(
  crypto: Crypto,
  secured: Json,
  { now, contexts = credentialContexts }: Verifying,
): VerifiedCredential | CredentialFault {
  if (typeof secured !== "object" || secured === null || Array.isArray(secured)) return fault("form", "it is no JSON object");
  const credential = secured as JsonObject;
  const wrong = formFault(credential) ?? contextFault(credential, contexts);
  if (wrong !== null) return wrong;
  const proven = verifyProof(crypto, credential, now);
  if ("code" in proven) return proven;
  if (issuerOf(credential) !== proven.signer) return fault("issuer", "whom it names as its issuer is not who signed it");
  const [validFrom, validUntil] = [timeOf(credential, "validFrom"), timeOf(credential, "validUntil")];
  if (validFrom !== null && now < validFrom) return fault("early", "it is not valid yet");
  if (validUntil !== null && now >= validUntil) return fault("expired", "it is not valid any more");
  return { issuer: proven.signer, credential: proven.document, validFrom, validUntil };
}

function formFault(credential: JsonObject): CredentialFault | null {
  const types = contextsOf(credential["type"]);
  if (!types.includes("VerifiableCredential")) return fault("form", "it is no VerifiableCredential");
  if (issuerOf(credential) === null) return fault("form", "it names no issuer");
  const subject = credential["credentialSubject"];
  if (typeof subject !== "object" || subject === null) return fault("form", "it is about nothing");
  const times = [credential["validFrom"], credential["validUntil"]].filter((time) => time !== undefined);
  const sound = times.every((time) => typeof time === "string" && instantOf(time) !== null);
  return sound ? null : fault("form", "one of its times is no dateTimeStamp");
}

function contextFault(credential: JsonObject, known: readonly string[]): CredentialFault | null {
  const contexts = contextsOf(credential["@context"]);
  if (contexts[0] !== credentialContexts[0]) return fault("context", `its first context is not ${credentialContexts[0]}`);
  const strange = contexts.find((context) => typeof context !== "string" || !known.includes(context));
  if (strange === undefined) return null;
  return fault("context", `what its words mean is not known here: ${JSON.stringify(strange).slice(0, 200)}`);
}

function issuerOf(credential: JsonObject): string | null {
  const { issuer } = credential;
  const named = typeof issuer === "object" && issuer !== null && !Array.isArray(issuer) ? (issuer as JsonObject)["id"] : issuer;
  return typeof named === "string" ? named : null;
}

function timeOf(credential: JsonObject, name: string): number | null {
  const text = credential[name];
  return typeof text === "string" ? instantOf(text) : null;
}
