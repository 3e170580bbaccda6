/** Part `memory`: payloads that fit their type, and payloads that make their operation void. */
import { littleEndian } from "./edwards.ts";
import { didOf, key, sha256 } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const id = (text: string) => `op:${sha256(`payload vectors: ${text}`)}`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => id(`id ${index}`));

const whole: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  evidence: {
    source: { adapter: "icalendar", version: "1", account: "ada@example.org", uri: "file:///home/ada/calendar.ics" },
    origin: "import",
    external_id: "event-17",
    kind: "event",
    observed_at: 1_700_000_000_000,
    content: { summary: "Choir" },
    sensitivity: "personal",
    replaces: id("older"),
  },
  claim: {
    subject: "self",
    predicate: "schedule.weekly",
    object: { day: "tuesday", what: "choir" },
    confidence: 0.8,
    derived_from: [id("evidence")],
    method: { name: "weekly-events", version: "1" },
    rationale: "12 Tuesdays in a row",
    valid_from: 1_690_000_000_000,
    valid_until: 1_790_000_000_000,
    sensitivity: "public",
  },
  refutation: { targets: [id("claim")] },
  endorsement: { targets: [id("claim")] },
  redaction: { targets: [id("claim")], suppress: [sha256("an item")] },
  note: { target: id("claim"), name: "Choir", text: "until summer" },
  inference: { consumer: "planner", purpose: "find a free evening", model: "m-1", inputs: [id("claim")], output_hash: sha256("output") },
  predicate: { name: "pet.name", cardinality: "many", sensitivity: "public", template: "{subject} has a pet called {object}" },
};

function named(type: string, name: string): string {
  return `memory/payload-${type}-${name}`;
}

/** The type's whole payload with some members changed; `undefined` leaves a member out. */
function changed(type: string, changes: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries({ ...whole[type], ...changes }).filter(([, value]) => value !== undefined));
}

function fits(type: string, name: string, rule: string, comment: string, changes: Readonly<Record<string, unknown>>): Vector {
  const about = { path: named(type, name), rule, comment, kind: "payload" };
  return valid(about, { type, payload: changed(type, changes) }, { fits: true });
}

function isVoid(type: string, name: string, rule: string, comment: string, changes: Readonly<Record<string, unknown>>): Vector {
  const about = { path: named(type, name), rule, comment, kind: "payload" };
  return invalid(about, { type, payload: changed(type, changes) }, { fits: false });
}

const fitting: readonly Vector[] = [
  ...Object.keys(whole).map((type) => fits(type, "whole", "MEM-1", `Every member of ${type}.`, {})),
  fits("evidence", "least", "MEM-1", "What may be absent is.", {
    source: { adapter: "notes", version: "1" },
    observed_at: undefined,
    sensitivity: undefined,
    replaces: undefined,
  }),
  fits("evidence", "unknown-member", "MEM-1", "Members that are not listed are kept and ignored, in source too.", {
    source: { adapter: "notes", version: "1", mood: 3 },
    colour: "blue",
  }),
  fits("evidence", "before-1970", "MEM-3", "Times may be negative.", { observed_at: -1 }),
  fits("evidence", "empty-content", "MEM-3", "content may be empty.", { content: {} }),
  fits("claim", "least", "MEM-1", "What may be absent is.", { valid_from: undefined, valid_until: undefined, sensitivity: undefined }),
  fits("claim", "underived", "MEM-3", "derived_from may be empty.", { derived_from: [] }),
  fits("claim", "derived-from-1000", "MEM-3", "1,000 ids.", { derived_from: ids(1_000) }),
  fits("claim", "object-null", "MEM-3", "object is any JSON value.", { object: null }),
  fits("claim", "object-list", "MEM-3", "object is any JSON value.", { object: [1, [false]] }),
  fits("claim", "rationale-empty", "MEM-3", "rationale may be empty.", { rationale: "" }),
  fits("claim", "confidence-1", "MEM-3", "1 is included.", { confidence: 1 }),
  fits("claim", "confidence-tiny", "MEM-3", "Anything above 0.", { confidence: 5e-324 }),
  fits("claim", "empty-interval", "MEM-3", "valid_until before valid_from fits: it is valid never.", { valid_from: 2, valid_until: 1 }),
  fits("claim", "correction", "MEM-8", "A correction: confidence 1, derived from nothing.", {
    derived_from: [],
    confidence: 1,
    corrects: id("wrong"),
  }),
  fits("refutation", "900-targets", "MEM-3", "900 targets.", { targets: ids(900) }),
  fits("refutation", "unknown-member", "MEM-1", "Judgements ignore what they do not know.", { reason: "no longer" }),
  fits("redaction", "least", "MEM-1", "suppress may be absent.", { suppress: undefined }),
  fits("note", "on-key", "MEM-2", "target may be a key.", { target: key("phone").did }),
  fits("note", "bare", "MEM-2", "name and text may be absent.", { name: undefined, text: undefined }),
  fits("inference", "least", "MEM-1", "What may be absent is.", { model: undefined, output_hash: undefined, inputs: [] }),
  valid(
    { path: "memory/payload-unknown-type", rule: "MEM-1", comment: "A type without a form: nothing to fit.", kind: "payload" },
    { type: "future_type", payload: { anything: [] } },
    { fits: true },
  ),
];

const missing: readonly Vector[] = (
  [
    ["evidence", ["source", "origin", "external_id", "kind", "content"]],
    ["claim", ["subject", "predicate", "object", "confidence", "derived_from", "method", "rationale"]],
    ["refutation", ["targets"]],
    ["note", ["target"]],
    ["inference", ["consumer", "purpose", "inputs"]],
    ["predicate", ["name", "cardinality", "sensitivity", "template"]],
  ] as const
).flatMap(([type, members]) =>
  members.map((member) => isVoid(type, `no-${member.replace("_", "-")}`, "MEM-2", `${member} is missing.`, { [member]: undefined })),
);

const unfitting: readonly Vector[] = [
  isVoid("evidence", "source-text", "MEM-2", "source is an object.", { source: "icalendar" }),
  isVoid("evidence", "source-no-adapter", "MEM-2", "adapter is missing.", { source: { version: "1" } }),
  isVoid("evidence", "source-version-number", "MEM-3", "Versions are strings.", { source: { adapter: "icalendar", version: 1 } }),
  isVoid("evidence", "origin-unknown", "MEM-5", "No such origin.", { origin: "owner" }),
  isVoid("evidence", "content-list", "MEM-3", "content is an object.", { content: [] }),
  isVoid("evidence", "content-text", "MEM-3", "content is an object.", { content: "Choir" }),
  isVoid("evidence", "observed-at-fraction", "MEM-3", "Times are integers.", { observed_at: 1.5 }),
  isVoid("evidence", "observed-at-null", "MEM-1", "What is absent is absent, not null.", { observed_at: null }),
  isVoid("evidence", "replaces-text", "MEM-2", "replaces is an op_id.", { replaces: "event-16" }),
  isVoid("evidence", "sensitivity-unknown", "MEM-3", "No such sensitivity.", { sensitivity: "secret" }),
  isVoid("claim", "subject-empty", "MEM-3", "subject is not empty.", { subject: "" }),
  isVoid("claim", "predicate-empty", "MEM-3", "predicate is not empty.", { predicate: "" }),
  isVoid("claim", "subject-number", "MEM-2", "subject is a string.", { subject: 1 }),
  isVoid("claim", "confidence-0", "MEM-3", "0 is not included.", { confidence: 0 }),
  isVoid("claim", "confidence-above-1", "MEM-3", "At most 1.", { confidence: 1.0001 }),
  isVoid("claim", "confidence-text", "MEM-3", "confidence is a number.", { confidence: "1" }),
  isVoid("claim", "derived-from-twice", "MEM-3", "No duplicates.", { derived_from: [id("a"), id("a")] }),
  isVoid("claim", "derived-from-1001", "MEM-3", "1,001 ids.", { derived_from: ids(1_001) }),
  isVoid("claim", "derived-from-null", "MEM-2", "derived_from is a list.", { derived_from: null }),
  isVoid("claim", "derived-from-no-id", "MEM-2", "Of op_ids.", { derived_from: ["event-17"] }),
  isVoid("claim", "method-text", "MEM-2", "method is an object.", { method: "weekly-events" }),
  isVoid("claim", "method-name-empty", "MEM-3", "A method has a name.", { method: { name: "", version: "1" } }),
  isVoid("claim", "method-no-version", "MEM-2", "And a version.", { method: { name: "weekly-events" } }),
  isVoid("claim", "rationale-null", "MEM-2", "rationale is a string.", { rationale: null }),
  isVoid("claim", "valid-from-text", "MEM-3", "Times are integers.", { valid_from: "2026-01-01" }),
  isVoid("claim", "valid-until-too-large", "MEM-3", "2^53 is too large.", { valid_until: 2 ** 53 }),
  isVoid("claim", "correction-derived", "MEM-8", "A correction is derived from nothing.", { confidence: 1, corrects: id("wrong") }),
  isVoid("claim", "correction-unsure", "MEM-8", "A correction has confidence 1.", {
    derived_from: [],
    confidence: 0.9,
    corrects: id("wrong"),
  }),
  isVoid("claim", "corrects-text", "MEM-8", "corrects is an op_id.", { derived_from: [], confidence: 1, corrects: "wrong" }),
  isVoid("refutation", "no-target", "MEM-3", "At least one target.", { targets: [] }),
  isVoid("refutation", "901-targets", "MEM-3", "901 targets.", { targets: ids(901) }),
  isVoid("refutation", "target-twice", "MEM-3", "No duplicates.", { targets: [id("a"), id("a")] }),
  isVoid("endorsement", "target-text", "MEM-2", "targets is a list.", { targets: id("a") }),
  isVoid("redaction", "suppress-prefixed", "MEM-22", "64 hex digits, without sha256:.", { suppress: [`sha256:${sha256("an item")}`] }),
  isVoid("redaction", "no-target", "MEM-3", "suppress alone is not enough.", { targets: [] }),
  isVoid("note", "target-text", "MEM-2", "target is an op_id or a did.", { target: "choir" }),
  isVoid("note", "target-weak-key", "ENC-11", "A did in a payload is an acceptable key.", { target: didOf(littleEndian(1n)) }),
  isVoid("note", "text-number", "MEM-2", "text is a string.", { text: 3 }),
  isVoid("inference", "inputs-text", "MEM-2", "inputs is a list.", { inputs: id("claim") }),
  isVoid("predicate", "name-empty", "MEM-3", "name is not empty.", { name: "" }),
  isVoid("predicate", "cardinality-two", "MEM-4", "one or many.", { cardinality: "two" }),
  isVoid("predicate", "sensitivity-unknown", "MEM-3", "No such sensitivity.", { sensitivity: "secret" }),
];

export const payloadVectors: readonly Vector[] = [...fitting, ...missing, ...unfitting];
