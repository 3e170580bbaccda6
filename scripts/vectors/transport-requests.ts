/** Part `transport`: requests, as the server sees them. */
import { L, littleEndian } from "./edwards.ts";
import { didOf, key } from "./hashing.ts";
import {
  authority,
  client,
  created,
  digestOf,
  nonceOf,
  now,
  type Parts,
  parameters,
  requestComponents,
  type Signed,
  server,
  sign,
} from "./http-signature.ts";
import { firstTs } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

interface Changes {
  readonly content?: string;
  /** What is signed, where it isn't the content's digest and the usual. */
  readonly parts?: Partial<Parts>;
  /** Header fields as sent, where they aren't as signed; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly input?: object;
  /** The authority that is asked, where it isn't the usual one. */
  readonly name?: string;
}

const usual = JSON.stringify({ type: "frontier" });

function made({ content = usual, parts = {}, headers = {}, input = {}, name = authority }: Changes) {
  const signed = sign({ components: requestComponents(content), parameters: parameters(), by: client, ...parts });
  const fields = Object.entries({ "content-digest": digestOf(content), "fpl-to": server.did, ...signed.fields, ...headers });
  const sent = Object.fromEntries(fields.filter(([, value]) => value !== null));
  const request = {
    method: "POST",
    authority: name,
    path: "/fpl-sync/1",
    headers: { "content-type": "application/json", ...sent },
    content,
  };
  return { signed, input: { server: server.did, server_started: firstTs - 3_600_000, now, request, ...input } };
}

const about = (name: string, rule: string, comment: string) => ({
  path: `transport/request-${name}`,
  rule,
  comment,
  kind: "http-request",
});

function taken(name: string, rule: string, comment: string, changes: Changes = {}): Vector {
  const { signed, input } = made(changes);
  return valid(about(name, rule, comment), input, { key: client.did, base: signed.base, signature: signed.bytes.toString("hex") });
}

function refused(name: string, rule: string, comment: string, changes: Changes, code = "bad_signature"): Vector {
  return invalid(about(name, rule, comment), made(changes).input, { status: 401, code });
}

function unsigned(
  name: string,
  rule: string,
  comment: string,
  message: object,
  isTaken: boolean,
  headers: Changes["headers"] = {},
): Vector {
  const nothing = { "signature-input": null, signature: null, "fpl-to": null };
  const { input } = made({ content: JSON.stringify(message), headers: { ...nothing, ...headers } });
  return isTaken
    ? valid(about(name, rule, comment), input, { key: null })
    : invalid(about(name, rule, comment), input, { status: 401, code: "bad_signature" });
}

const withParameters = (changes: Readonly<Record<string, string | null>>): Changes => ({ parts: { parameters: parameters(changes) } });
const withComponents = (changes: Readonly<Record<string, string | null>>, content = usual): Changes => ({
  parts: { components: requestComponents(content, changes) },
});
const at = (offsetMs: number): Changes => withParameters({ created: String(created + offsetMs / 1_000) });

const accepted: readonly Vector[] = [
  taken("signed", "TRA-4", "A message as every client sends it: the worked example of 06-transport."),
  taken("utf-8", "TRA-4", "The digest is over the content's bytes.", {
    content: JSON.stringify({ type: "hello", mood: "fr\u00f8hlich \u{1f600}" }),
  }),
  taken("default-port", "TRA-4", "The scheme's own port is no part of @authority.", {
    ...withComponents({ '"@authority"': "home.example" }),
    name: "home.example",
  }),
  taken("other-order", "TRA-4", "Components stand in the signer's order.", { parts: { components: requestComponents(usual).reverse() } }),
  taken("other-parameter-order", "TRA-3", "So do the parameters.", {
    parts: { parameters: `;tag="fpl-sync/1";keyid="${client.did}";nonce="${nonceOf("request")}";created=${created}` },
  }),
  taken("no-alg", "TRA-3", "alg may be left out: there is only one.", withParameters({ alg: null })),
  taken("another-label", "TRA-3", "Signatures under other labels are not looked at.", {
    ...((mine: Signed, other: Signed) => ({
      headers: {
        "signature-input": `${other.fields["signature-input"]}, ${mine.fields["signature-input"]}`,
        signature: `${other.fields.signature}, ${mine.fields.signature}`,
      },
    }))(
      sign({ components: requestComponents(usual), parameters: parameters(), by: client }),
      sign({ components: [['"@method"', "POST"]], parameters: ";created=1", by: key("stranger") }, "proxy"),
    ),
  }),
  taken("another-digest", "TRA-4", "A digest by another algorithm may stand beside sha-256.", {
    ...withComponents({ '"content-digest"': `sha-512=:AAAA:, ${digestOf(usual)}` }),
    headers: { "content-digest": `sha-512=:AAAA:, ${digestOf(usual)}` },
  }),
  taken("300-s-old", "TRA-8", "created may be 300 s back.", { ...at(-300_000), input: { now: created * 1_000 } }),
  taken("300-s-ahead", "TRA-8", "Or ahead.", { ...at(300_000), input: { now: created * 1_000 } }),
  taken("second-of-the-start", "TRA-9", "Signed in the second in which the server started.", {
    input: { server_started: created * 1_000 + 900, now: created * 1_000 + 950 },
  }),
  unsigned(
    "bare-hello",
    "TRA-6",
    "A hello without signature, with Content-Digest and nonce.",
    { type: "hello", nonce: nonceOf("hello") },
    true,
  ),
];

const components: readonly Vector[] = [
  ...['"@method"', '"@authority"', '"@path"', '"content-digest"', '"fpl-to"'].map((identifier) =>
    refused(
      `uncovered-${identifier.replaceAll(/["@]/g, "")}`,
      "TRA-4",
      `${identifier} is not covered.`,
      withComponents({ [identifier]: null }),
    ),
  ),
  refused("covered-twice", "TRA-4", "A component is covered twice.", {
    parts: { components: [...requestComponents(usual), ['"@method"', "POST"]] },
  }),
  refused(
    "of-request",
    "TRA-4",
    "A request's components are its own: no req.",
    withComponents({ '"@method"': null, '"@method";req': "POST" }),
  ),
  refused("other-method", "TRA-4", "Signed as a GET.", withComponents({ '"@method"': "GET" })),
  refused("other-authority", "TRA-4", "Signed for another authority.", withComponents({ '"@authority"': "home.example" })),
  refused("other-path", "TRA-4", "Signed for another path.", withComponents({ '"@path"': "/fpl-sync/2" })),
  refused("path-with-query", "TRA-4", "@path has no query.", withComponents({ '"@path"': "/fpl-sync/1?" })),
  refused("other-content", "TRA-4", "The content is not the digest's.", {
    headers: { "content-digest": digestOf("{}") },
    ...withComponents({}, "{}"),
  }),
  refused("other-digest", "TRA-4", "Content-Digest was exchanged together with the content.", withComponents({}, "{}")),
  refused("digest-sha-512", "TRA-4", "There is no sha-256 digest.", {
    ...withComponents({ '"content-digest"': "sha-512=:AAAA:" }),
    headers: { "content-digest": "sha-512=:AAAA:" },
  }),
  refused("no-digest", "TRA-4", "Content-Digest is missing.", { headers: { "content-digest": null } }),
  refused("no-fpl-to", "TRA-4", "Fpl-To is missing.", { headers: { "fpl-to": null } }),
  refused("for-another-node", "TRA-4", "Signed for another node, which sends it on.", {
    ...withComponents({ '"fpl-to"': key("laptop").did }),
    headers: { "fpl-to": key("laptop").did },
  }),
  refused("fpl-to-exchanged", "TRA-4", "The same, with Fpl-To exchanged.", withComponents({ '"fpl-to"': key("laptop").did })),
];

const signature = sign({ components: requestComponents(usual), parameters: parameters(), by: client });
const field = (bytes: Uint8Array) => ({ headers: { signature: `fpl=:${Buffer.from(bytes).toString("base64")}:` } });
const S = BigInt(`0x${Buffer.from(signature.bytes.subarray(32)).reverse().toString("hex")}`);

const parameterFaults: readonly Vector[] = [
  ...["created", "nonce", "keyid", "tag"].map((name) =>
    refused(`no-${name}`, "TRA-3", `${name} is missing.`, withParameters({ [name]: null })),
  ),
  refused("other-tag", "TRA-3", "Made for another purpose.", withParameters({ tag: '"fpl-sync/2"' })),
  refused("other-alg", "TRA-3", "Another algorithm.", withParameters({ alg: '"ecdsa-p256-sha256"' })),
  refused("keyid-hex", "TRA-3", "keyid is a did.", withParameters({ keyid: `"${client.publicKey.toString("hex")}"` })),
  refused("keyid-weak", "ENC-10", "keyid names the neutral element.", {
    ...withParameters({ keyid: `"${didOf(littleEndian(1n))}"` }),
    ...field(Buffer.concat([littleEndian(1n), Buffer.alloc(32)])),
  }),
  refused("created-fraction", "TRA-3", "created is in whole seconds.", withParameters({ created: `${created}.5` })),
  refused("created-text", "TRA-3", "created is a number.", withParameters({ created: `"${created}"` })),
  refused("other-label", "TRA-3", "The label is fpl.", {
    headers: {
      "signature-input": signature.fields["signature-input"].replace("fpl=", "sig1="),
      signature: signature.fields.signature.replace("fpl=", "sig1="),
    },
  }),
  refused("no-signature", "TRA-3", "Signature-Input without Signature.", { headers: { signature: null } }),
  refused("no-signature-input", "TRA-3", "Signature without Signature-Input.", { headers: { "signature-input": null } }),
  refused("label-twice", "TRA-3", "The label stands twice.", {
    headers: { signature: `${signature.fields.signature}, ${signature.fields.signature}` },
  }),
  refused("other-key", "TRA-3", "Signed by another key than keyid names.", { parts: { by: key("laptop") } }),
  refused("63-bytes", "ENC-10", "A byte is missing.", field(signature.bytes.subarray(0, 63))),
  refused("s-plus-l", "ENC-10", "S + L in place of S.", field(Buffer.concat([signature.bytes.subarray(0, 32), littleEndian(S + L)]))),
  refused("parameters-changed", "TRA-3", "The nonce was exchanged after signing.", {
    headers: { "signature-input": signature.fields["signature-input"].replace(nonceOf("request"), nonceOf("other")) },
  }),
];

const times: readonly Vector[] = [
  refused("301-s-old", "TRA-8", "301 s back.", { ...at(-301_000), input: { now: created * 1_000 } }, "clock"),
  refused(
    "300-s-and-1-ms-old",
    "TRA-8",
    "300.001 s back: created is in seconds, the clock in milliseconds.",
    { ...at(-300_000), input: { now: created * 1_000 + 1 } },
    "clock",
  ),
  refused("301-s-ahead", "TRA-8", "301 s ahead.", { ...at(301_000), input: { now: created * 1_000 } }, "clock"),
  refused(
    "before-the-start",
    "TRA-9",
    "Signed before the second in which a server without stored nonces started.",
    {
      input: { server_started: created * 1_000 + 1_000, now: created * 1_000 + 1_100 },
    },
    "clock",
  ),
  refused("replayed", "TRA-9", "Sent before.", { input: { sent_before: true } }),
];

const bare: readonly Vector[] = [
  unsigned("unsigned-frontier", "TRA-6", "Only a hello may be unsigned.", { type: "frontier", nonce: nonceOf("hello") }, false),
  unsigned("unsigned-hello-no-nonce", "TRA-6", "It carries a nonce.", { type: "hello" }, false),
  unsigned("unsigned-hello-short-nonce", "TRA-6", "Of 16 bytes.", { type: "hello", nonce: nonceOf("hello").slice(2) }, false),
  unsigned("unsigned-hello-nonce-text", "TRA-6", "In hex.", { type: "hello", nonce: "0123456789abcdefghijklmnopqrstuv" }, false),
  unsigned("unsigned-hello-no-digest", "TRA-6", "And Content-Digest.", { type: "hello", nonce: nonceOf("hello") }, false, {
    "content-digest": null,
  }),
];

export const requestVectors: readonly Vector[] = [...accepted, ...components, ...parameterFaults, ...times, ...bare];
