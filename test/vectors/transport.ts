/** Runs part `transport`: what is signed, what is believed, and what is refused, without a socket. */
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { toHex } from "../../src/core/bytes.ts";
import { parseJson } from "../../src/core/codec/parse.ts";
import { limits } from "../../src/core/limits.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { readRequestFrame } from "../../src/core/sync/frames.ts";
import { errorReplyOf } from "../../src/core/sync/messages.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Gate, isBareHello } from "../../src/server/caller.ts";
import { httpLimits } from "../../src/server/http-limits.ts";
import { signerOf } from "../../src/server/live-upgrade.ts";
import { memoryNonces } from "../../src/server/nonces.ts";
import { Refused } from "../../src/server/refused.ts";
import { sharesOf } from "../../src/server/shares.ts";
import type { SyncRequest } from "../../src/server/sync-request.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { matchesContentDigest } from "../../src/transport/content-digest.ts";
import { replyComponents, requestComponents } from "../../src/transport/covered-components.ts";
import { believe, isErrorReply } from "../../src/transport/http-reply.ts";
import { believeUpgrade } from "../../src/transport/live-client.ts";
import { type Components, readSignature, signatureBase, signComponents } from "../../src/transport/message-signature.ts";
import { object, type Run, text } from "./runner.ts";

const fieldOf = (headers: JsonObject, name: string) => (headers[name] as string | undefined) ?? null;

function requestOf(request: JsonObject): SyncRequest {
  const headers = object(request, "headers");
  return {
    incoming: null as unknown as IncomingMessage, // the body is read elsewhere
    method: text(request, "method"),
    authority: text(request, "authority"),
    path: text(request, "path"),
    contentDigest: fieldOf(headers, "content-digest"),
    signature: fieldOf(headers, "signature"),
    signatureInput: fieldOf(headers, "signature-input"),
    fplTo: fieldOf(headers, "fpl-to"),
    address: "192.0.2.1",
  };
}

/** Whose request it is; throws `Refused`. */
async function callerOf(input: JsonObject): Promise<string | null> {
  let now = input["server_started"] as number;
  const options = { crypto: nativeCrypto, self: { did: text(input, "server") }, limits: httpLimits, nonces: memoryNonces() };
  const gate = new Gate({ ...options, addresses: sharesOf(httpLimits).addresses, clock: () => now, knows: async () => true });
  now = input["now"] as number;
  const request = requestOf(object(input, "request"));
  const content = new TextEncoder().encode(text(object(input, "request"), "content"));
  if (input["sent_before"]) await gate.identify(request);
  const { key } = await gate.identify(request);
  const unsigned = () => new Refused(401, "bad_signature", "only a bare hello may be unsigned");
  if (request.contentDigest === null) throw unsigned();
  if (!matchesContentDigest(nativeCrypto.sha256Hex, request.contentDigest, content)) throw unsigned();
  const message = parseJson(new TextDecoder().decode(content), { maxDepth: limits.messageDepth });
  if (key === null && !isBareHello(message)) throw unsigned();
  return key;
}

/** The signature base and the signature that a message carries, as this implementation reads them. */
function checkSigned(headers: JsonObject, components: Components, expect: JsonObject): void {
  const received = readSignature({ signatureInput: fieldOf(headers, "signature-input"), signature: fieldOf(headers, "signature") });
  const lines = received.components.map(({ identifier, text: written }) => [written, components.get(identifier) ?? ""] as const);
  assert.equal(signatureBase(lines, received.parameters), expect["base"]);
  assert.equal(toHex(received.bytes), expect["signature"]);
  const key = ["phone", "server"].map((name) => fixedKey(nativeCrypto, name)).find(({ did }) => did === received.keyid);
  assert.ok(key);
  const again = signComponents(nativeCrypto, key, components, received);
  // Whose components and parameters stand in our order, ours is the same to the byte.
  if (again["signature-input"] === headers["signature-input"]) assert.equal(again.signature, headers["signature"]);
}

export const transportRunners: Readonly<Record<string, Run>> = {
  async "http-request"({ input, expect, valid }) {
    if (!valid) {
      const { status, code } = expect;
      return assert.rejects(callerOf(input), (error) => error instanceof Refused && error.status === status && error.code === code);
    }
    assert.equal(await callerOf(input), expect["key"]);
    if (expect["key"] === null) return;
    const request = requestOf(object(input, "request"));
    const { method, authority, path, contentDigest, fplTo } = request;
    const components = requestComponents({
      method,
      path,
      authority: authority ?? "",
      contentDigest: contentDigest ?? "",
      fplTo: fplTo ?? "",
    });
    checkSigned(object(object(input, "request"), "headers"), components, expect);
  },

  async "upgrade-request"({ input, expect, valid }) {
    let now = input["server_started"] as number;
    const options = { crypto: nativeCrypto, self: { did: text(input, "server") }, limits: httpLimits, nonces: memoryNonces() };
    const gate = new Gate({ ...options, addresses: sharesOf(httpLimits).addresses, clock: () => now, knows: async () => true });
    now = input["now"] as number;
    const request = requestOf(object(input, "request"));
    const signer = signerOf(request, { gate, crypto: nativeCrypto });
    if (!valid) {
      const { status, code } = expect;
      return assert.rejects(signer, (error) => error instanceof Refused && error.status === status && error.code === code);
    }
    assert.equal((await signer).key, expect["key"]);
    const { method, authority, path, contentDigest, fplTo } = request;
    const components = requestComponents({
      method,
      path,
      authority: authority ?? "",
      contentDigest: contentDigest ?? "",
      fplTo: fplTo ?? "",
    });
    checkSigned(object(object(input, "request"), "headers"), components, expect);
  },

  "upgrade-reply"({ input, expect, valid }) {
    const asked = object(object(input, "request"), "headers");
    const headers = object(object(input, "reply"), "headers");
    const status = object(input, "reply")["status"] as number;
    const authority = text(object(input, "request"), "authority");
    const sent = { authority, contentDigest: text(asked, "content-digest"), signature: text(asked, "signature") };
    const client = { crypto: nativeCrypto, node: text(input, "expected_node"), clock: () => input["now"] as number };
    const believe = () => believeUpgrade(client, { reply: { status, field: (name) => fieldOf(headers, name) } }, sent);
    if (!valid) return assert.throws(believe, (error) => (error as { code?: unknown }).code === expect["code"]);
    believe();
    assert.equal(client.node, expect["node"]);
    checkSigned(headers, replyComponents({ status, contentDigest: text(headers, "content-digest") }, sent), expect);
  },

  frame({ input, expect, valid }) {
    const read = () => readRequestFrame(text(input, "text"));
    if (valid) return assert.deepEqual(read(), { id: expect["id"], message: expect["message"] });
    assert.throws(read, (error) => errorReplyOf(error).code === expect["code"]);
  },

  async "http-reply"({ input, expect, valid }) {
    const request = object(input, "request");
    const asked = object(request, "headers");
    const reply = object(input, "reply");
    const headers = object(reply, "headers");
    const status = reply["status"] as number;
    const wire = { status, field: (name: string) => fieldOf(headers, name), content: new TextEncoder().encode(text(reply, "content")) };
    const sent = {
      authority: text(request, "authority"),
      path: "/fpl-sync/1",
      contentDigest: text(asked, "content-digest"),
      signature: fieldOf(asked, "signature"),
    };
    const expected = { node: input["expected_node"] as string | null, now: input["now"] as number };
    const believing = believe(nativeCrypto, wire, { ...sent, fields: {}, content: new Uint8Array() }, expected);
    const taken = await believing.catch((error: unknown) => error as Error);
    if (taken instanceof Error) {
      assert.ok(!valid, taken.message);
      return assert.equal((taken as unknown as JsonObject)["code"], expect["code"]);
    }
    const isClock = status === 401 && isErrorReply(taken.message) && taken.message["code"] === "clock";
    assert.equal(taken.fresh || isClock, valid);
    if (!valid) return;
    assert.equal(taken.node, expect["node"]);
    checkSigned(headers, replyComponents({ status, contentDigest: text(headers, "content-digest") }, sent), expect);
  },
};
