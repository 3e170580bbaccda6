/** Part `hosting`: invitations, messages and their replies, names by which pools are asked for, and hubs that a log names. */
import { base58, key, sha256 } from "./hashing.ts";
import { founded, type Log } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

export const front = key("front");
export const token = sha256("fablepool invitation").slice(0, 32);
export const hostedPool = `op:${sha256("fablepool hosted pool")}`;
const address = "https://hub.example";

const about = (name: string, rule: string, comment: string, kind: string) => ({ path: `hosting/${name}`, rule, comment, kind });

/** An invitation whose check holds, whatever its parts are. */
function line(url: string, said = Buffer.concat([front.publicKey, Buffer.from(token, "hex")])): string {
  const check = Buffer.from(sha256("fablepool.hub.invitation.v1\n", url, "\n", said), "hex").subarray(0, 4);
  return `${url}/#fph1${base58(Buffer.concat([said, check]))}`;
}

const read = (name: string, comment: string, text: string, url = address): Vector =>
  valid(about(`invitation-${name}`, "HOS-1", comment, "invitation"), { text }, { url, front: front.did, token });
const refused = (name: string, comment: string, text: string): Vector =>
  invalid(about(`invitation-${name}`, "HOS-1", comment, "invitation"), { text }, { code: "usage" });

const whole = line(address);
const swapped = `${whole.slice(0, 40)}${whole[41]}${whole[40]}${whole.slice(42)}`;

const invitations: readonly Vector[] = [
  read("whole", "As it is pasted.", whole),
  read("white-space", "A mail program broke it, and a person copied a blank with it.", ` ${whole.slice(0, 50)}\r\n  ${whole.slice(50)}\n`),
  read("no-slash", "A browser's address bar may leave out the slash, or add it.", whole.replace("/#", "#")),
  read("port", "With a port.", line("https://hub.example:8443"), "https://hub.example:8443"),
  read("loopback", "In the clear on this machine alone.", line("http://127.0.0.1:7420"), "http://127.0.0.1:7420"),
  refused("http", "In the clear across a network.", line("http://hub.example")),
  refused("path", "An address with something behind it.", line("https://hub.example/pools")),
  refused("upper-case", "There is one way to write an address.", line("https://Hub.example")),
  refused("own-port", "The scheme's own port is not written.", line("https://hub.example:443")),
  refused("user", "A name and a password are no part of an address.", line("https://hub.example@evil.example")),
  refused("cut-off", "The last character is missing.", whole.slice(0, -1)),
  refused("typing-error", "A character was exchanged.", `${whole.slice(0, 40)}${whole[40] === "a" ? "b" : "a"}${whole.slice(41)}`),
  refused("swapped", "Two characters have changed places.", swapped),
  refused("address-typing-error", "An error in the address: it would lead to somebody else.", whole.replace("hub.", "hud.")),
  refused("other-version", "Of a version that is not known.", whole.replace("#fph1", "#fph2")),
  refused("no-fragment", "The address alone.", address),
  refused("not-base58", "0, O, I and l are no characters of base58.", `${whole.slice(0, -1)}0`),
  refused("too-short", "A token of 15 bytes, with a good check.", line(address, Buffer.concat([front.publicKey, Buffer.alloc(15, 1)]))),
  refused("empty", "Nothing.", ""),
];

const message = (name: string, comment: string, request: unknown, expect: object | null): Vector =>
  expect === null
    ? invalid(about(`message-${name}`, "HOS-4", comment, "hosting-message"), { request }, { code: "bad_request" })
    : valid(about(`message-${name}`, "HOS-4", comment, "hosting-message"), { request }, { message: expect });

const host = { type: "host", invitation: token, pool: hostedPool };
const messages: readonly Vector[] = [
  message("host", "A pool is brought.", host, host),
  message("host-unknown-member", "Members that are not known are ignored.", { ...host, mood: "fine" }, host),
  message("unhost", "It leaves.", { type: "unhost", pool: hostedPool }, { type: "unhost", pool: hostedPool }),
  message("no-pool", "pool is missing.", { type: "host", invitation: token }, null),
  message("pool-hex", "pool is an op_id.", { ...host, pool: hostedPool.slice(3) }, null),
  message("no-invitation", "invitation is missing.", { type: "host", pool: hostedPool }, null),
  message("invitation-upper-case", "It is lower-case hex.", { ...host, invitation: token.toUpperCase() }, null),
  message("invitation-long", "Of 32 digits.", { ...host, invitation: `${token}00` }, null),
  message("null", "null is no object.", null, null),
  invalid(
    about("message-unknown-type", "HOS-4", "Messages of sync are asked for at their own path.", "hosting-message"),
    { request: { type: "hello" } },
    { code: "unknown_type" },
  ),
];

const hosted = { type: "hosted", node: key("hub").did, role: "mirror", quota: { operations: 100_000, bytes: null } };
const terms = { node: hosted.node, role: hosted.role, quota: hosted.quota };
const reply = (name: string, comment: string, answer: unknown, expect: object, isFine = false): Vector =>
  (isFine ? valid : invalid)(about(`reply-${name}`, isFine ? "HOS-4" : "HOS-7", comment, "hosting-reply"), { reply: answer }, expect);
const no = (why: string, comment: string): Vector =>
  reply(why, comment, { type: "error", error: "not so", code: "unauthorized", why }, { code: "peer", why });

const replies: readonly Vector[] = [
  reply("hosted", "The hub agrees.", hosted, terms, true),
  reply(
    "hosted-full",
    "As full, without bound.",
    { ...hosted, role: "full", quota: { operations: null, bytes: null } },
    {
      ...terms,
      role: "full",
      quota: { operations: null, bytes: null },
    },
    true,
  ),
  no("invitation", "It made no such invitation."),
  no("used", "It was used before."),
  no("expired", "Its time is over."),
  no("joining", "Somebody else is bringing that pool."),
  no("suspended", "The operator stopped serving it."),
  no("leaving", "It is being deleted."),
  reply(
    "refused",
    "An unauthorized without a reason is the refusal of TRA-12.",
    { type: "error", error: "no", code: "unauthorized" },
    { code: "peer", why: null },
  ),
  reply(
    "why-unknown",
    "A reason that is not known is none.",
    { type: "error", error: "no", code: "unauthorized", why: "mood" },
    { code: "peer", why: null },
  ),
  reply("ingest", "A hub is a mirror or a full device.", { ...hosted, role: "ingest" }, { code: "peer", why: null }),
  reply("no-node", "node is a did.", { ...hosted, node: "hub" }, { code: "peer", why: null }),
  reply("quota-negative", "A quota counts from 0.", { ...hosted, quota: { operations: -1, bytes: null } }, { code: "peer", why: null }),
  reply("quota-missing", "Both members are there.", { ...hosted, quota: { operations: 1 } }, { code: "peer", why: null }),
];

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** RFC 4648, section 6, by a number. */
function labelOf(hex: string): string {
  let number = BigInt(`0x${hex}`) << 4n; // 256 bits and four of filling are 52 characters
  let label = "";
  for (let place = 0; place < 52; place++) {
    label = `${base32[Number(number & 31n)]}${label}`;
    number >>= 5n;
  }
  return label;
}

const label = labelOf(hostedPool.slice(3));
const authority = (name: string, comment: string, asked: string, pool: string | null): Vector =>
  (pool === null ? invalid : valid)(about(`authority-${name}`, "HOS-3", comment, "authority"), { authority: asked }, { pool });

const authorities: readonly Vector[] = [
  authority("label", "The first label names the pool.", `${label}.hub.example`, hostedPool),
  authority("label-port", "With a port.", `${label}.hub.example:8443`, hostedPool),
  authority(
    "label-zeros",
    "An id that begins with zeros.",
    `${labelOf("0".repeat(62).padEnd(64, "1"))}.hub.example`,
    `op:${"0".repeat(62)}11`,
  ),
  authority("none", "The hub's own name.", "hub.example", null),
  authority("short", "A label that lacks a character.", `${label.slice(1)}.hub.example`, null),
  authority("second", "Only the first label counts.", `www.${label}.hub.example`, null),
  authority(
    "filling",
    "The four bits that fill the last character are zero.",
    `${label.slice(0, -1)}${base32[base32.indexOf(label.at(-1) ?? "a") + 1]}.hub.example`,
    null,
  ),
  authority("hex", "Not in hex.", `${hostedPool.slice(3, 55)}.hub.example`, null),
];

type Found = readonly (readonly [name: string, url: string])[];

function hubs(name: string, comment: string, devices: Readonly<Record<string, string>>, write: (log: Log) => Found): Vector {
  const log = founded(`hosting/${name}`, devices);
  const found = write(log);
  const made = { ...about(`hubs-${name}`, "HOS-2", comment, "hubs") };
  return (found.length > 0 ? valid : invalid)(
    made,
    { ...log.legend(), pool: log.id("genesis"), self: key("phone").did, log: log.list() },
    { hubs: found.map(([hub, url]) => ({ node: key(hub).did, url })) },
  );
}

const note = (log: Log, labelled: string, author: string, target: string, text: string) =>
  log.op(labelled, author, "note", { target: key(target).did, name: "hub", text });
const usual = { laptop: "full", phone: "full", hub: "mirror" };

const logs: readonly Vector[] = [
  hubs("one", "A full device noted its address.", usual, (log) => {
    note(log, "noted", "laptop", "hub", address);
    return [["hub", address]];
  }),
  hubs("newest", "It moved: the newest address counts.", usual, (log) => {
    note(log, "noted", "laptop", "hub", address);
    note(log, "moved", "phone", "hub", "https://new.example:8443");
    return [["hub", "https://new.example:8443"]];
  }),
  hubs("words", "Words about it are no address, and leave the one that is known.", usual, (log) => {
    note(log, "noted", "laptop", "hub", address);
    note(log, "said", "phone", "hub", "the one in the cellar");
    return [["hub", address]];
  }),
  hubs("two", "By their ranks.", { ...usual, cellar: "full" }, (log) => {
    note(log, "cellar", "laptop", "cellar", "https://cellar.example");
    note(log, "noted", "laptop", "hub", address);
    return [
      ["hub", address],
      ["cellar", "https://cellar.example"],
    ];
  }),
  hubs("by-ingest", "Who may not write notes names no hub.", { ...usual, inbox: "ingest" }, (log) => {
    note(log, "noted", "inbox", "hub", address);
    return [];
  }),
  hubs("by-hub", "Nor does the hub itself.", usual, (log) => {
    note(log, "noted", "hub", "hub", address);
    return [];
  }),
  hubs("by-removed", "Nor a device of which nothing counts any more.", usual, (log) => {
    note(log, "noted", "laptop", "hub", "https://evil.example");
    log.op("removed", "phone", "device_remove", { key: key("laptop").did, last: null });
    return [];
  }),
  hubs("by-retired", "What a device noted up to the last that counts still counts, and what comes after it does not.", usual, (log) => {
    note(log, "noted", "laptop", "hub", address);
    note(log, "later", "laptop", "hub", "https://evil.example");
    log.op("retired", "phone", "device_remove", { key: key("laptop").did, last: log.id("noted") });
    return [["hub", address]];
  }),
  hubs("removed", "A hub that was removed is none.", usual, (log) => {
    note(log, "noted", "laptop", "hub", address);
    log.op("removed", "laptop", "device_remove", { key: key("hub").did, last: null });
    return [];
  }),
  hubs("no-device", "Nor is a key that was never added.", { laptop: "full", phone: "full" }, (log) => {
    note(log, "noted", "laptop", "hub", address);
    return [];
  }),
  hubs("self", "Nobody is a hub to itself.", usual, (log) => {
    note(log, "noted", "laptop", "phone", address);
    return [];
  }),
  hubs("in-the-clear", "An address that is not safe is none.", usual, (log) => {
    note(log, "noted", "laptop", "hub", "http://hub.example");
    return [];
  }),
];

export const hostingVectors: readonly Vector[] = [...invitations, ...messages, ...replies, ...authorities, ...logs];
