/**
 * fpl-sync/1's signatures written out from section 7 as text, with `node:crypto` and nothing of `src/transport`: what another
 * implementation would do. Tests alter what it makes, before or after it is signed.
 */
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { decodeDidKey, encodeDidKey } from "../../src/core/crypto/did-key.ts";

export interface Key {
  readonly did: string;
  readonly seed: Uint8Array;
}

/** The same key for the same number, in every run. */
export function keyOf(number: number): Key {
  const seed = createHash("sha256").update(`test key ${number}`).digest();
  const raw = createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" }).subarray(-32);
  return { did: encodeDidKey(new Uint8Array(raw)), seed };
}

export function digestOf(content: Uint8Array | string): string {
  return `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
}

export type Fields = Record<string, string>;

export interface RequestByHand {
  readonly key: Key;
  readonly to: string;
  readonly authority: string;
  readonly content: Uint8Array | string;
  readonly created?: number;
  readonly nonce?: string;
  /** What is signed for them, when not the usual. */
  readonly method?: string;
  readonly path?: string;
  /** What is covered, in this order. */
  readonly covered?: readonly string[];
  /** The parameters after the list, when not the usual ones. */
  readonly parameters?: string;
}

export const requestCovers = ['"@method"', '"@authority"', '"@path"', '"content-digest"', '"fpl-to"'];

/** The header fields of a signed request. */
export function signedFields(by: RequestByHand): Fields {
  const digest = digestOf(by.content);
  const values: Record<string, string> = {
    '"@method"': by.method ?? "POST",
    '"@authority"': by.authority,
    '"@path"': by.path ?? "/fpl-sync/1",
    '"content-digest"': digest,
    '"fpl-to"': by.to,
    '"content-type"': "application/json",
  };
  const created = by.created ?? Math.floor(Date.now() / 1_000);
  const nonce = by.nonce ?? randomBytes(16).toString("hex");
  const covered = by.covered ?? requestCovers;
  const parameters = by.parameters ?? `;created=${created};nonce="${nonce}";alg="ed25519";keyid="${by.key.did}";tag="fpl-sync/1"`;
  const input = `(${covered.join(" ")})${parameters}`;
  const base = [...covered.map((name) => `${name}: ${values[name.replace(/;.*/, "")]}`), `"@signature-params": ${input}`].join("\n");
  return {
    host: by.authority,
    "content-type": "application/json",
    "content-digest": digest,
    "fpl-to": by.to,
    "signature-input": `fpl=${input}`,
    signature: `fpl=:${sign(null, Buffer.from(base), privateKey(by.key.seed)).toString("base64")}:`,
  };
}

/** The header fields of a bare request. */
export function bareFields(authority: string, content: Uint8Array | string): Fields {
  return { host: authority, "content-type": "application/json", "content-digest": digestOf(content) };
}

export interface ReplyByHand {
  readonly key: Key;
  readonly status: number;
  readonly content: Uint8Array | string;
  readonly request: { readonly authority: string; readonly digest: string; readonly signature: string | undefined };
  readonly created?: number;
}

/** The header fields of a signed reply. */
export function signedReplyFields(by: ReplyByHand): Fields {
  const digest = digestOf(by.content);
  const created = by.created ?? Math.floor(Date.now() / 1_000);
  const lines = replyLines(by.status, digest, by.request);
  const input = `(${lines.map(([name]) => name).join(" ")});created=${created};nonce="${randomBytes(16).toString("hex")}";keyid="${by.key.did}";tag="fpl-sync/1"`;
  const base = [...lines.map(([name, value]) => `${name}: ${value}`), `"@signature-params": ${input}`].join("\n");
  return {
    "content-type": "application/json",
    "content-digest": digest,
    "signature-input": `fpl=${input}`,
    signature: `fpl=:${sign(null, Buffer.from(base), privateKey(by.key.seed)).toString("base64")}:`,
  };
}

export interface Reply {
  readonly status: number;
  readonly fields: IncomingHttpHeaders;
  readonly content: Buffer;
}

/** Sends a request exactly as given. */
export function post(
  port: number,
  fields: Readonly<Record<string, string | readonly string[]>>,
  content: Uint8Array | string,
  options: { readonly method?: string; readonly path?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = "POST", path = "/fpl-sync/1" } = options;
    const sent = request({ host: "127.0.0.1", port, method, path, headers: fields as Fields, agent: false });
    sent.on("error", reject).on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, fields: incoming.headers, content: Buffer.concat(chunks) }));
    });
    sent.end(content);
  });
}

/** All that the server says to these bytes, until it ends the connection. */
export function rawReply(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("close", () => resolve(said)).on("error", reject);
  });
}

/** Whether a reply is signed by `did` as section 7 says, for the request with these fields. */
export function isSignedBy(did: string, reply: Reply, sent: Readonly<Record<string, string | readonly string[]>>): boolean {
  const digest = String(reply.fields["content-digest"]);
  const [, input = "", keyid] = /^fpl=(\(.*\).*;keyid="([^"]+)".*)$/.exec(String(reply.fields["signature-input"])) ?? [];
  const bytes = /^fpl=:(.*):$/.exec(String(reply.fields["signature"]))?.[1] ?? "";
  const request = {
    authority: String(sent["host"]),
    digest: String(sent["content-digest"]),
    signature: sent["signature"] as string | undefined,
  };
  const lines = replyLines(reply.status, digest, request);
  if (keyid !== did || digest !== digestOf(reply.content) || !input.startsWith(`(${lines.map(([name]) => name).join(" ")});`)) return false;
  const base = [...lines.map(([name, value]) => `${name}: ${value}`), `"@signature-params": ${input}`].join("\n");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), decodeDidKey(did) ?? new Uint8Array()]);
  return verify(null, Buffer.from(base), createPublicKey({ key: der, format: "der", type: "spki" }), Buffer.from(bytes, "base64"));
}

export function jsonOf(reply: Reply): Record<string, unknown> {
  return JSON.parse(reply.content.toString());
}

function replyLines(status: number, digest: string, request: ReplyByHand["request"]): [string, string][] {
  const member = request.signature?.replace(/^fpl=/, "");
  return [
    ['"@status"', String(status)],
    ['"content-digest"', digest],
    ['"content-digest";req', request.digest],
    ['"@authority";req', request.authority],
    ...(member === undefined ? [] : [['"signature";req;key="fpl"', member] as [string, string]]),
  ];
}

function privateKey(seed: Uint8Array) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}
