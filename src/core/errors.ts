/** Every code a program may branch on. The same strings stand in `spec/errors.md` and in the vectors. */
export type ErrorCode =
  // protocol section 7: what a peer may read in an `error` reply
  | "bad_request"
  | "unknown_type"
  | "unauthorized"
  | "bad_signature"
  | "clock"
  | "too_large"
  | "rate"
  | "storage"
  | "internal"
  // this implementation's own
  | "parse" // text that is not the JSON or the shape that was expected
  | "not_canonical" // a value that has no canonical bytes
  | "key" // a key or did:key that is malformed or weak
  | "home" // the home folder is missing, locked, damaged or already in use
  | "passphrase" // a key file that needs a passphrase, or another one
  | "no_pool" // the command needs a pool and this home has none
  | "role" // this device's role may not do that
  | "stale" // the store can't be proved to be the newest copy: sync first
  | "not_found" // an id or a file that is not there
  | "usage" // input from a person that can't be understood
  | "peer" // the other node broke the protocol or is not the expected one
  | "network" // no answer
  | "interrupted"; // the person or the system asked to stop

/** An error with a code to branch on, a sentence for people, and the facts as data. */
export class PoolError extends Error {
  override readonly name = "PoolError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** Why a credential, or a document with a Data Integrity proof, is refused (spec/08-credentials.md). */
export type CredentialCode =
  | "form" // not the JSON that it should be
  | "context" // words whose meaning is not known, or not what was signed
  | "cryptosuite" // a proof of another kind than eddsa-jcs-2022
  | "purpose" // a proof that was made for something else
  | "key" // no key, or a weak one
  | "signature" // altered, or signed by another key
  | "issuer" // named as somebody else's word than the signer's
  | "early" // not valid yet
  | "expired"; // not valid any more
