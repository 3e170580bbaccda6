/** Part `encoding`: names of keys, and the one verification rule. */
import { add, base, challenge, encode, identity, L, littleEndian, orderEight, type Point, p, root, scalarOf, times } from "./edwards.ts";
import { base58, didOf, key } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

/** A did that names no key at all. */
function noKey(name: string, comment: string, did: string): Vector {
  const about = { path: `encoding/did-${name}`, rule: "ENC-8", comment, kind: "did-key" };
  return invalid(about, { did }, { public_key: null, acceptable: false });
}

/** A did whose 32 bytes can be read, and that no signature and no payload may use. */
function weakKey(name: string, comment: string, publicKey: Uint8Array): Vector {
  const about = { path: `encoding/did-weak-${name}`, rule: "ENC-11", comment, kind: "did-key" };
  return invalid(about, { did: didOf(publicKey) }, { public_key: Buffer.from(publicKey).toString("hex"), acceptable: false });
}

const laptop = key("laptop");
const digits = laptop.did.slice("did:key:z".length);
const withTopBit = (bytes: Uint8Array) => Buffer.from(bytes).fill((bytes[31] ?? 0) | 0x80, 31);
/** The lowest y from 3 on that is no point's. */
const noPoint = (() => {
  for (let y = 3n; ; y++) if (root(y) === null) return littleEndian(y);
})();

const didVectors: readonly Vector[] = [
  ...["root", "laptop", "phone"].map((name) =>
    valid(
      {
        path: `encoding/did-${name}`,
        rule: "ENC-8",
        comment: `The key called ${name} in all vectors: seed = SHA-256("fablepool test key ${name}").`,
        kind: "did-key",
      },
      { seed: key(name).seed.toString("hex"), did: key(name).did },
      { public_key: key(name).publicKey.toString("hex"), acceptable: true },
    ),
  ),
  noKey("too-short", "55 characters.", laptop.did.slice(0, -1)),
  noKey("too-long", "57 characters.", `${laptop.did}1`),
  noKey("fragment", "A key's name has no fragment.", `${laptop.did}#${digits}`),
  noKey("upper-case-scheme", "The scheme is lower case.", laptop.did.replace("did:key", "DID:KEY")),
  noKey("no-multibase", "The z of base58btc is part of the name.", laptop.did.replace(":z", ":")),
  noKey("not-base58", "0, O, I and l are not in the alphabet.", `${laptop.did.slice(0, -1)}0`),
  noKey("space", "Nothing around it.", ` ${laptop.did}`),
  noKey("x25519", "Another kind of key (x25519, z6LS).", `did:key:z${base58(Buffer.concat([Buffer.of(0xec, 0x01), laptop.publicKey]))}`),
  noKey(
    "other-codec-below",
    "It starts with z6Mk and has 56 characters, but the codec's bytes are ec fe.",
    `did:key:z6Mk${"1".repeat(44)}`,
  ),
  noKey("other-codec-above", "The codec's bytes are ed 02.", `did:key:z6Mk${"z".repeat(44)}`),
  weakKey("order-1", "y = 1, the neutral element.", encode(identity)),
  weakKey("order-2", "y = -1, order 2.", littleEndian(p - 1n)),
  weakKey("order-4", "y = 0, order 4.", littleEndian(0n)),
  weakKey("order-4-sign", "y = 0 with the sign bit set: the bit is ignored.", withTopBit(littleEndian(0n))),
  weakKey("order-8", "Order 8.", encode(orderEight)),
  weakKey("order-8-other", "The other y of order 8.", encode(times(3n, orderEight))),
  weakKey("not-reduced", "y = p + 3 is another way to write y = 3.", littleEndian(p + 3n)),
  weakKey("order-1-not-reduced", "y = p + 1.", littleEndian(p + 1n)),
  weakKey("no-point", "No point of the curve has this y.", noPoint),
];

interface Triple {
  readonly message: string;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

function signature(name: string, comment: string, holds: boolean, { message, key: publicKey, signature: bytes }: Triple): Vector {
  const about = { path: `encoding/signature-${name}`, rule: "ENC-10", comment, kind: "signature" };
  const input = { message, public_key: Buffer.from(publicKey).toString("hex"), signature: Buffer.from(bytes).toString("hex") };
  return (holds ? valid : invalid)(about, input, { verifies: holds });
}

const honest = (text: string): Triple => {
  const message = Buffer.from(text).toString("hex");
  return { message, key: laptop.publicKey, signature: laptop.sign(text) };
};
const plusL = (bytes: Uint8Array, count: bigint) => {
  const S = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`);
  return Buffer.concat([bytes.subarray(0, 32), littleEndian(S + count * L)]);
};

/** A signature made from scalars and points directly: R as given, A as given, S = r + k·a. */
function forged(text: string, A: Uint8Array, R: Uint8Array, a: bigint, r: bigint): Triple {
  const message = Buffer.from(text);
  const S = (r + challenge(R, A, message) * a) % L;
  return { message: message.toString("hex"), key: A, signature: Buffer.concat([R, littleEndian(S)]) };
}

const a = scalarOf(laptop.seed);
const r = scalarOf(key("nonce of the vectors").seed) % L;
const clean = encode(times(r, base));
const mixedA = encode(add(times(a, base), orderEight));
/** The first of "m0", "m1" … whose challenge under (R, A) fits. */
function messageWith(R: Uint8Array, A: Uint8Array, fits: (k: bigint) => boolean): string {
  for (let n = 0; ; n++) if (fits(challenge(R, A, Buffer.from(`m${n}`)))) return `m${n}`;
}
const smallOrder = (A: Point | Uint8Array, text: string) => forged(text, A instanceof Uint8Array ? A : encode(A), clean, 0n, r);

const signatureVectors: readonly Vector[] = [
  signature("honest", "A signature as every library makes it.", true, honest("hello")),
  signature("empty-message", "Over the empty message.", true, honest("")),
  signature("other-message", "It covers another message.", false, { ...honest("hello"), message: Buffer.from("hallo").toString("hex") }),
  signature("other-key", "Another key made it.", false, { ...honest("hello"), key: key("phone").publicKey }),
  signature("s-plus-l", "S + L: the same S to whoever does not reduce.", false, {
    ...honest("hello"),
    signature: plusL(honest("hello").signature, 1n),
  }),
  signature("s-is-l", "S = L.", false, { ...honest("hello"), signature: Buffer.concat([clean, littleEndian(L)]) }),
  signature("63-bytes", "A byte is missing.", false, { ...honest("hello"), signature: honest("hello").signature.subarray(0, 63) }),
  signature("zeros", "64 zero bytes: R has y = 0, order 4.", false, { ...honest("hello"), signature: Buffer.alloc(64) }),
  signature(
    "small-order-key",
    "A of order 8, S = r: some libraries accept it for one message in eight.",
    false,
    smallOrder(
      orderEight,
      messageWith(clean, encode(orderEight), (k) => k % 8n === 0n),
    ),
  ),
  signature("neutral-key", "A is the neutral element: S = r fits every message.", false, smallOrder(identity, "anything")),
  signature("neutral-key-not-reduced", "The same, written as y = p + 1.", false, smallOrder(littleEndian(p + 1n), "anything")),
  signature("no-point-key", "A is no point.", false, { ...honest("hello"), key: noPoint }),
  signature(
    "small-order-r",
    "R is the neutral element, S = k·a: the equation holds.",
    false,
    forged("hello", laptop.publicKey, encode(identity), a, 0n),
  ),
  signature(
    "small-order-r-not-reduced",
    "The same R, written as y = p + 1.",
    false,
    forged("hello", laptop.publicKey, littleEndian(p + 1n), a, 0n),
  ),
  signature(
    "mixed-order-r",
    "R = r·B + T with T of order 8: holds only with the cofactor.",
    false,
    forged("hello", laptop.publicKey, encode(add(times(r, base), orderEight)), a, r),
  ),
  signature(
    "mixed-order-key",
    "A = a·B + T with T of order 8, and k·T is not neutral: holds only with the cofactor.",
    false,
    forged(
      messageWith(clean, mixedA, (k) => k % 8n === 1n),
      mixedA,
      clean,
      a,
      r,
    ),
  ),
  signature(
    "mixed-order-key-holds",
    "The same A, and k is a multiple of 8: the equation holds, and nothing in the rule speaks against it.",
    true,
    forged(
      messageWith(clean, mixedA, (k) => k % 8n === 0n),
      mixedA,
      clean,
      a,
      r,
    ),
  ),
];

export const keyVectors: readonly Vector[] = [...didVectors, ...signatureVectors];
