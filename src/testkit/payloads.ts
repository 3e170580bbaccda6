/** Payloads that fit (section 6), with what a test is about to be said and the rest filled in. */
import type { Envelope } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";

/** `self place.home Bern`, unless told otherwise. */
export function claim(parts: JsonObject = {}): JsonObject {
  return {
    subject: "self",
    predicate: "place.home",
    object: "Bern",
    confidence: 1,
    derived_from: [],
    method: { name: "test", version: "1" },
    rationale: "",
    ...parts,
  };
}

export function evidence(parts: JsonObject = {}): JsonObject {
  return {
    source: { adapter: "notes", version: "1" },
    origin: "import",
    external_id: "item 1",
    kind: "note",
    content: { text: "something" },
    ...parts,
  };
}

export function targets(...ops: readonly Envelope[]): JsonObject {
  return { targets: ops.map(({ op_id }) => op_id) };
}

/** `derived_from` these operations. */
export function from(...ops: readonly Envelope[]): JsonObject {
  return { derived_from: ops.map(({ op_id }) => op_id) };
}

export function predicate(name: string, cardinality: "one" | "many"): JsonObject {
  return { name, cardinality, sensitivity: "personal", template: "{subject} {object}" };
}
