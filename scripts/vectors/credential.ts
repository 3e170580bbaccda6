/** Part `credential`: claims as Verifiable Credentials. */
import { base58, didOf, jcs, type Key, key, sha256 } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

type Document = Readonly<Record<string, unknown>>;

const laptop = key("laptop");
const now = Date.UTC(2026, 9, 21, 12);
const until = Date.UTC(2026, 10, 20, 12);
const claim = {
  claim: `op:${"7c".repeat(32)}`,
  subject: "self",
  predicate: "schedule.weekly",
  object: { what: "swimming", weekday: "Tuesday", time: "18:30" },
  confidence: 0.9,
  asserted_at: 1_790_000_000_123,
  valid_until: null,
};

const contexts = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"];
const timeText = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");

function unsigned(of: typeof claim | (Omit<typeof claim, "valid_until"> & { valid_until: number }), end = until): Document {
  const { asserted_at, valid_until: _ends, ...said } = of;
  return {
    "@context": contexts,
    type: ["VerifiableCredential", "FablePoolClaimCredential"],
    issuer: laptop.did,
    validFrom: timeText(now),
    validUntil: timeText(end),
    credentialSubject: { ...said, assertedAt: timeText(asserted_at) },
  };
}

const methodOf = (did: string) => `${did}#${did.slice("did:key:".length)}`;

/** A document with a proof; `options` change the proof before it is signed, a null leaves a member out. */
function secured(document: Document, options: Document = {}, by: Key = laptop): Document {
  const wanted = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: timeText(now),
    verificationMethod: methodOf(by.did),
    proofPurpose: "assertionMethod",
    "@context": document["@context"],
    ...options,
  };
  const proof = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
  const signed = Object.hasOwn(proof, "@context") ? { ...document, "@context": proof["@context"] } : document;
  const signature = by.sign(Buffer.from(sha256(jcs(proof)) + sha256(jcs(signed)), "hex"));
  return { ...document, proof: { ...proof, proofValue: `z${base58(signature)}` } };
}

const plain = unsigned(claim);
const good = secured(plain);
const proof = good["proof"] as Document;
const about = (name: string, rule: string, comment: string, kind = "verify") => ({ path: `credential/${name}`, rule, comment, kind });

function holds(name: string, comment: string, credential: unknown, at = now): Vector {
  return valid(about(`verify-${name}`, "CRE-4", comment), { credential, now: at }, { issuer: laptop.did });
}

function refused(name: string, rule: string, code: string, comment: string, credential: unknown, at = now): Vector {
  return invalid(about(`verify-${name}`, rule, comment), { credential, now: at }, { code });
}

function issued(name: string, comment: string, of: Parameters<typeof unsigned>[0], end = until): Vector {
  const last = of.valid_until === null ? end : Math.min(end, of.valid_until);
  const input = { claim: of, seed: laptop.seed.toString("hex"), now, until: end };
  return valid(about(`issue-${name}`, "CRE-1", comment, "issue"), input, { credential: secured(unsigned(of, last)) });
}

const subject = plain["credentialSubject"] as Document;
const without = (document: Document, name: string) => Object.fromEntries(Object.entries(document).filter(([member]) => member !== name));
const altered = (changes: Document) => ({ ...good, ...changes });
const alteredProof = (changes: Document) => ({ ...good, proof: { ...proof, ...changes } });
const lastDigit = (text: unknown) => String(text).slice(0, -1) + (String(text).endsWith("2") ? "3" : "2");
const weak = didOf(Buffer.concat([Buffer.of(1), Buffer.alloc(31)]));

export const credentialVectors: readonly Vector[] = [
  issued("plain", "A claim of a swimmer.", claim),
  issued("ends-with-claim", "A credential ends when its claim does.", { ...claim, valid_until: now + 1 }),
  issued("value-of-any-kind", "An object is any JSON value.", { ...claim, object: [null, 1.5, "Malm\u00f6"] as never }),
  invalid(
    about("issue-no-time-left", "CRE-2", "A claim that ends now leaves no time.", "issue"),
    { claim: { ...claim, valid_until: now }, seed: laptop.seed.toString("hex"), now, until },
    { code: "usage" },
  ),
  holds("plain", "As issued.", good),
  holds("last-millisecond", "The last instant in which it is valid.", good, until - 1),
  holds("issuer-with-name", "An issuer may be an object.", secured({ ...plain, issuer: { id: laptop.did, name: "Mara" } })),
  holds("no-proof-context", "A proof may leave the context out.", secured(plain, { "@context": null })),
  holds("proof-expires-later", "A proof that has not expired.", secured(plain, { expires: timeText(now + 1_000) })),
  holds("offset", "A time with an offset.", secured({ ...plain, validFrom: "2026-10-21T14:00:00+02:00" })),
  refused("no-object", "CRE-5", "form", "A list is no credential.", [good]),
  refused("no-type", "CRE-5", "form", "It does not say that it is a credential.", secured({ ...plain, type: ["Claim"] })),
  refused("no-issuer", "CRE-5", "form", "It is nobody's word.", secured(without(plain, "issuer"))),
  refused("no-subject", "CRE-5", "form", "It is about nothing.", secured(without(plain, "credentialSubject"))),
  refused("no-such-day", "CRE-5", "form", "There is no 30th of February.", secured({ ...plain, validFrom: "2026-02-30T00:00:00Z" })),
  refused("no-offset", "CRE-2", "form", "A time without an offset is no instant.", secured({ ...plain, validFrom: "2026-10-21T12:00:00" })),
  refused("unknown-context", "CRE-5", "context", "A context that the verifier does not know.", {
    ...secured({ ...plain, "@context": [...contexts, "https://words.example/v1"] }),
  }),
  refused("embedded-context", "CRE-5", "context", "A context inside the credential could change what every word means.", {
    ...secured({ ...plain, "@context": [...contexts, { claim: "https://words.example/other" }] }),
  }),
  refused(
    "other-base-context",
    "CRE-5",
    "context",
    "The base context comes first.",
    secured({ ...plain, "@context": contexts.toReversed() }),
  ),
  refused(
    "context-not-signed",
    "CRE-4",
    "context",
    "The proof was made under another context.",
    secured(plain, { "@context": [contexts[1]] }),
  ),
  refused("no-proof", "CRE-4", "form", "Nobody signed it.", plain),
  refused("two-proofs", "CRE-4", "form", "One proof.", altered({ proof: [proof, proof] })),
  refused("proof-of-other-type", "CRE-4", "form", "Another kind of proof.", secured(plain, { type: "Ed25519Signature2020" })),
  refused("proof-chained", "CRE-4", "form", "Part of a chain of proofs.", secured(plain, { previousProof: "urn:uuid:1" })),
  refused(
    "proof-not-base58btc",
    "CRE-4",
    "form",
    "Another base.",
    alteredProof({ proofValue: `u${String(proof["proofValue"]).slice(1)}` }),
  ),
  refused("created-no-time", "CRE-4", "form", "The proof was made at no time.", secured(plain, { created: "yesterday" })),
  refused(
    "other-cryptosuite",
    "CRE-4",
    "cryptosuite",
    "Another cryptosuite, honestly signed.",
    secured(plain, { cryptosuite: "eddsa-rdfc-2022" }),
  ),
  refused(
    "renamed-cryptosuite",
    "CRE-4",
    "cryptosuite",
    "The cryptosuite's name was altered.",
    alteredProof({ cryptosuite: "ecdsa-jcs-2019" }),
  ),
  refused("other-purpose", "CRE-4", "purpose", "Signed to log in somewhere.", secured(plain, { proofPurpose: "authentication" })),
  refused(
    "method-of-other-key",
    "CRE-4",
    "key",
    "The fragment names another key.",
    secured(plain, { verificationMethod: `${laptop.did}#z6Mk` }),
  ),
  refused("weak-key", "CRE-4", "key", "A key of order 1.", secured(plain, { verificationMethod: methodOf(weak) })),
  refused("wrong-key", "CRE-4", "signature", "The proof names a key that did not sign it.", {
    ...secured(plain, { verificationMethod: methodOf(laptop.did) }, key("phone")),
  }),
  refused("altered-value", "CRE-4", "signature", "A word was changed.", altered({ credentialSubject: { ...subject, confidence: 1 } })),
  refused("added-member", "CRE-4", "signature", "A member was added.", altered({ name: "Swimmer" })),
  refused("taken-member", "CRE-4", "signature", "A member was taken away.", without(good, "validUntil")),
  refused(
    "altered-signature",
    "CRE-4",
    "signature",
    "A digit of the signature.",
    alteredProof({ proofValue: lastDigit(proof["proofValue"]) }),
  ),
  refused("altered-created", "CRE-4", "signature", "The proof's own members are signed.", alteredProof({ created: timeText(now - 1_000) })),
  refused("short-signature", "CRE-4", "signature", "A signature has 64 bytes.", alteredProof({ proofValue: "z2" })),
  refused("proof-expired", "CRE-4", "expired", "The proof has expired.", secured(plain, { expires: timeText(now) })),
  refused("other-issuer", "CRE-5", "issuer", "A phone signed it in the laptop's name.", secured(plain, {}, key("phone"))),
  refused("early", "CRE-5", "early", "A millisecond too early.", good, now - 1),
  refused("expired", "CRE-5", "expired", "The instant in which it ends.", good, until),
];
