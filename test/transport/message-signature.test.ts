import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/core/bytes.ts";
import { PoolError } from "../../src/core/errors.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { isFresh, requestComponents } from "../../src/transport/covered-components.ts";
import { readSignature, signatureBase, signComponents, verifySignature } from "../../src/transport/message-signature.ts";
import { digestOf, type Fields, keyOf, requestCovers, signedFields } from "./by-hand.ts";

/** RFC 9421, appendix B.2.6: from outside the project. */
test("the published Ed25519 example: its base, and its signature from its key", () => {
  const parameters = '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const base = signatureBase(
    [
      ['"date"', "Tue, 20 Apr 2021 02:07:55 GMT"],
      ['"@method"', "POST"],
      ['"@path"', "/foo"],
      ['"@authority"', "example.com"],
      ['"content-type"', "application/json"],
      ['"content-length"', "18"],
    ],
    parameters,
  );
  const published = `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`;
  assert.equal(base, published);
  const seed = Buffer.from("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU", "base64url");
  assert.equal(
    Buffer.from(nativeCrypto.ed25519.sign(seed, utf8(base))).toString("base64"),
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
  );
});

const key = keyOf(1);
const to = keyOf(2).did;
const authority = "home.example:8443";
const content = '{"type":"hello"}';
const created = 1_790_000_000;
const by = { key, to, authority, content, created, nonce: "00112233445566778899aabbccddeeff" };
const components = requestComponents({ method: "POST", authority, path: "/fpl-sync/1", contentDigest: digestOf(content), fplTo: to });

const read = (fields: Fields) =>
  readSignature({ signatureInput: fields["signature-input"] ?? null, signature: fields["signature"] ?? null });
const accepts = (fields: Fields) => verifySignature(nativeCrypto, read(fields), components);
const refuses = (fields: Fields) =>
  assert.throws(
    () => accepts(fields),
    (error) => error instanceof PoolError && error.code === "bad_signature",
  );

test("what we sign is byte for byte what section 7 spells out", () => {
  const ours = signComponents(nativeCrypto, key, components, by);
  const { "signature-input": input, signature } = signedFields(by);
  assert.deepEqual(ours, { "signature-input": input, signature });
  accepts(ours as unknown as Fields);
});

const standard = `created=${created};nonce="n";keyid="${key.did}";tag="fpl-sync/1"`;

test("any order of components and parameters is good, and so is leaving out alg or adding expires", () => {
  accepts(signedFields({ ...by, covered: requestCovers.toReversed() }));
  accepts(signedFields({ ...by, parameters: `;tag="fpl-sync/1";keyid="${key.did}";nonce="n";created=${created}` }));
  accepts(signedFields({ ...by, parameters: `;${standard};alg="ed25519"` }));
  accepts(signedFields({ ...by, parameters: `;${standard};expires=${created + 60}` }));
});

test("the parameters are signed as they were written", () => {
  accepts(signedFields({ ...by, parameters: `; created=${created}; nonce="n"; keyid="${key.did}"; tag="fpl-sync/1"` }));
});

test("signatures under other labels beside ours are not looked at", () => {
  const fields = signedFields(by);
  accepts({
    ...fields,
    "signature-input": `proxy=("@method");created=1, ${fields["signature-input"]}`,
    signature: `${fields["signature"]}, proxy=:AAEC:`,
  });
});

for (const missing of requestCovers) {
  test(`refused: ${missing} is not covered`, () =>
    refuses(signedFields({ ...by, covered: requestCovers.filter((name) => name !== missing) })));
}

const properlySignedBut: readonly [why: string, how: Partial<Parameters<typeof signedFields>[0]>][] = [
  ["one more component is covered", { covered: [...requestCovers, '"content-type"'] }],
  ["a component is covered twice", { covered: [...requestCovers, '"@method"'] }],
  ["one is covered twice and another isn't", { covered: [...requestCovers.slice(0, 4), '"@method"'] }],
  ["a component has a parameter of its own", { covered: ['"@method";sf', ...requestCovers.slice(1)] }],
  ["a component is the request's of a request", { covered: ['"@method";req', ...requestCovers.slice(1)] }],
  ["a component is named by a token", { covered: ["method", ...requestCovers.slice(1)] }],
  ["the tag is another protocol's", { parameters: `;created=${created};nonce="n";keyid="${key.did}";tag="fpl-sync/2"` }],
  ["the tag is missing", { parameters: `;created=${created};nonce="n";keyid="${key.did}"` }],
  ["the tag is a token", { parameters: `;created=${created};nonce="n";keyid="${key.did}";tag=fpl-sync/1` }],
  ["alg is another", { parameters: `;${standard};alg="ecdsa-p256-sha256"` }],
  ["alg is a token", { parameters: `;${standard};alg=ed25519` }],
  ["created is missing", { parameters: `;nonce="n";keyid="${key.did}";tag="fpl-sync/1"` }],
  ["created is no whole number", { parameters: `;created=${created}.5;nonce="n";keyid="${key.did}";tag="fpl-sync/1"` }],
  ["created is text", { parameters: `;created="${created}";nonce="n";keyid="${key.did}";tag="fpl-sync/1"` }],
  ["created is negative", { parameters: `;created=-1;nonce="n";keyid="${key.did}";tag="fpl-sync/1"` }],
  ["the nonce is missing", { parameters: `;created=${created};keyid="${key.did}";tag="fpl-sync/1"` }],
  ["the nonce is empty", { parameters: `;created=${created};nonce="";keyid="${key.did}";tag="fpl-sync/1"` }],
  ["keyid is missing", { parameters: `;created=${created};nonce="n";tag="fpl-sync/1"` }],
  ["keyid is no did:key", { parameters: `;created=${created};nonce="n";keyid="me";tag="fpl-sync/1"` }],
  ["keyid is another's", { parameters: `;created=${created};nonce="n";keyid="${to}";tag="fpl-sync/1"` }],
  ["expires is no time", { parameters: `;${standard};expires="soon"` }],
  ["there is a parameter that nobody knows", { parameters: `;${standard};context="x"` }],
  ["a parameter stands twice", { parameters: `;created=${created};${standard}` }],
];

for (const [why, how] of properlySignedBut) {
  test(`refused: ${why}`, () => refuses(signedFields({ ...by, ...how })));
}

test("refused: a component named by text that only looks like a component with its parameters", () => {
  refuses(signedFields({ ...by, covered: ['"fpl-to\\";req"', ...requestCovers.slice(0, 4)] }));
});

const altered: readonly [why: string, change: (fields: Fields) => Fields][] = [
  [
    "another label",
    (fields) => ({
      ...fields,
      "signature-input": `sig1${fields["signature-input"]?.slice(3)}`,
      signature: `sig1${fields["signature"]?.slice(3)}`,
    }),
  ],
  ["only one of the fields", ({ signature: _, ...fields }) => fields],
  ["only the other", ({ "signature-input": _, ...fields }) => fields],
  ["a signature that is no bytes", (fields) => ({ ...fields, signature: 'fpl="x"' })],
  ["a signature of 63 bytes", (fields) => ({ ...fields, signature: `fpl=:${Buffer.alloc(63).toString("base64")}:` })],
  ["a signature with a parameter", (fields) => ({ ...fields, signature: `${fields["signature"]};x=1` })],
  ["a signature that stands twice", (fields) => ({ ...fields, signature: `${fields["signature"]}, ${fields["signature"]}` })],
  ["bad base64", (fields) => ({ ...fields, signature: fields["signature"]?.replace("==:", ":") ?? "" })],
  ["a flipped bit", (fields) => ({ ...fields, signature: flipped(fields["signature"] ?? "") })],
  ["an input that is no list", (fields) => ({ ...fields, "signature-input": "fpl=1" })],
  [
    "other parameters than were signed",
    (fields) => ({
      ...fields,
      "signature-input": fields["signature-input"]?.replace(`created=${created}`, `created=${created + 1}`) ?? "",
    }),
  ],
];

for (const [why, change] of altered) {
  test(`refused: ${why}`, () => refuses(change(signedFields(by))));
}

test("verification is the protocol's own strict rule: S + L is refused, whatever the platform says", () => {
  const fields = signedFields(by);
  const bytes = Buffer.from(fields["signature"]?.slice("fpl=:".length, -1) ?? "", "base64");
  const order = Buffer.from("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", "hex");
  for (let at = 0, carry = 0; at < 32; at++) {
    const sum = (bytes[32 + at] ?? 0) + (order[at] ?? 0) + carry;
    bytes[32 + at] = sum & 0xff;
    carry = sum >> 8;
  }
  const lax = { ...nativeCrypto, ed25519: { ...nativeCrypto.ed25519, verify: () => true } };
  verifySignature(lax, read(fields), components);
  const received = read({ ...fields, signature: `fpl=:${bytes.toString("base64")}:` });
  assert.throws(() => verifySignature(lax, received, components), { code: "bad_signature" });
});

test("a reply's component must be what it says, not text that spells it", () => {
  const covered = new Map([['"signature";req;key="fpl"', ":AAEC:"]]);
  const text = '"signature\\";req;key=\\"fpl"';
  const input = `(${text});created=1;nonce="n";keyid="${key.did}";tag="fpl-sync/1"`;
  const bytes = nativeCrypto.ed25519.sign(key.seed, utf8(signatureBase([[text, ":AAEC:"]], input)));
  const sign = `fpl=:${Buffer.from(bytes).toString("base64")}:`;
  assert.throws(() => verifySignature(nativeCrypto, read({ "signature-input": `fpl=${input}`, signature: sign }), covered), {
    code: "bad_signature",
  });
});

test("a signature is fresh for 300 s before and after, both inclusive, and not beyond its own expires", () => {
  const now = created * 1_000;
  const fresh = (off: number, expires: number | null = null) => isFresh({ created, expires }, now + off);
  assert.deepEqual(
    [-300_001, -300_000, 0, 300_000, 300_001].map((off) => fresh(off)),
    [false, true, true, true, false],
  );
  assert.deepEqual(
    [10_000, 10_001].map((off) => fresh(off, created + 10)),
    [true, false],
  );
});

function flipped(field: string): string {
  const bytes = Buffer.from(field.slice("fpl=:".length, -1), "base64");
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `fpl=:${bytes.toString("base64")}:`;
}
