/** Every parser that faces the network or a person, with the grammar of what it reads and the law that what it takes must keep. */
import assert from "node:assert/strict";
import { verifyCredential } from "../../src/core/capability/credential.ts";
import { instantOf, instantText } from "../../src/core/capability/instant.ts";
import { patternMatches } from "../../src/core/capability/selector.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import { parseJson } from "../../src/core/codec/parse.ts";
import { decodeDidKey, encodeDidKey } from "../../src/core/crypto/did-key.ts";
import { headerText } from "../../src/core/op/header.ts";
import { readEnvelope } from "../../src/core/op/shape.ts";
import { readCode, shownCode } from "../../src/core/pair/code.ts";
import { type InviterState, openInviter, stepInviter } from "../../src/core/pair/inviter.ts";
import { beginJoiner, stepJoiner } from "../../src/core/pair/joiner.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { readRequestFrame, readServerFrame } from "../../src/core/sync/frames.ts";
import { readHeads } from "../../src/core/sync/heads.ts";
import { readHosted, readHosting as readHostingMember, readHostingRequest } from "../../src/core/sync/hosting.ts";
import { hubInvitationText, readHubInvitation } from "../../src/core/sync/hub-invitation.ts";
import { poolLabel, poolOfAuthority } from "../../src/core/sync/pool-label.ts";
import { grantInvitationText, parseGrantInvitation } from "../../src/node/delegate/accept.ts";
import { invitationText, parseInvitation } from "../../src/node/invitation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { pairingLinkText, parsePairing } from "../../src/node/pair/link.ts";
import { pairingCrypto } from "../../src/node/pair/pairing-crypto.ts";
import { readPhrase } from "../../src/node/recovery-phrase.ts";
import { ipBytes } from "../../src/server/ip-address.ts";
import { characters, inOrder, oneOf, repeated } from "../../src/testkit/grammar.ts";
import { loadVectors } from "../../src/testkit/load-vectors.ts";
import { httpTarget, normalAuthority } from "../../src/transport/authority.ts";
import { matchesContentDigest } from "../../src/transport/content-digest.ts";
import { readSignature } from "../../src/transport/message-signature.ts";
import { parseDictionary } from "../../src/transport/structured-field.ts";
import { archive, readArchive } from "./archives.ts";
import { fileParsers } from "./files.ts";
import { attempt, type FuzzedParser } from "./fuzzed-parser.ts";
import { peerParsers } from "./peers.ts";
import { anyOf, did, hex, json, number, string, url } from "./rules.ts";
import { wordParsers } from "./words.ts";

/** Real inputs of the golden vectors, as texts to be damaged. */
const inputs = loadVectors().map(({ input }) => input);
const envelopes = inputs.flatMap(({ envelope }) => (envelope ? [JSON.stringify(envelope)] : []));
const credentials = inputs.flatMap(({ credential, document }) =>
  (credential ?? document) ? [JSON.stringify(credential ?? document)] : [],
);
const parameters = inOrder(
  ";created=",
  number,
  ';nonce="',
  hex(32),
  '";keyid="',
  did,
  '";tag="fpl-sync/1"',
  oneOf("", ';alg="ed25519"', ";x", ";expires=5"),
);
const component = oneOf(
  '"@method"',
  '"@authority"',
  '"@path"',
  '"content-digest"',
  '"fpl-to"',
  '"@status"',
  '"signature";req;key="fpl"',
  string,
);
const signatureInput = repeated(inOrder(oneOf("fpl", "sig1", "a*"), "=(", repeated(component, 0, 6, " "), ")", parameters), 1, 2, ", ");
const signature = inOrder("fpl=:", characters("ABCDabcd0123+/", 86), "==:");
const heads = inOrder(
  '{"authors":{',
  repeated(inOrder('"', did, '":[[', number, ',"op:', hex(64), '"]]'), 0, 3, ","),
  '},"lamport":',
  number,
  "}",
);
const frame = inOrder('{"id":', oneOf(number, string), ',"type":"', oneOf("hello", "notify", "ops"), '","heads":', heads, "}");
const pairMessage = oneOf(
  inOrder('{"type":"pair_begin","commitment":"', hex(64), '","share":"', oneOf(hex(64), "0".repeat(64)), '","name":', string, "}"),
  inOrder('{"type":"pair_prove","nonce":"', hex(64), '","proof":"', hex(128), '"}'),
  inOrder('{"type":"pair_share","share":"', hex(64), '","nonce":"', hex(64), '","proof":"', hex(128), '"}'),
  inOrder('{"type":"pair_over","why":', string, "}"),
  inOrder('{"type":"pair_done","pool":"op:', hex(64), '"}'),
);
const hubInvitations = inputs.flatMap(({ text }) => (typeof text === "string" && text.includes("#fph1") ? [text] : []));
const quota = inOrder('{"operations":', oneOf(number, "null"), ',"bytes":', oneOf(number, "null"), "}");
const hostingMessage = oneOf(
  inOrder('{"type":"host","invitation":"', hex(32), '","pool":"op:', hex(64), '"}'),
  inOrder('{"type":"hosted","node":"', did, '","role":"mirror","quota":', quota, "}"),
  inOrder('{"hosting":{"role":"full","state":"active","quota":', quota, ',"used":', quota, ',"seen":{"', did, '":', number, "}}}"),
);
const instant = inOrder(
  characters("0123456789", 4),
  "-",
  characters("01", 2),
  "-",
  characters("0123", 2),
  "T",
  characters("012", 2),
  ":00:00",
  oneOf("Z", ".123Z", "+01:00"),
);

export const parsers: readonly FuzzedParser[] = [
  { name: "JSON", grammar: json, read: readJson },
  { name: "envelope", grammar: anyOf(envelopes), read: readOp },
  {
    name: "structured field",
    grammar: oneOf(signatureInput, signature, repeated(inOrder(hex(3), "=", oneOf(string, number, "?1", ":aGk=:")), 1, 4, ", ")),
    read: parseDictionary,
  },
  { name: "message signature", grammar: inOrder(signatureInput, "\n", signature), read: readSigned },
  {
    name: "content digest",
    grammar: inOrder("sha-256=:", characters("abcXYZ019+/", 43), "=:"),
    read: (input) => matchesContentDigest(nativeCrypto.sha256Hex, input, new Uint8Array()),
  },
  { name: "did:key", grammar: did, read: readDid },
  { name: "frame", grammar: frame, read: (input) => [attempt(() => readRequestFrame(input)), attempt(() => readServerFrame(input))] },
  { name: "heads", grammar: heads, read: (input) => readHeads(parseJson(input, { maxDepth: 36 })) },
  { name: "invitation", grammar: inOrder("fablepool:", hex(64), "?node=", did, "&url=", url), read: readInvitation },
  {
    name: "pairing code or link",
    grammar: oneOf(
      inOrder("fablepool:pair?code=", characters("0123456789", 10), "&node=", did, "&url=", url),
      characters("0123456789- .", 8, 14),
    ),
    read: readPairing,
  },
  { name: "pairing messages", grammar: pairMessage, read: readPairMessage },
  { name: "hub invitation", grammar: anyOf(hubInvitations), read: readHubLine },
  { name: "hosting messages", grammar: hostingMessage, read: readHosting },
  { name: "authority", grammar: oneOf(url, "localhost:1", inOrder(characters("abc.-_~[]:", 1, 20), ":", number)), read: readAuthority },
  { name: "instant", grammar: instant, read: readInstant },
  { name: "credential", grammar: (random) => (credentials.length > 0 ? random.pick(credentials) : json(random)), read: readCredential },
  {
    name: "pattern",
    grammar: inOrder(repeated(oneOf("*", "a", "schedule."), 1, 30), "\n", characters("abschedul.", 1, 200)),
    read: readPattern,
  },
  {
    name: "recovery phrase",
    grammar: oneOf(`${"abandon ".repeat(23)}art`, repeated(oneOf("abandon", "zoo", "légal", "art"), 23, 25, " ")),
    read: (input) => readPhrase(input),
  },
  { name: "archive", grammar: archive, read: readArchive },
  ...peerParsers,
  ...fileParsers,
  ...wordParsers,
];

/** What is taken is what every parser of JSON sees, and has canonical bytes that read back the same. */
function readJson(input: string): Json {
  const value = parseJson(input, { maxDepth: 36 });
  assert.deepEqual(value, JSON.parse(input));
  const bytes = canonical(value);
  assert.equal(canonical(parseJson(bytes, { maxDepth: 36 })), bytes);
  return value;
}

function readOp(input: string): unknown {
  const shaped = readEnvelope(parseJson(input, { maxDepth: 36 }));
  const { v, pool, author, seq, lamport, prev, ts, type, payload_hash } = shaped.envelope;
  assert.equal(headerText(shaped.envelope), canonical({ v, pool, author, seq, lamport, prev, ts, type, payload_hash } as unknown as Json));
  return shaped;
}

function readSigned(input: string): unknown {
  const [first = "", second = null] = input.split("\n");
  return readSignature({ signatureInput: first, signature: second });
}

function readDid(input: string): unknown {
  const bytes = decodeDidKey(input);
  if (bytes !== null) assert.equal(encodeDidKey(bytes), input);
  return bytes;
}

function readInvitation(input: string): unknown {
  const grant = attempt(() => parseGrantInvitation(input));
  if (grant !== null) grantInvitationText(grant);
  const read = parseInvitation(input);
  if (!/[&#+%?]/.test(read.url)) assert.deepEqual(parseInvitation(invitationText(read)).node, read.node);
  return read;
}

function readPairing(input: string): unknown {
  const code = readCode(input);
  if (code !== null) assert.equal(readCode(shownCode(code)), code);
  const link = parsePairing(input);
  if (link?.node && link.url && !/[&#+%?]/.test(link.url)) {
    assert.equal(parsePairing(pairingLinkText({ code: link.code, node: link.node, url: link.url }))?.code, link.code);
  }
  return link;
}

const zeros = { scalar: new Uint8Array(32).fill(7), nonce: new Uint8Array(32).fill(9) };
const terms = { code: "0123456789", inviter: "did:key:a", channel: "", pool: `op:${"0".repeat(64)}`, now: 0 };
const joiner = beginJoiner(pairingCrypto, { code: "0123456789", joiner: "did:key:b", inviter: "did:key:a", channel: "" }, "b", zeros);
let inviting: InviterState = openInviter(terms);

/** Nobody who sends such a thing is ever asked about, or believed. */
function readPairMessage(input: string): unknown {
  const message = attempt(() => parseJson(input, { maxDepth: 36 }));
  const step = stepInviter(pairingCrypto, inviting, { is: "message", key: "did:key:b", message, now: 0, random: zeros });
  assert.notEqual(step.event, "asking");
  inviting = step.state.stage.is === "over" ? openInviter(terms) : step.state;
  if (joiner.is !== "ask") throw new RangeError("the joiner begins");
  const next = stepJoiner(pairingCrypto, joiner.state, message);
  assert.equal(next.is, "failed");
  return step.reply;
}

/** A line that is taken can be written again, and leads nowhere in the clear. */
function readHubLine(input: string): unknown {
  const invitation = readHubInvitation(nativeCrypto.sha256Hex, input);
  assert.deepEqual(readHubInvitation(nativeCrypto.sha256Hex, hubInvitationText(nativeCrypto.sha256Hex, invitation)), invitation);
  assert.equal(httpTarget(invitation.url).origin, invitation.url);
  return invitation;
}

function readHosting(input: string): unknown {
  const message = parseJson(input, { maxDepth: 36 });
  const told = typeof message === "object" && message !== null && !Array.isArray(message) ? readHostingMember(message as JsonObject) : null;
  return [told, attempt(() => readHostingRequest(message)), attempt(() => readHosted(message))];
}

function readAuthority(input: string): unknown {
  const normal = normalAuthority(input, true);
  const pool = poolOfAuthority(input);
  if (pool !== null) assert.ok(input.startsWith(poolLabel(pool)));
  if (normal !== null) assert.equal(normalAuthority(normal, true), normal);
  return [normal, ipBytes(input), attempt(() => httpTarget(input))];
}

function readInstant(input: string): unknown {
  const ms = instantOf(input);
  const again = ms === null ? null : instantText(ms);
  if (again !== null) assert.equal(instantOf(again), ms);
  return ms;
}

function readCredential(input: string): unknown {
  return verifyCredential(nativeCrypto, parseJson(input, { maxDepth: 36 }), { now: 1_790_000_000_000 });
}

function readPattern(input: string): unknown {
  const [pattern = "", ...rest] = input.split("\n");
  return patternMatches(pattern, rest.join("\n"));
}
