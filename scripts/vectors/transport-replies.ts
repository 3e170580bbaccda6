/** Part `transport`: replies, as the client sees them. */
import { key } from "./hashing.ts";
import { authority, client, created, digestOf, now, type Parts, parameters, requestComponents, server, sign } from "./http-signature.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const asked = JSON.stringify({ type: "frontier" });
const request = sign({ components: requestComponents(asked), parameters: parameters(), by: client });
const answered = JSON.stringify({ type: "frontier", protocol: "fpl-sync/1", op_ids: [], lamport: 0 });
const refusal = JSON.stringify({ type: "error", error: "this key may not do that", code: "unauthorized" });

interface Changes {
  readonly content?: string;
  readonly status?: number;
  /** What is signed, where it isn't the usual; null leaves a component out. */
  readonly components?: Readonly<Record<string, string | null>>;
  readonly parts?: Partial<Parts>;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The reply is to a request without signature. */
  readonly toUnsigned?: boolean;
  readonly input?: object;
}

function made({ content = answered, status = 200, components = {}, parts = {}, headers = {}, toUnsigned = false, input = {} }: Changes) {
  const usual: Record<string, string | null> = {
    '"@status"': String(status),
    '"content-digest"': digestOf(content),
    '"content-digest";req': digestOf(asked),
    '"@authority";req': authority,
    '"signature";req;key="fpl"': toUnsigned ? null : `:${request.bytes.toString("base64")}:`,
    ...components,
  };
  const covered = Object.entries(usual).flatMap(([identifier, value]) => (value === null ? [] : [[identifier, value] as const]));
  const signed = sign({ components: covered, parameters: parameters({}, "reply", server), by: server, ...parts });
  const fields = Object.entries({ "content-digest": digestOf(content), ...signed.fields, ...headers }).filter(
    ([, value]) => value !== null,
  );
  const sent = {
    authority,
    headers: { "content-digest": digestOf(asked), ...(toUnsigned ? {} : { signature: request.fields.signature }) },
  };
  const reply = { status, headers: { "content-type": "application/json", ...Object.fromEntries(fields) }, content };
  return { signed, input: { expected_node: server.did, now, request: sent, reply, ...input } };
}

const about = (name: string, rule: string, comment: string) => ({
  path: `transport/reply-${name}`,
  rule,
  comment,
  kind: "http-reply",
});

function believed(name: string, rule: string, comment: string, changes: Changes = {}): Vector {
  const { signed, input } = made(changes);
  return valid(about(name, rule, comment), input, { node: server.did, base: signed.base, signature: signed.bytes.toString("hex") });
}

function doubted(name: string, rule: string, comment: string, changes: Changes): Vector {
  return invalid(about(name, rule, comment), made(changes).input, { code: "peer" });
}

const old = parameters({ created: String(created - 4_000) }, "reply", server);

const good: readonly Vector[] = [
  believed("signed", "TRA-5", "The reply to a signed request: the worked example of 06-transport."),
  believed("to-bare-hello", "TRA-5", "The reply to an unsigned hello covers no signature; who answers is not known before.", {
    content: JSON.stringify({ type: "hello", protocol: "fpl-sync/1", node: server.did }),
    toUnsigned: true,
    input: { expected_node: null },
  }),
  believed("refusal", "TRA-2", "A refusal is signed like any reply.", { status: 403, content: refusal }),
  believed("other-order", "TRA-5", "Components stand in the signer's order.", {
    parts: {
      components: [
        ['"signature";req;key="fpl"', `:${request.bytes.toString("base64")}:`],
        ['"@authority";req', authority],
        ['"content-digest"', digestOf(answered)],
        ['"content-digest";req', digestOf(asked)],
        ['"@status"', "200"],
      ],
    },
  }),
  believed("clock", "TRA-8", "To a 401 with code clock the client does not apply the window.", {
    status: 401,
    content: JSON.stringify({ type: "error", error: "sign again", code: "clock", now: (created - 4_000) * 1_000 }),
    parts: { parameters: old },
  }),
];

const bad: readonly Vector[] = [
  doubted("unsigned", "TRA-7", "Unsigned.", { headers: { "signature-input": null, signature: null } }),
  doubted("misdirected", "TRA-7", "A 421 is unsigned: nothing of it is believed but the number.", {
    status: 421,
    content: refusal,
    headers: { "signature-input": null, signature: null },
  }),
  doubted("other-node", "TRA-5", "Signed by another node than expected.", {
    parts: { by: key("laptop"), parameters: parameters({}, "reply", key("laptop")) },
  }),
  doubted("other-key", "TRA-3", "Signed by another key than keyid names.", { parts: { by: key("laptop") } }),
  doubted("other-status", "TRA-5", "The status was exchanged.", { components: { '"@status"': "403" } }),
  doubted("other-content", "TRA-5", "The content was exchanged.", {
    headers: { "content-digest": digestOf("{}") },
    components: { '"content-digest"': digestOf("{}") },
  }),
  doubted("other-digest", "TRA-5", "Content-Digest was exchanged with it.", { components: { '"content-digest"': digestOf("{}") } }),
  doubted("to-other-content", "TRA-5", "The reply to a request with another content.", {
    components: { '"content-digest";req': digestOf("{}") },
  }),
  doubted("to-other-authority", "TRA-5", "The reply to a request to another authority.", {
    components: { '"@authority";req': "other.example" },
  }),
  doubted("to-other-signature", "TRA-5", "The reply to another request with the same content.", {
    components: { '"signature";req;key="fpl"': `:${Buffer.alloc(64, 7).toString("base64")}:` },
  }),
  ...['"@status"', '"content-digest"', '"content-digest";req', '"@authority";req', '"signature";req;key="fpl"'].map((identifier) =>
    doubted(`uncovered-${identifier.replaceAll(/["@]/g, "").replaceAll(/[;=]/g, "-")}`, "TRA-5", `${identifier} is not covered.`, {
      components: { [identifier]: null },
    }),
  ),
  doubted("no-digest", "TRA-5", "Content-Digest is missing.", { headers: { "content-digest": null } }),
  doubted("other-tag", "TRA-3", "Made for another purpose.", { parts: { parameters: parameters({ tag: '"other"' }, "reply", server) } }),
  doubted("old", "TRA-8", "Signed 4,000 s ago.", { parts: { parameters: old } }),
  doubted("no-error", "TRA-2", "A 403 whose content is no error.", { status: 403 }),
  doubted("no-json", "TRA-2", "The content is no JSON.", { content: "<html>" }),
  doubted("key-twice", "ENC-4", "A key stands twice in the message.", {
    content: '{"type":"frontier","lamport":0,"op_ids":[],"lamport":1}',
  }),
];

export const replyVectors: readonly Vector[] = [...good, ...bad];
