/** Part `admission`: the steps chain, author and control, which look only at an operation and its ancestors. */
import { littleEndian } from "./edwards.ts";
import { didOf, key } from "./hashing.ts";
import { ingest, type Step } from "./ingest-vector.ts";
import { type Choices, founded, Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import type { Vector } from "./vector.ts";

const devices = { laptop: "full", phone: "full", inbox: "ingest", helper: "assistant", shelf: "mirror", lamp: "smart_lamp" };
const did = (name: string) => key(name).did;

/** The last operation that `write` makes is judged; all before it is in the log. `step` is what refuses it, null for nothing. */
function judged(name: string, rule: string, comment: string, step: Step | null, write: (log: Log) => void): Vector {
  const log = founded(`admission/${name}`, devices);
  write(log);
  const [last = ""] = [...log.ops.keys()].slice(-1);
  const input = { given: log.without(last), batch: log.list(last) };
  const final = step !== null && { rejected: [[last, step]] as const, remembered: [last], absent: [last] };
  return ingest(name, rule, comment, log, input, final || { accepted: [last], remembered: [] });
}

const say = (log: Log, label: string, author: string, choices?: Choices) =>
  log.op(label, author, "claim", { ...claim, object: label }, choices);
const add = (log: Log, label: string, author: string, name: string, choices?: Choices) =>
  log.op(label, author, "device_add", { key: did(name), role: "full" }, choices);
const remove = (log: Log, label: string, author: string, name: string, choices?: Choices) =>
  log.op(label, author, "device_remove", { key: did(name), last: null }, choices);

const chain: readonly Vector[] = [
  judged("chain-first", "ADM-9", "A device's first operation.", null, (log) => say(log, "first", "laptop")),
  judged("chain-next", "ADM-9", "And its next.", null, (log) => {
    say(log, "first", "laptop");
    say(log, "next", "laptop");
  }),
  judged("chain-seq-zero", "ADM-9", "seq starts at 1.", "chain", (log) => say(log, "zero", "laptop", { lie: { seq: 0 } })),
  judged("chain-seq-gap", "ADM-9", "seq 3 after seq 1.", "chain", (log) => {
    say(log, "first", "laptop");
    say(log, "gap", "laptop", { lie: { seq: 3 } });
  }),
  judged("chain-seq-again", "ADM-9", "seq 2 after seq 2.", "chain", (log) => {
    say(log, "first", "laptop");
    say(log, "second", "laptop");
    say(log, "again", "laptop", { lie: { seq: 2 } });
  }),
  judged("chain-seq-without-own", "ADM-9", "seq 2, and prev[0] is another author's operation with seq 1.", "chain", (log) => {
    say(log, "first", "laptop");
    say(log, "theirs", "phone", { after: ["add-lamp"] });
    say(log, "stolen", "laptop", { own: null, after: ["theirs"], lie: { seq: 2 } });
  }),
  judged("chain-own-not-first", "ADM-9", "The author's own operation is in prev, but not at its head.", "chain", (log) => {
    say(log, "first", "laptop");
    say(log, "theirs", "phone", { after: ["add-lamp"] });
    say(log, "misplaced", "laptop", { lie: { prev: [log.id("theirs"), log.id("first")] } });
  }),
  judged("chain-lamport-too-high", "ADM-9", "lamport is one more than the highest of prev, not two.", "chain", (log) =>
    say(log, "ahead", "laptop", { lie: { lamport: 9 } }),
  ),
  judged("chain-lamport-too-low", "ADM-9", "The highest of all prev counts, not the author's own.", "chain", (log) => {
    say(log, "first", "laptop");
    say(log, "theirs", "phone");
    say(log, "behind", "laptop", { lie: { lamport: 9 } });
  }),
  judged("chain-lamport-of-all", "ADM-9", "The same, rightly counted.", null, (log) => {
    say(log, "first", "laptop");
    say(log, "theirs", "phone");
    say(log, "right", "laptop");
  }),
  judged("chain-before-author", "ADM-2", "A stranger with a wrong lamport: chain decides.", "chain", (log) =>
    say(log, "strange", "stranger", { lie: { lamport: 9 } }),
  ),
  judged("fork", "ADM-19", "Two operations of one author with the same seq are both admitted.", null, (log) => {
    say(log, "first", "laptop");
    say(log, "left", "laptop");
    say(log, "right", "laptop", { own: "first", after: [] });
  }),
  judged("fork-at-the-start", "ADM-19", "Even with seq 1.", null, (log) => {
    say(log, "left", "laptop");
    say(log, "right", "laptop", { own: null, after: ["add-lamp"] });
  }),
  judged("fork-continued", "ADM-19", "Either branch goes on, and may name the other as a head.", null, (log) => {
    say(log, "first", "laptop");
    say(log, "left", "laptop");
    say(log, "right", "laptop", { own: "first", after: [] });
    say(log, "on", "laptop", { own: "left" });
  }),
  judged("clock-backwards", "ADM-12", "ts before its ancestors': no rule depends on a clock.", null, (log) =>
    say(log, "early", "laptop", { lie: { ts: 5 } }),
  ),
];

const author: readonly Vector[] = [
  judged("author-stranger", "ADM-10", "A key that nobody added.", "author", (log) => say(log, "strange", "stranger")),
  judged(
    "author-added-concurrently",
    "ADM-10",
    "The key is a device by now, but its operation does not descend from the add.",
    "author",
    (log) => {
      add(log, "add-tablet", "laptop", "tablet");
      say(log, "hasty", "tablet", { after: ["add-lamp"] });
    },
  ),
  judged("author-added-by-device", "ADM-10", "A key that a device added.", null, (log) => {
    add(log, "add-tablet", "laptop", "tablet");
    say(log, "hello", "tablet");
  }),
  judged("author-removed", "ADM-10", "The key was removed, and its operation descends from the removal.", "author", (log) => {
    say(log, "first", "phone");
    remove(log, "removal", "laptop", "phone");
    say(log, "late", "phone");
  }),
  judged("author-removed-concurrently", "ADM-10", "Its past holds no removal: admitted (and contested in the view).", null, (log) => {
    say(log, "first", "phone");
    remove(log, "removal", "laptop", "phone");
    say(log, "unaware", "phone", { after: [] });
  }),
  judged("author-removed-last-is-its-newest", "ADM-10", "A removal that lets all so far count still ends the key.", "author", (log) => {
    say(log, "first", "phone");
    log.op("removal", "laptop", "device_remove", { key: did("phone"), last: log.id("first") });
    say(log, "late", "phone");
  }),
  judged("author-by-contested-add", "ADM-10", "The add is contested in the operation's own past: it adds nobody.", "author", (log) => {
    add(log, "add-tablet", "phone", "tablet");
    remove(log, "removal", "laptop", "phone");
    say(log, "hello", "tablet");
  }),
  judged("author-of-void-payload", "ADM-12", "A payload that does not fit is the view's business.", null, (log) =>
    log.op("odd", "laptop", "claim", { subject: 7 }),
  ),
  judged("author-beyond-role", "ADM-12", "So is a type that the role may not write: ingest writes a redaction.", null, (log) =>
    log.op("beyond", "inbox", "redaction", { targets: log.ids("genesis") }),
  ),
  judged("author-mirror", "ADM-12", "A mirror writes a claim.", null, (log) => say(log, "beyond", "shelf")),
  judged("author-unknown-role", "ADM-12", "So does a device of a role nobody knows.", null, (log) => say(log, "beyond", "lamp")),
  judged("author-unknown-type", "ADM-12", "A type nobody knows.", null, (log) =>
    log.op("future", "helper", "future_type", { any: ["thing"] }),
  ),
  judged("author-root", "ADM-12", "Root writes a claim: admitted (and void).", null, (log) => say(log, "beyond", "root")),
];

const answers: readonly Vector[] = [
  judged(
    "answer-to-lower-rank",
    "ADM-10",
    "Removed only by a key that ranks after it, a key may answer with a control operation.",
    null,
    (log) => {
      remove(log, "removal", "phone", "laptop");
      remove(log, "answer", "laptop", "phone");
    },
  ),
  judged("answer-no-claim", "ADM-10", "But with nothing else.", "author", (log) => {
    remove(log, "removal", "phone", "laptop");
    say(log, "answer", "laptop");
  }),
  judged("answer-to-higher-rank", "ADM-10", "Removed by a key that ranks before it: no answer.", "author", (log) => {
    remove(log, "removal", "laptop", "phone");
    remove(log, "answer", "phone", "laptop");
  }),
  judged("answer-to-root", "ADM-10", "Root ranks before all.", "author", (log) => {
    remove(log, "removal", "root", "laptop");
    add(log, "answer", "laptop", "tablet");
  }),
  judged("answer-to-itself", "ADM-10", "A key that removed itself writes no control operation.", "author", (log) => {
    remove(log, "farewell", "laptop", "laptop");
    add(log, "answer", "laptop", "tablet");
  }),
  judged("answer-to-both", "ADM-10", "One removal by a lower rank, one by root.", "author", (log) => {
    remove(log, "removal", "phone", "laptop");
    remove(log, "removal-by-root", "root", "laptop");
    remove(log, "answer", "laptop", "phone");
  }),
  judged("answer-was-heard", "ADM-10", "The answer contests the removal: the key writes again.", null, (log) => {
    remove(log, "removal", "phone", "laptop");
    remove(log, "answer", "laptop", "phone");
    say(log, "again", "laptop");
  }),
];

const control = (name: string, comment: string, type: string, payload: object, by = "laptop") =>
  judged(`control-${name}`, "ADM-11", comment, "control", (log) => log.op("control", by, type, payload));
const tablet = did("tablet");
const fullTablet = { key: tablet, role: "full" };

const payloadForms: readonly Vector[] = [
  control("by-ingest", "Only root and full devices write these.", "device_add", fullTablet, "inbox"),
  control("by-assistant", "Nor does an assistant.", "device_remove", { key: did("phone"), last: null }, "helper"),
  control("by-mirror", "Nor does a mirror.", "device_add", fullTablet, "shelf"),
  control("by-unknown-role", "Nor does an unknown role.", "device_add", fullTablet, "lamp"),
  control("add-no-role", "role is missing.", "device_add", { key: tablet }),
  control("add-role-number", "role is a string.", "device_add", { key: tablet, role: 1 }),
  control("add-unknown-member", "The member list is closed: a name belongs in a note.", "device_add", { ...fullTablet, name: "Tablet" }),
  control("add-weak-key", "A key that no signature verifies under.", "device_add", { key: didOf(littleEndian(1n)), role: "full" }),
  control("add-no-did", "key is a did.", "device_add", { key: key("tablet").publicKey.toString("hex"), role: "full" }),
  control("add-known", "The key is a device already.", "device_add", { key: did("phone"), role: "ingest" }),
  control("add-itself", "So is the author's own.", "device_add", { key: did("laptop"), role: "full" }),
  control("remove-no-last", "last is missing.", "device_remove", { key: did("phone") }),
  control("remove-last-number", "last is an op_id or null.", "device_remove", { key: did("phone"), last: 0 }),
  control("remove-unknown-member", "The member list is closed.", "device_remove", { key: did("phone"), last: null, reason: "lost" }),
  control("remove-weak-key", "The key must be an acceptable one.", "device_remove", { key: didOf(littleEndian(0n)), last: null }),
  control("empty", "An empty payload.", "device_remove", {}),
  judged("control-add-removed", "ADM-11", "The key was removed before: it comes back as another one.", "control", (log) => {
    remove(log, "removal", "laptop", "phone");
    add(log, "again", "laptop", "phone");
  }),
  judged("control-add-removed-unknown", "ADM-11", "The key was removed before anyone added it.", "control", (log) => {
    remove(log, "removal", "laptop", "tablet");
    add(log, "add-tablet", "phone", "tablet");
  }),
  judged("control-add-contested-removal", "ADM-11", "The removal is contested in this past: the key can be added.", null, (log) => {
    remove(log, "removal", "phone", "tablet");
    remove(log, "removal-of-phone", "laptop", "phone");
    add(log, "add-tablet", "laptop", "tablet");
  }),
  judged("control-add-contested-add", "ADM-11", "The first add is contested in this past: the key can be added.", null, (log) => {
    add(log, "add-by-phone", "phone", "tablet");
    remove(log, "removal-of-phone", "laptop", "phone");
    add(log, "add-tablet", "laptop", "tablet");
  }),
  judged("control-add-twice-concurrently", "ADM-11", "Two devices add one key without knowing of each other.", null, (log) => {
    add(log, "add-by-laptop", "laptop", "tablet");
    add(log, "add-by-phone", "phone", "tablet", { after: ["add-lamp"] });
  }),
  judged("control-add-root", "ADM-11", "Root's own key: adds nothing, and is no error.", null, (log) =>
    add(log, "add-root", "laptop", "root"),
  ),
  judged("control-add-any-role", "ADM-11", "Any string is a role.", null, (log) =>
    log.op("add-tablet", "laptop", "device_add", { key: tablet, role: "" }),
  ),
  judged("control-remove-stranger", "ADM-11", "A key that nobody added can be removed.", null, (log) =>
    remove(log, "removal", "laptop", "stranger"),
  ),
  judged("control-remove-root", "ADM-11", "So can root, without effect.", null, (log) => remove(log, "removal", "laptop", "root")),
  judged("control-remove-last-unknown", "ADM-11", "A last that is nowhere reads as null: no error.", null, (log) =>
    log.op("removal", "laptop", "device_remove", { key: did("phone"), last: `op:${"7".repeat(64)}` }),
  ),
];

/** Operations of a pool that is being founded, judged by a node that was told to join it. */
function genesis(name: string, comment: string, step: Step | null, author: string, payload: object, lie: Choices["lie"] = {}): Vector {
  const log = new Log(`admission/genesis-${name}`);
  log.op("genesis", author, "genesis", payload, { lie });
  const verdicts = step === null ? { accepted: ["genesis"] } : { rejected: [["genesis", step]] as const, remembered: ["genesis"] };
  return ingest(`genesis-${name}`, step === "chain" ? "ADM-9" : "ADM-11", comment, log, { batch: log.list() }, verdicts);
}

const geneses: readonly Vector[] = [
  genesis("by-owner", "The owner founds the pool.", null, "root", { owner: did("root") }),
  genesis("by-other", "The owner of a pool is the author of its genesis.", "control", "laptop", { owner: did("root") }),
  genesis("no-owner", "owner is missing.", "control", "root", {}),
  genesis("unknown-member", "The member list is closed.", "control", "root", { owner: did("root"), name: "Ada's pool" }),
  genesis("seq-2", "seq 2 needs a predecessor.", "chain", "root", { owner: did("root") }, { seq: 2 }),
  genesis("lamport-2", "lamport is 1 when prev is empty.", "chain", "root", { owner: did("root") }, { lamport: 2 }),
];

/** 64 removals by one device, and one more. */
function removals(name: string, comment: string, step: Step | null, author: string, count: number): Vector {
  return judged(name, "ADM-11", comment, step, (log) => {
    for (let n = 0; n < count; n++) remove(log, `removal-${n}`, author, `removed ${n}`);
    remove(log, "one-more", author, "removed at last");
  });
}

const counted: readonly Vector[] = [
  removals("control-64-removals", "The 64th removal by one device.", null, "laptop", 63),
  removals("control-65-removals", "The 65th.", "control", "laptop", 64),
  removals("control-65-removals-by-root", "Root may.", null, "root", 64),
];

export const ruleVectors: readonly Vector[] = [...chain, ...author, ...answers, ...payloadForms, ...geneses, ...counted];
