/** Part `transport`: how a kept connection begins, and its frames. */
import { key } from "./hashing.ts";
import { authority, client, created, digestOf, now, type Parts, parameters, requestComponents, server, sign } from "./http-signature.ts";
import { firstTs } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const get = { '"@method"': "GET" };

function upgrade(
  parts: Partial<Parts> = {},
  changes: { readonly headers?: Readonly<Record<string, string | null>>; readonly method?: string } = {},
) {
  const signed = sign({ components: requestComponents("", get), parameters: parameters(), by: client, ...parts });
  const fields = { "content-digest": digestOf(""), "fpl-to": server.did, ...signed.fields, ...changes.headers };
  const headers = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const request = { method: changes.method ?? "GET", authority, path: "/fpl-sync/1", headers };
  return { signed, input: { server: server.did, server_started: firstTs - 3_600_000, now, request } };
}

function asked(name: string, comment: string, made: ReturnType<typeof upgrade>, isTaken: boolean): Vector {
  const about = { path: `transport/upgrade-${name}`, rule: "TRA-11", comment, kind: "upgrade-request" };
  const { signed, input } = made;
  return isTaken
    ? valid(about, input, { key: client.did, base: signed.base, signature: signed.bytes.toString("hex") })
    : invalid(about, input, { status: 401, code: "bad_signature" });
}

const requests: readonly Vector[] = [
  asked("signed", "A WebSocket is asked for by a signed GET, over the digest of no content.", upgrade(), true),
  asked("as-post", "Signed as a POST.", upgrade({ components: requestComponents("") }), false),
  asked(
    "of-message",
    "Over the digest of a message.",
    upgrade({ components: requestComponents("{}", get) }, { headers: { "content-digest": digestOf("{}") } }),
    false,
  ),
  asked(
    "unsigned",
    "Nobody keeps a connection unsigned, not even to say hello.",
    upgrade({}, { headers: { "signature-input": null, signature: null, "fpl-to": null } }),
    false,
  ),
  asked("no-digest", "Content-Digest is missing.", upgrade({}, { headers: { "content-digest": null } }), false),
];

const request = upgrade().signed;

function accepted(
  name: string,
  comment: string,
  changes: {
    readonly components?: Readonly<Record<string, string | null>>;
    readonly parts?: Partial<Parts>;
    readonly headers?: Readonly<Record<string, string | null>>;
  } = {},
): { readonly signed: ReturnType<typeof sign>; readonly about: Parameters<typeof valid>[0]; readonly input: object } {
  const usual: Record<string, string | null> = {
    '"@status"': "101",
    '"content-digest"': digestOf(""),
    '"content-digest";req': digestOf(""),
    '"@authority";req': authority,
    '"signature";req;key="fpl"': `:${request.bytes.toString("base64")}:`,
    ...changes.components,
  };
  const components = Object.entries(usual).flatMap(([identifier, value]) => (value === null ? [] : [[identifier, value] as const]));
  const signed = sign({ components, parameters: parameters({}, "reply", server), by: server, ...changes.parts });
  const fields = Object.entries({ "content-digest": digestOf(""), ...signed.fields, ...changes.headers }).filter(
    ([, value]) => value !== null,
  );
  const sent = { authority, headers: { "content-digest": digestOf(""), signature: request.fields.signature } };
  const input = { expected_node: server.did, now, request: sent, reply: { status: 101, headers: Object.fromEntries(fields) } };
  return { signed, about: { path: `transport/upgraded-${name}`, rule: "TRA-11", comment, kind: "upgrade-reply" }, input };
}

function believed(...made: Parameters<typeof accepted>): Vector {
  const { signed, about, input } = accepted(...made);
  return valid(about, input, { node: server.did, base: signed.base, signature: signed.bytes.toString("hex") });
}

function doubted(...made: Parameters<typeof accepted>): Vector {
  const { about, input } = accepted(...made);
  return invalid(about, input, { code: "peer" });
}

const laptop = key("laptop");

const replies: readonly Vector[] = [
  believed("signed", "The 101 is signed for the request that it accepts."),
  doubted("unsigned", "Unsigned: whoever it is, the node may not be there.", { headers: { "signature-input": null, signature: null } }),
  doubted("other-node", "Signed by another node than expected.", { parts: { by: laptop, parameters: parameters({}, "reply", laptop) } }),
  doubted("other-status", "Signed as a reply to a message.", { components: { '"@status"': "200" } }),
  doubted("to-other-request", "The 101 of another request.", {
    components: { '"signature";req;key="fpl"': `:${Buffer.alloc(64, 7).toString("base64")}:` },
  }),
  doubted("uncovered-request", "It does not say of which request.", { components: { '"signature";req;key="fpl"': null } }),
  doubted("old", "Signed 4,000 s ago.", { parts: { parameters: parameters({ created: String(created - 4_000) }, "reply", server) } }),
];

const frame = (name: string, comment: string) => ({ path: `transport/frame-${name}`, rule: "TRA-16", comment, kind: "frame" });

function read(name: string, comment: string, text: string, id: string | number, message: object): Vector {
  return valid(frame(name, comment), { text }, { id, message });
}

function unread(name: string, comment: string, text: string): Vector {
  return invalid(frame(name, comment), { text }, { code: "bad_request" });
}

const frames: readonly Vector[] = [
  read("text-id", "The message is the frame without its id.", '{"id":"a","type":"frontier"}', "a", { type: "frontier" }),
  read("number-id", "A whole number is an id, too; it may stand anywhere.", '{"type":"push","ops":[{"id":2}],"id":1}', 1, {
    type: "push",
    ops: [{ id: 2 }],
  }),
  read("longest-id", "64 characters.", `{"id":"${"x".repeat(64)}","type":"hello"}`, "x".repeat(64), { type: "hello" }),
  unread("no-id", "No id: nothing could be answered.", '{"type":"hello"}'),
  unread("long-id", "65 characters.", `{"id":"${"x".repeat(65)}","type":"hello"}`),
  unread("empty-id", "An empty text.", '{"id":"","type":"hello"}'),
  unread("fraction-id", "No whole number.", '{"id":1.5,"type":"hello"}'),
  unread("id-twice", "A key stands twice.", '{"id":1,"id":2,"type":"hello"}'),
  unread("list", "No object.", '[{"id":1,"type":"hello"}]'),
  unread("no-json", "No JSON.", "hello"),
];

export const liveVectors: readonly Vector[] = [...requests, ...replies, ...frames];
