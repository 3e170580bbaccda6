/** Part `operation`: envelopes by themselves, before any log. */
import { L, littleEndian } from "./edwards.ts";
import { didOf, jcs, key, sha256 } from "./hashing.ts";
import { bare, type Envelope, firstTs, founded, headerOf, idOf, payloadHash, signed, signedTogether } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const kind = "envelope";

function good(name: string, rule: string, comment: string, envelope: unknown): Vector {
  return valid({ path: `operation/${name}`, rule, comment, kind }, { envelope }, { step: null });
}

function badShape(name: string, rule: string, comment: string, envelope: unknown): Vector {
  return invalid({ path: `operation/shape-${name}`, rule, comment, kind }, { envelope }, { step: "shape" });
}

function badIdentity(name: string, rule: string, comment: string, envelope: unknown): Vector {
  return invalid({ path: `operation/identity-${name}`, rule, comment, kind }, { envelope }, { step: "identity" });
}

export const claim = {
  subject: "self",
  predicate: "preference.likes",
  object: "tea",
  confidence: 1,
  derived_from: [],
  method: { name: "user", version: "1" },
  rationale: "",
};

const log = founded("operation", { laptop: "full", phone: "full" });
const first = log.op("first", "laptop", "claim", claim);
const second = log.op("second", "laptop", "claim", { ...claim, object: "rye bread" });
log.op("aside", "phone", "note", { target: log.id("first"), text: "seen on the phone" }, { after: ["first"] });
const merging = log.op("merging", "laptop", "claim", { ...claim, object: "figs" });
const [inBatch = first, , , , lastInBatch = first] = log.batch(
  "laptop",
  ["a", "b", "c", "d", "e"].map((object) => [`batch-${object}`, "claim", { ...claim, object }] as const),
);

/** The operation with other members in its header, rightly hashed and signed: only the change is wrong. */
function remade(changes: Partial<Envelope>, of: Envelope = first, by = "laptop"): Envelope {
  const changed = { ...of, ...changes };
  return signed(key(by), { ...changed, op_id: idOf(headerOf(changed)) });
}

function withPayload(payload: object): Envelope {
  return remade({ payload, payload_hash: payloadHash(first.salt ?? "", payload) });
}

function without(name: keyof Envelope): object {
  return Object.fromEntries(Object.entries(first).filter(([member]) => member !== name));
}

const hash = (text: string) => sha256(`operation vectors: ${text}`);
const someId = (text: string) => `op:${hash(text)}`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => someId(`head ${index}`)).sort();
const [low = "", high = ""] = ids(2);
const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
/** A payload of exactly so many canonical bytes. */
const sized = (bytes: number) => ({ text: "x".repeat(bytes - jcs({ text: "" }).length) });

const goodEnvelopes: readonly Vector[] = [
  good("genesis", "OP-1", "A genesis: pool null, prev empty.", log.get("genesis")),
  good("first-of-a-device", "OP-9", "seq 1: prev names heads only.", first),
  good("second-of-a-device", "OP-9", "seq 2: prev[0] is the author's own.", second),
  good("merging-heads", "OP-9", "prev[0] is the author's own, the rest are ascending, whatever prev[0] is.", merging),
  good("without-payload", "OP-3", "Salt and payload were dropped; hash and signature still verify.", bare(first)),
  good("unknown-type", "OP-5", "An unknown type is no error.", remade({ type: "weather_report_2" })),
  good("longest-type", "OP-5", "64 characters.", remade({ type: "t".repeat(64) })),
  good("payload-empty", "OP-3", "An empty payload is a payload.", withPayload({})),
  good("payload-depth-32", "ENC-5", "32 levels.", withPayload(nested(32))),
  good("payload-largest", "OP-11", "57,344 bytes.", withPayload(sized(57_344))),
  good(
    "payload-largest-utf8",
    "OP-11",
    "Bytes are counted, not characters: 19,110 of three bytes.",
    withPayload({ text: "\u20ac".repeat(19_110) }),
  ),
  good("prev-32", "OP-9", "32 ids.", remade({ prev: ids(32) })),
  good("prev-0-not-in-order", "OP-9", "prev[0] may be higher than the next.", remade({ seq: 2, prev: [high, low] })),
  good("largest-integers", "OP-2", "2^53 - 1.", remade({ lamport: 2 ** 53 - 1, seq: 2 ** 53 - 1, ts: 2 ** 53 - 1 })),
  good("ts-zero", "OP-2", "No rule depends on the clock.", remade({ ts: 0 })),
  good("seq-zero", "ADM-9", "seq 0 has a good shape: the chain rule refuses it.", remade({ seq: 0 })),
  good("batch-first", "OP-7", "Index 0 of 5.", inBatch),
  good("batch-odd-tail", "OP-7", "Index 4 of 5: its path has one step.", lastInBatch),
  good("batch-of-one", "OP-7", "Size 1: the root is the leaf's hash, the path is empty.", signedTogether(key("laptop"), [first])[0]),
  good("batch-without-payload", "OP-7", "A batch's signature needs no payload either.", bare(inBatch)),
  ...(() => {
    const leaves = Array.from({ length: 1_024 }, (_, index) => ({
      ...first,
      op_id: index === 777 ? first.op_id : someId(`leaf ${index}`),
    }));
    return [good("batch-largest", "OP-7", "Index 777 of 1,024.", signedTogether(key("laptop"), leaves)[777])];
  })(),
];

const badShapes: readonly Vector[] = [
  badShape("null", "OP-1", "An envelope is an object.", null),
  badShape("list", "OP-1", "Not a list.", [first]),
  badShape("text", "OP-1", "Not a string.", first.op_id),
  ...(["op_id", "v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "payload_hash", "sig"] as const).map((member) =>
    badShape(`no-${member.replace("_", "-")}`, "OP-1", `Member ${member} is missing.`, without(member)),
  ),
  badShape("unknown-member", "OP-1", "An unknown member is a parse error.", { ...first, comment: "hello" }),
  badShape(
    "proto-member",
    "OP-1",
    "__proto__ is a member like any other, and unknown.",
    Object.fromEntries([...Object.entries(first), ["__proto__", {}]]),
  ),
  badShape("op-id-upper-case", "ENC-6", "Hex is lower case.", { ...first, op_id: `op:${first.op_id.slice(3).toUpperCase()}` }),
  badShape("op-id-no-prefix", "ENC-6", "An operation's id starts with op:.", { ...first, op_id: first.op_id.slice(3) }),
  badShape("v-2", "OP-2", "Another version.", remade({ v: 2 })),
  badShape("v-text", "OP-2", "v is a number.", { ...first, v: "1" }),
  badShape("pool-null", "OP-2", "pool is null only in genesis.", remade({ pool: null })),
  badShape("pool-in-genesis", "OP-2", "In genesis it is null.", remade({ pool: someId("pool") }, log.get("genesis"), "root")),
  badShape("author-x25519", "ENC-8", "Not the did:key of an Ed25519 key.", {
    ...first,
    author: "did:key:z6LStLa23xjG9QP2EKXcyBCiTp3i8SxpQqrMb7yDt9zNgRCX",
  }),
  badShape("author-hex", "ENC-8", "A key's name is its did.", { ...first, author: key("laptop").publicKey.toString("hex") }),
  badShape("seq-negative", "ENC-7", "seq is not negative.", remade({ seq: -1 })),
  badShape("seq-fraction", "ENC-7", "seq is an integer.", remade({ seq: 1.5 })),
  badShape("seq-too-large", "ENC-7", "2^53 is too large.", remade({ seq: 2 ** 53 })),
  badShape("seq-text", "ENC-7", "seq is a number.", { ...first, seq: "1" }),
  badShape("lamport-fraction", "ENC-7", "lamport is an integer.", remade({ lamport: 0.5 })),
  badShape("lamport-too-large", "ENC-7", "2^53 is too large.", remade({ lamport: 2 ** 53 })),
  badShape("ts-negative", "ENC-7", "ts is not negative.", remade({ ts: -1 })),
  badShape("ts-fraction", "ENC-7", "ts is in whole milliseconds.", remade({ ts: firstTs + 0.25 })),
  badShape("ts-null", "ENC-7", "ts is a number.", { ...first, ts: null }),
  badShape("prev-text", "OP-10", "prev is a list.", { ...first, prev: log.id("add-phone") }),
  badShape("prev-not-ids", "OP-10", "prev holds operation ids.", remade({ prev: [hash("no prefix")] })),
  badShape("prev-empty", "OP-10", "prev is empty only in genesis.", remade({ prev: [] })),
  badShape("prev-in-genesis", "OP-10", "In genesis it is empty.", remade({ prev: [someId("before")] }, log.get("genesis"), "root")),
  badShape("prev-descending", "OP-10", "Ascending by op_id.", remade({ prev: [high, low] })),
  badShape("prev-twice", "OP-10", "No duplicates.", remade({ prev: [low, low] })),
  badShape("prev-0-twice", "OP-10", "prev[0] does not come again.", remade({ seq: 2, prev: [low, low] })),
  badShape("prev-33", "OP-10", "33 ids.", remade({ prev: ids(33) })),
  badShape("type-empty", "OP-5", "At least one character.", remade({ type: "" })),
  badShape("type-65", "OP-5", "65 characters.", remade({ type: "t".repeat(65) })),
  badShape("type-upper-case", "OP-5", "Lower case.", remade({ type: "Claim" })),
  badShape("type-hyphen", "OP-5", "No hyphen.", remade({ type: "weather-report" })),
  badShape("type-not-ascii", "OP-5", "ASCII only.", remade({ type: "caf\u00e9" })),
  badShape("payload-hash-prefix", "OP-4", "sha256: is part of it.", remade({ payload_hash: hash("no prefix") })),
  badShape("payload-hash-short", "OP-4", "64 digits.", remade({ payload_hash: `sha256:${hash("short").slice(1)}` })),
  badShape("salt-alone", "OP-3", "Salt without payload.", without("payload")),
  badShape("payload-alone", "OP-3", "Payload without salt.", without("salt")),
  badShape("payload-null", "OP-3", "A payload that is dropped is absent, not null.", { ...first, salt: null, payload: null }),
  badShape("payload-list", "OP-3", "The payload is an object.", { ...first, payload: [] }),
  badShape("salt-short", "OP-3", "16 bytes.", { ...first, salt: (first.salt ?? "").slice(2) }),
  badShape("salt-upper-case", "OP-3", "Lower case.", { ...first, salt: "ABCDEF0123456789ABCDEF0123456789" }),
  badShape("payload-depth-33", "ENC-5", "33 levels: the operation is refused, not the message.", withPayload(nested(33))),
  badShape("payload-too-large", "OP-11", "57,345 bytes.", withPayload(sized(57_345))),
  badShape("payload-too-large-utf8", "OP-11", "57,343 characters, 57,345 bytes.", withPayload({ text: `\u20ac${sized(57_342).text}` })),
  badShape("sig-short", "ENC-9", "128 digits.", { ...first, sig: first.sig.slice(1) }),
  badShape("sig-upper-case", "ENC-9", "Lower case.", { ...first, sig: first.sig.toUpperCase() }),
  badShape("sig-null", "ENC-9", "A signature is never absent.", { ...first, sig: null }),
  badShape("batch-null", "OP-7", "batch is absent or an object.", { ...first, batch: null }),
  badShape("batch-unknown-member", "OP-7", "Its members are a closed list too.", {
    ...inBatch,
    batch: { ...inBatch.batch, root: hash("root") },
  }),
  badShape("batch-no-path", "OP-7", "path is missing.", { ...inBatch, batch: { index: 0, size: 5 } }),
  badShape("batch-index-is-size", "OP-7", "index < size.", { ...inBatch, batch: { ...inBatch.batch, index: 5 } }),
  badShape("batch-index-negative", "OP-7", "No negative index.", { ...inBatch, batch: { ...inBatch.batch, index: -1 } }),
  badShape("batch-too-large", "OP-7", "1,025 operations.", { ...inBatch, batch: { ...inBatch.batch, size: 1_025 } }),
  badShape("batch-path-upper-case", "OP-7", "Lower case.", {
    ...inBatch,
    batch: { ...inBatch.batch, path: inBatch.batch?.path.map((step) => step.toUpperCase()) },
  }),
];

function proof(op: Envelope, change: (batch: NonNullable<Envelope["batch"]>) => object): object {
  return { ...op, batch: op.batch && { ...op.batch, ...change(op.batch) } };
}

function sPlusL(sig: string): string {
  const S = BigInt(`0x${Buffer.from(sig.slice(64), "hex").reverse().toString("hex")}`);
  return sig.slice(0, 64) + littleEndian(S + L).toString("hex");
}

const flipped = (sig: string) => `${sig.slice(0, -1)}${sig.endsWith("0") ? "1" : "0"}`;
const sigOver = (text: string) => key("laptop").sign(text).toString("hex");

const badIdentities: readonly Vector[] = [
  badIdentity("other-header", "OP-2", "ts was changed after signing.", { ...first, ts: first.ts + 1 }),
  badIdentity("other-op-id", "OP-2", "op_id is another operation's.", { ...first, op_id: second.op_id }),
  badIdentity("op-id-of-envelope", "OP-2", "Hashed with salt and payload: only the header counts.", {
    ...signed(key("laptop"), { ...first, op_id: `op:${sha256(jcs({ ...headerOf(first), salt: first.salt, payload: first.payload }))}` }),
  }),
  badIdentity("other-payload", "OP-4", "The payload was changed.", { ...first, payload: { ...claim, object: "coffee" } }),
  badIdentity("other-salt", "OP-4", "The salt was changed.", { ...first, salt: "0".repeat(32) }),
  badIdentity(
    "salt-as-text",
    "OP-4",
    "Hashed over the salt's digits: its bytes count.",
    remade({ payload_hash: `sha256:${sha256(first.salt ?? "", jcs(claim))}` }),
  ),
  badIdentity("other-signer", "OP-6", "Signed by another key than the author's.", signed(key("phone"), first)),
  badIdentity("flipped-bit", "OP-6", "One digit of the signature differs.", { ...first, sig: flipped(first.sig) }),
  badIdentity("s-plus-l", "ENC-10", "S + L in place of S.", { ...first, sig: sPlusL(first.sig) }),
  badIdentity("no-tag", "OP-6", "Signed without the tag.", { ...first, sig: sigOver(first.op_id) }),
  badIdentity("signed-digest", "OP-6", "Signed over the hash's bytes: the text of the id counts.", {
    ...first,
    sig: key("laptop")
      .sign(Buffer.concat([Buffer.from("fablepool.op.v1\n"), Buffer.from(first.op_id.slice(3), "hex")]))
      .toString("hex"),
  }),
  badIdentity("weak-author", "ENC-10", "The author's key is the neutral element: a well-formed name, but nothing verifies under it.", {
    ...remade({ author: didOf(littleEndian(1n)) }),
    sig: `${littleEndian(1n).toString("hex")}${"0".repeat(64)}`,
  }),
  badIdentity("batch-signature-alone", "OP-7", "A batch's signature without its proof.", (({ batch: _batch, ...rest }) => rest)(inBatch)),
  badIdentity("single-signature-in-batch", "OP-7", "A single signature with a proof.", {
    ...first,
    batch: { index: 0, size: 1, path: [] },
  }),
  badIdentity(
    "batch-other-index",
    "OP-7",
    "The proof is for another place.",
    proof(inBatch, () => ({ index: 1 })),
  ),
  badIdentity(
    "batch-other-size",
    "OP-7",
    "The size is signed: the same root with another size is another message.",
    proof(inBatch, () => ({ size: 6 })),
  ),
  badIdentity(
    "batch-path-too-short",
    "OP-7",
    "A step is missing.",
    proof(inBatch, ({ path }) => ({ path: path.slice(0, -1) })),
  ),
  badIdentity(
    "batch-path-too-long",
    "OP-7",
    "A step is left over.",
    proof(lastInBatch, ({ path }) => ({ path: [...path, hash("more")] })),
  ),
  badIdentity(
    "batch-path-swapped",
    "OP-7",
    "Two steps are swapped.",
    proof(inBatch, ({ path }) => ({ path: path.toReversed() })),
  ),
  badIdentity("batch-not-in-it", "OP-7", "An operation of the author that is not in the batch.", {
    ...first,
    sig: inBatch.sig,
    batch: inBatch.batch,
  }),
  badIdentity("batch-other-author", "OP-8", "Another author under the same signature.", {
    ...inBatch,
    ...((changed) => ({ ...changed, op_id: idOf(headerOf(changed)) }))({ ...inBatch, author: key("phone").did }),
  }),
  badIdentity(
    "batch-leaf-as-text",
    "OP-7",
    "Leaves are the ids' 32 bytes, not their text.",
    (() => {
      const root = sha256(Buffer.of(0), first.op_id);
      return { ...first, sig: sigOver(`fablepool.batch.v1\n1\n${root}`), batch: { index: 0, size: 1, path: [] } };
    })(),
  ),
];

export const operationVectors: readonly Vector[] = [...goodEnvelopes, ...badShapes, ...badIdentities];
