/**
 * HTTP Message Signatures (RFC 9421) as section 7 uses them: one signature, label `fpl`, Ed25519, over an exact set of
 * components. What that set is, `covered-components.ts` says; here it is only a map from identifier to value.
 */
import { utf8 } from "../core/bytes.ts";
import { decodeDidKey } from "../core/crypto/did-key.ts";
import { verifyStrict } from "../core/crypto/signature.ts";
import { PoolError } from "../core/errors.ts";
import type { Crypto } from "../core/ports.ts";
import { byteSequence, type Dictionary, type InnerList, type Item, isInnerList, parseDictionary } from "./structured-field.ts";

export const label = "fpl";
export const tag = "fpl-sync/1";
const algorithm = "ed25519";

/** What a signature covers: component identifiers, as `identifierOf` writes them, and their values in this message. */
export type Components = ReadonlyMap<string, string>;

export interface SigningKey {
  readonly did: string;
  readonly seed: Uint8Array;
}

/** The two header fields. */
export interface SignatureFields {
  readonly "signature-input": string;
  readonly signature: string;
}

export function signComponents(
  crypto: Crypto,
  key: SigningKey,
  components: Components,
  made: { readonly created: number; readonly nonce: string },
): SignatureFields {
  const identifiers = [...components.keys()].join(" ");
  const parameters = `(${identifiers});created=${made.created};nonce="${made.nonce}";alg="${algorithm}";keyid="${key.did}";tag="${tag}"`;
  const signature = crypto.ed25519.sign(key.seed, utf8(signatureBase([...components], parameters)));
  return { "signature-input": `${label}=${parameters}`, signature: `${label}=${byteSequence(signature)}` };
}

/** The text that is signed (RFC 9421 section 2.5): identifiers and values in the signer's order, then its parameters as it wrote them. */
export function signatureBase(lines: readonly (readonly [identifier: string, value: string])[], parameters: string): string {
  return [...lines, ['"@signature-params"', parameters] as const].map(([identifier, value]) => `${identifier}: ${value}`).join("\n");
}

/** A signature as it came in: read, not verified. */
export interface ReceivedSignature {
  readonly keyid: string;
  /** That `keyid` names. */
  readonly publicKey: Uint8Array;
  /** Whole seconds. */
  readonly created: number;
  readonly expires: number | null;
  readonly nonce: string;
  readonly components: readonly { readonly identifier: string; readonly text: string }[];
  readonly parameters: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the signature `fpl`; signatures under other labels are others' business. Throws `bad_signature` unless
 * - both fields are dictionaries (without duplicates) that have `fpl`, once as an inner list and once as bytes;
 * - `created`, `nonce`, `keyid` (a did:key) and `tag` are there and well-formed, and `tag` is ours;
 * - `alg`, if there, is `ed25519`, and `expires`, if there, a time; there is no other parameter;
 * - every component is named by a string with no other parameters than `req` and `key`, and once.
 */
export function readSignature(fields: { readonly signatureInput: string | null; readonly signature: string | null }): ReceivedSignature {
  const input = dictionary(fields.signatureInput, "Signature-Input").get(label);
  if (input === undefined || !isInnerList(input)) throw bad(`Signature-Input has no list under the label ${label}`);
  const bytes = signatureMember(dictionary(fields.signature, "Signature"));
  if (bytes === null) throw bad(`Signature has no bytes under the label ${label}`);
  const components = input.items.map((item) => ({ identifier: identifierOf(item), text: item.text }));
  if (new Set(components.map(({ identifier }) => identifier)).size < components.length) throw bad("a component is covered twice");
  return { ...readParameters(input), components, parameters: input.text, bytes };
}

/** The bytes of the member `fpl` of a `Signature` field, which a reply covers too; null when there are none. */
export function signatureMember(fields: Dictionary): Uint8Array | null {
  const member = fields.get(label);
  if (member === undefined || isInnerList(member) || member.bare.type !== "bytes") return null;
  return member.parameters.size === 0 ? member.bare.value : null;
}

/** Throws `bad_signature` unless `received` covers exactly `components` and its key signed their values. */
export function verifySignature(crypto: Crypto, received: ReceivedSignature, components: Components): void {
  if (received.components.length !== components.size) throw bad(`the signature must cover exactly ${[...components.keys()].join(" ")}`);
  const lines = received.components.map(({ identifier, text }) => {
    const value = components.get(identifier);
    if (value === undefined) throw bad(`the signature must cover exactly ${[...components.keys()].join(" ")}`);
    return [text, value] as const;
  });
  const base = utf8(signatureBase(lines, received.parameters));
  if (!verifyStrict(crypto.ed25519, received.publicKey, base, received.bytes)) throw bad("the signature does not verify");
}

/** A component's identifier in one spelling: `;req` before `;key`. */
function identifierOf({ bare, parameters }: Item): string {
  if (bare.type !== "string" || !/^@?[a-z0-9-]+$/.test(bare.value)) throw bad("a component is named by a string");
  const req = parameters.get("req");
  const key = parameters.get("key");
  const ofRequest = req?.type === "boolean" && req.value;
  const member = key?.type === "string" && /^[a-z0-9-]+$/.test(key.value) ? key.value : null;
  if (parameters.size !== (ofRequest ? 1 : 0) + (member === null ? 0 : 1))
    throw bad(`the component "${bare.value}" has unknown parameters`);
  return `"${bare.value}"${ofRequest ? ";req" : ""}${member === null ? "" : `;key="${member}"`}`;
}

function readParameters({ parameters }: InnerList): Pick<ReceivedSignature, "keyid" | "publicKey" | "created" | "expires" | "nonce"> {
  const text = (name: string) => {
    const bare = parameters.get(name);
    return bare?.type === "string" ? bare.value : null;
  };
  const seconds = (name: string) => {
    const bare = parameters.get(name);
    return bare?.type === "number" && Number.isSafeInteger(bare.value) && bare.value >= 0 ? bare.value : null;
  };
  for (const name of parameters.keys()) if (!parameterNames.has(name)) throw bad(`the signature has an unknown parameter: ${name}`);
  if (text("tag") !== tag) throw bad(`the signature's tag must be "${tag}"`);
  if (parameters.has("alg") && text("alg") !== algorithm) throw bad(`the signature's alg must be "${algorithm}"`);
  const [keyid, created, nonce, expires] = [text("keyid"), seconds("created"), text("nonce"), seconds("expires")];
  if (keyid === null || created === null || !nonce) throw bad("the signature needs created, nonce and keyid");
  if (parameters.has("expires") && expires === null) throw bad("the signature's expires must be whole seconds");
  const publicKey = decodeDidKey(keyid);
  if (publicKey === null) throw bad("keyid is no did:key of an Ed25519 key");
  return { keyid, publicKey, created, nonce, expires };
}

const parameterNames: ReadonlySet<string> = new Set(["created", "expires", "nonce", "alg", "keyid", "tag"]);

function dictionary(field: string | null, name: string): Dictionary {
  const members = field === null ? null : parseDictionary(field);
  if (members === null) throw bad(`${name} is missing or malformed`);
  return members;
}

function bad(why: string): PoolError {
  return new PoolError("bad_signature", why);
}
