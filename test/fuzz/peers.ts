/** What other nodes send: requests to a server, replies of one, pages of operations, slices, receipts and proofs. */
import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { readControlPayload } from "../../src/core/admission/control-payload.ts";
import { checkDelegateOps, type PullExpectation } from "../../src/core/capability/delegate-ops.ts";
import { proofFault, type ReceiptContext, receiptFault } from "../../src/core/capability/holdings.ts";
import { payloadFault } from "../../src/core/claim/payload-form.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import { parseJson } from "../../src/core/codec/parse.ts";
import { parseAround, RawJson } from "../../src/core/codec/raw-json.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import { VerifiedRoots } from "../../src/core/op/identity.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { readRun, runIn } from "../../src/core/op/read-run.ts";
import { inRuns, type Run } from "../../src/core/op/run.ts";
import type { Shaped } from "../../src/core/op/shape.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { verifyBundle } from "../../src/node/bundle.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { characters, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import { loadVectors, type Vector } from "../../src/testkit/load-vectors.ts";
import { scriptedPool } from "../../src/testkit/scripted-pool.ts";
import { decodeContent } from "../../src/transport/content-coding.ts";
import { believe } from "../../src/transport/http-reply.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { list, object, replicaOf, takeAll, text } from "../vectors/runner.ts";
import { attempt, type FuzzedParser } from "./fuzzed-parser.ts";
import { anyOf, did, hex, json, number, string } from "./rules.ts";

const maxDepth = limits.messageDepth;
const all = loadVectors();
const vectors = (part: string, kind: string) => all.filter((vector) => vector.part === part && vector.kind === kind);

/** A vector that is given by its number, and a member of its input as text, so that the text can be damaged and the rest is known. */
interface Chosen {
  /** What any of the vectors has there. */
  readonly known: readonly Json[];
  readonly rule: Rule;
  read(input: string): { readonly vector: Vector; readonly said: string };
}

function chosen(of: readonly Vector[], member: string): Chosen {
  const texts = of.map(({ input }) => (typeof input[member] === "string" ? (input[member] as string) : JSON.stringify(input[member])));
  return {
    known: of.map(({ input }) => input[member] ?? null),
    rule: (random) => {
      const at = random.below(of.length);
      return `${at} ${texts[at]}`;
    },
    read(input) {
      const [, number = "0", said = ""] = /^(\d{1,4}) (.*)$/s.exec(input) ?? [];
      const at = Number(number) % of.length;
      return { vector: of[at] as Vector, said };
    },
  };
}

const requests = chosen(vectors("sync", "exchange"), "request");
const madeRequest = oneOf(
  inOrder('{"type":"hello","nonce":', string, ',"extensions":', json, "}"),
  inOrder('{"type":"frontier","after":"op:', hex(64), '","limit":', number, "}"),
  inOrder('{"type":"ops_request","want":[', repeated(inOrder('"op:', hex(64), '"'), 0, 5, ","), "]}"),
  inOrder(
    '{"type":"ops_since","authors":{"',
    did,
    '":["op:',
    hex(64),
    '"]},"locators":',
    json,
    ',"after":[',
    number,
    ',"op:',
    hex(64),
    '"]}',
  ),
  inOrder('{"type":"push","ops":', json, "}"),
  inOrder('{"type":"', characters("abcdefghopqrstu_", 1, 12), '","x":', json, "}"),
);

/** Whoever asks is answered, by a reply or by an error with a code; nothing is thrown. */
async function askServer(input: string): Promise<unknown> {
  const { vector, said } = requests.read(input);
  const { input: given } = vector;
  const replica = await replicaOf(text(given, "pool"));
  await takeAll(replica, list(given, "log"));
  const reply = await answer(replica, { did: text(given, "node") as Did }, parseJson(said, { maxDepth }), given["from"] as string | null);
  assert.equal(typeof reply["type"], "string");
  if (reply["type"] === "error") assert.notEqual(reply["code"], "internal", JSON.stringify(reply));
  return reply["type"];
}

const scripts = chosen(vectors("sync", "client"), "replies");
/** More requests than these nobody asks who is given so few replies. */
const requestsMax = 200;

/** A sync with a server that says this, reply by reply: it ends, with a report or a reason, and what it took is true. */
async function askedOfServer(input: string): Promise<unknown> {
  const { vector, said } = scripts.read(input);
  const replies = parseJson(said, { maxDepth: 40 });
  const replica = await replicaOf(text(vector.input, "pool"));
  await takeAll(replica, list(vector.input, "log"));
  let asked = 0;
  const transport: Transport = {
    async request() {
      assert.ok(++asked <= requestsMax, "it asks for ever");
      const reply = Array.isArray(replies) ? replies[asked - 1] : undefined;
      if (reply === undefined) throw new PoolError("network", "the script has no more replies");
      return reply;
    },
    async close() {},
  };
  return syncWith(replica, transport, { node: text(vector.input, "expected_node") });
}

const delegateReplies = chosen(vectors("delegation", "reply"), "reply");
const attested = new Set(
  delegateReplies.known.flatMap((reply) => list(reply as JsonObject, "attestations").map((each) => canonical(each))),
);

/** What was taken is, in full, what some vector has: nothing that was altered passes for something that was signed. */
function assertKnown({ known }: Chosen, taken: unknown, part: (of: JsonObject) => Json | undefined = (of) => of): void {
  const texts = known.map((each) => canonical(part(each as JsonObject) ?? null));
  assert.ok(texts.includes(canonical(taken)), `this was signed by nobody: ${canonical(taken)}`);
}

/** A slice that is taken is one that was signed: what was altered is refused, but for what nobody signed. */
function takeSlice(input: string): unknown {
  const { vector, said } = delegateReplies.read(input);
  const { last_as_of, ...expected } = object(vector.input, "expected");
  const asked = { ...expected, lastAsOf: () => last_as_of as number | null } as unknown as PullExpectation;
  const taken = checkDelegateOps(nativeCrypto, parseJson(said, { maxDepth }), asked);
  assertKnown(delegateReplies, taken.slice, (reply) => reply["slice"]);
  for (const each of taken.attestations) assert.ok(attested.has(canonical(each)), "an attestation that nobody made");
  return taken;
}

const receipts = chosen(vectors("delegation", "receipt"), "receipt");
const proofs = chosen(vectors("delegation", "proof"), "proof");

function judgeReceipt(input: string): unknown {
  const { vector, said } = receipts.read(input);
  const receipt = parseJson(said, { maxDepth });
  const fault = receiptFault(nativeCrypto, receipt, {
    ...(vector.input as unknown as ReceiptContext),
    isRevocation: (id) => list(vector.input, "revocations").includes(id),
    wasServed: (root) => list(vector.input, "served").includes(root),
  });
  if (fault === null) assertKnown(receipts, receipt);
  return fault;
}

function judgeProof(input: string): unknown {
  const { vector, said } = proofs.read(input);
  const proof = parseJson(said, { maxDepth });
  const expected = { grant: text(vector.input, "grant") as OpId, grantee: text(vector.input, "grantee") as Did };
  const fault = proofFault(nativeCrypto, proof, { ...expected, nonce: text(vector.input, "nonce") });
  if (fault === null) assertKnown(proofs, proof);
  return fault;
}

const httpReplies = chosen(vectors("transport", "http-reply"), "reply");

/** A reply that is believed is, to the byte, one that was signed for this request. */
async function believeReply(input: string): Promise<unknown> {
  const { vector, said } = httpReplies.read(input);
  const reply = parseJson(said, { maxDepth }) as JsonObject | null;
  const headers = (typeof reply === "object" && reply !== null ? reply["headers"] : null) as Record<string, Json> | null;
  const field = (of: JsonObject | null, name: string) => (typeof of?.[name] === "string" ? (of[name] as string) : null);
  const request = object(vector.input, "request");
  const asked = object(request, "headers");
  const sent = { authority: text(request, "authority"), path: "/fpl-sync/1", contentDigest: text(asked, "content-digest") };
  const content = new TextEncoder().encode(String(reply?.["content"]));
  const wire = { status: Number(reply?.["status"]), field: (name: string) => field(headers, name), content };
  const expected = { node: vector.input["expected_node"] as string | null, now: vector.input["now"] as number };
  const request_ = { ...sent, signature: field(asked, "signature"), fields: {}, content: new Uint8Array() };
  const believed = await believe(nativeCrypto, wire, request_, expected);
  assertKnown(httpReplies, { status: wire.status, content: String(reply?.["content"]) }, ({ status, content }) => ({
    ...{ status: status ?? null, content: content ?? null },
  }));
  return believed;
}

const pool = scriptedPool(nativeCrypto);
const batch = pool.writeBatch(
  "phone",
  Array.from({ length: 12 }, (_, at) => ({
    type: "claim",
    payload: {
      subject: "self",
      predicate: "preference.likes",
      object: `tea "${at}" é`,
      confidence: 1,
      derived_from: [],
      method: { name: "me", version: "1" },
      rationale: "",
    },
  })),
);
const written = new Set(batch.map(({ op_id }) => op_id));

/** As a store writes it: canonical payloads. */
function runText({ items, ...head }: Run): string {
  const said = items.map((item) => (typeof item === "string" ? JSON.stringify(item) : `["${item[0]}",${canonical(item[1])}]`));
  return `${JSON.stringify(head).slice(0, -1)},"items":[${said.join(",")}]}`;
}

/** Some of the batch, now and then without their payloads, as one item each way. */
const pageItem: Rule = (random) => {
  const from = random.below(batch.length);
  const part = batch.slice(from, from + 1 + random.below(4));
  const bare = ({ salt: _salt, payload: _payload, ...op }: Envelope): Envelope => op;
  const sent = part.map((op) => (random.once(4) ? bare(op) : op));
  return inRuns(sent)
    .map((item) => ("items" in item ? runText(item) : JSON.stringify(item)))
    .join(",");
};
const page: Rule = (random) => {
  const items = Array.from({ length: 1 + random.below(3) }, () => pageItem(random));
  return `{"type":"ops","ops":[${items.join(",")}],"more":${random.pick(["true", "false"])}}`;
};

/** What a run says; null for what is none, or does not hold. */
function readRunOf(item: Json): readonly Shaped[] | null {
  const run = attempt(() => runIn(item));
  return run && attempt(() => readRun(nativeCrypto, run, new VerifiedRoots()));
}

/** A page of runs and envelopes read item by item, as text, says what it says when it is read as a whole. */
function readPage(input: string): unknown {
  const bytes = new TextEncoder().encode(input.toWellFormed());
  const decode = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const message = parseAround({ bytes, decode }, "ops", { maxDepth });
  const ops = typeof message === "object" && message !== null && !Array.isArray(message) ? (message as JsonObject)["ops"] : null;
  const raw = (Array.isArray(ops) ? ops : []).filter((op) => (op as unknown) instanceof RawJson) as unknown as RawJson[];
  for (const item of raw) {
    const whole = attempt(() => parseJson(item.text, { maxDepth }));
    if (whole !== null) assert.deepEqual(readRunOf(item as unknown as Json), readRunOf(whole));
    for (const { envelope } of readRunOf(item as unknown as Json) ?? []) assert.ok(written.has(envelope.op_id));
  }
  if (raw.every(({ text: said }) => attempt(() => parseJson(said, { maxDepth })) !== null)) {
    assert.deepEqual(JSON.parse(JSON.stringify(message)), JSON.parse(input.toWellFormed()));
  }
  return message;
}

const payloads = [...vectors("delegation", "payload"), ...vectors("memory", "payload")].map(
  ({ input }) => `${text(input, "type")} ${JSON.stringify(input["payload"])}`,
);
const madePayload = inOrder(
  oneOf(
    "genesis",
    "device_add",
    "device_remove",
    "evidence",
    "claim",
    "refutation",
    "redaction",
    "note",
    "inference",
    "predicate",
    "cap_grant",
  ),
  " ",
  json,
);

function judgePayload(input: string): unknown {
  const [, type = "", said = ""] = /^(\w{1,64}) (.*)$/s.exec(input) ?? [];
  const payload = parseJson(said, { maxDepth });
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  return [payloadFault(type, payload as JsonObject), readControlPayload(type, payload as JsonObject)];
}

const bundles = [
  JSON.stringify({
    format: "fablepool-bundle/1",
    claim: batch.at(-1)?.op_id,
    ops: [...pool.ops.filter((op) => !batch.includes(op)), ...batch],
  }),
];

/** What a bundle proves is a claim in it whose author is a device there. */
function judgeBundle(input: string): unknown {
  const verdict = verifyBundle(nativeCrypto, parseJson(input, { maxDepth }));
  if (verdict.faults.length === 0) assert.ok(written.has(verdict.claim?.op_id as OpId));
  return verdict;
}

const packed = ["", "{}", "x".repeat(9_000), JSON.stringify({ type: "push", ops: batch })].flatMap((said) => [
  `gzip ${gzipSync(said).toString("latin1")}`,
  `zstd ${zstdCompressSync(said).toString("latin1")}`,
]);
const unpackedMax = 50_000;

async function unpack(input: string): Promise<unknown> {
  const coding = input.startsWith("gzip") ? "gzip" : "zstd";
  const content = decodeContent(coding, Buffer.from(input.slice(5), "latin1"), unpackedMax);
  assert.ok(content.length <= unpackedMax);
  return content;
}

export const peerParsers: readonly FuzzedParser[] = [
  {
    name: "requests to a server",
    oneIn: 10,
    grammar: oneOf(requests.rule, inOrder(characters("0123456789", 1, 2), " ", madeRequest)),
    read: askServer,
  },
  { name: "replies of a server", oneIn: 10, grammar: scripts.rule, read: askedOfServer },
  { name: "signed reply over HTTP", grammar: httpReplies.rule, read: believeReply },
  { name: "page of operations", grammar: page, read: readPage },
  { name: "payload", grammar: oneOf(anyOf(payloads), madePayload), read: judgePayload },
  { name: "slice for a delegate", grammar: delegateReplies.rule, read: takeSlice },
  { name: "receipt of a purge", grammar: receipts.rule, read: judgeReceipt },
  { name: "answer to a challenge", grammar: proofs.rule, read: judgeProof },
  { name: "bundle", grammar: anyOf(bundles), read: judgeBundle },
  { name: "packed content", grammar: anyOf(packed), read: unpack },
];
