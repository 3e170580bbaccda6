/** The forms of section 6's payloads, and of section 8's by `capability/grant.ts`. What does not fit is admitted all the same, and void in the view. */
import { isAcceptableDid } from "../admission/control-payload.ts";
import { delegationFault } from "../capability/grant.ts";
import { limits } from "../limits.ts";
import { isOpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { sensitivities } from "./sensitivity.ts";

export const origins = ["user", "import", "assistant", "third_party"] as const;

type Test = (value: Json) => boolean;

const text: Test = (value) => typeof value === "string";
const name: Test = (value) => typeof value === "string" && value !== "";
const object: Test = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const anything: Test = () => true;
const integer: Test = (value) => Number.isSafeInteger(value);
const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    typeof value === "string" && words.includes(value);
const idList =
  (least: number, most: number): Test =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(isOpId) && new Set(value).size === value.length;
const hexList: Test = (value) => Array.isArray(value) && value.every((each) => typeof each === "string" && /^[0-9a-f]{64}$/.test(each));
const members = (form: Form): Test => {
  const parts = partsOf(form);
  return (value) => object(value) && faultOf(parts, value as JsonObject) === null;
};

/** Member names; a trailing `?` marks those that may be absent. Members that are not listed are kept and ignored. */
type Form = Readonly<Record<string, Test>>;

interface Part {
  readonly member: string;
  readonly optional: boolean;
  readonly test: Test;
}

function partsOf(form: Form): Part[] {
  return Object.entries(form).map(([listed, test]) => ({ member: listed.replace(/\?$/, ""), optional: listed.endsWith("?"), test }));
}

const judgement: Form = { targets: idList(1, limits.targets) };

const listedForms: Readonly<Record<string, Form>> = {
  evidence: {
    source: members({ adapter: name, version: text, "account?": text, "uri?": text }),
    origin: oneOf(...origins),
    external_id: text,
    kind: text,
    "observed_at?": integer,
    content: object,
    "sensitivity?": oneOf(...sensitivities),
    "replaces?": isOpId,
  },
  claim: {
    subject: name,
    predicate: name,
    object: anything,
    confidence: (value) => typeof value === "number" && value > 0 && value <= 1,
    derived_from: idList(0, limits.derivedFrom),
    method: members({ name, version: text }),
    rationale: text,
    "valid_from?": integer,
    "valid_until?": integer,
    "sensitivity?": oneOf(...sensitivities),
    "corrects?": isOpId,
  },
  refutation: judgement,
  endorsement: judgement,
  redaction: { ...judgement, "suppress?": hexList },
  note: { target: (value) => isOpId(value) || isAcceptableDid(value), "name?": text, "text?": text },
  inference: { consumer: text, purpose: text, "model?": text, inputs: idList(0, limits.derivedFrom), "output_hash?": text },
  predicate: { name, cardinality: oneOf("one", "many"), sensitivity: oneOf(...sensitivities), template: text },
};

/** A map, not an object: a type may be called `constructor`. */
const forms: ReadonlyMap<string, readonly Part[]> = new Map(Object.entries(listedForms).map(([type, form]) => [type, partsOf(form)]));

/** Why a payload does not fit its type, in words, or null when it does or the type has no form. */
export function payloadFault(type: string, payload: JsonObject): string | null {
  const form = forms.get(type);
  if (form === undefined) return delegationFault(type, payload);
  const fault = faultOf(form, payload);
  if (fault !== null || type !== "claim" || payload["corrects"] === undefined) return fault;
  const derived = payload["derived_from"] as readonly Json[];
  return derived.length > 0 || payload["confidence"] !== 1 ? "a correction has confidence 1 and is derived from nothing" : null;
}

function faultOf(parts: readonly Part[], payload: JsonObject): string | null {
  for (const { member, optional, test } of parts) {
    if (!Object.hasOwn(payload, member)) {
      if (!optional) return `member "${member}" is missing`;
    } else if (!test(payload[member] as Json)) return `member "${member}" does not fit`;
  }
  return null;
}
